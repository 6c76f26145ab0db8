package extract

// Front matter: the lines "key: value" between two --- at the head of a text. Keys are
// compared without case, _ and -, as every generator has its own: url, title, site, lang,
// published, modified, summary. fetch_date is the crawler's and tells nothing.

import (
	"net/url"
	"strings"
)

// frontMatter are the facts at the head of a file.
type frontMatter struct {
	url, title, site, lang string
	published, modified    Moment
	summaries              []Span // of the values, each once
}

// readFrontMatter reads the lines between two --- at the start of body, and returns what
// remains of it. A block that holds no key is text.
func readFrontMatter(source string, body Span) (frontMatter, Span) {
	var f frontMatter
	lines := lineSpans(source, body)
	if len(lines) == 0 || strings.TrimRight(source[lines[0].Start:lines[0].End], " ") != "---" {
		return f, body
	}
	keys := 0
	told := map[string]bool{}
	for i, line := range lines[1:] {
		text := source[line.Start:line.End]
		if t := strings.TrimRight(text, " "); t == "---" || t == "..." {
			if keys == 0 {
				return frontMatter{}, body
			}
			if i+2 < len(lines) {
				body.Start = lines[i+2].Start
			} else {
				body.Start = body.End
			}
			return f, body
		}
		key, value, ok := strings.Cut(text, ":")
		key = strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(strings.TrimSpace(key)))
		if !ok || key == "" || strings.ContainsAny(key, " \t") || strings.HasPrefix(text, " ") {
			continue
		}
		keys++
		value = strings.TrimSpace(value)
		at := Span{line.Start + strings.LastIndex(text, value), 0}
		at.End = at.Start + len(value)
		if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = strings.ReplaceAll(value[1:n-1], `\"`, `"`)
			at = Span{at.Start + 1, at.End - 1}
		}
		switch key {
		case "url", "link", "permalink", "canonical", "canonicalurl", "sourceurl":
			if u, err := url.Parse(value); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
				f.url = firstText(f.url, value)
			}
		case "title", "headline":
			f.title = firstText(f.title, value)
		case "source", "site", "sitename", "publisher":
			f.site = firstText(f.site, value)
		case "lang", "language":
			f.lang = firstText(f.lang, value)
		case "published", "date", "publishedat", "pubdate", "datepublished", "publishdate", "publisheddate", "publishedtime", "created", "createdat", "datecreated", "issuedate":
			if m, ok := parseStamp(value); ok && (f.published.IsZero() || strings.HasPrefix(key, "publ")) {
				f.published = m
			}
		case "updated", "modified", "lastmod", "lastmodified", "lastupdated", "updatedat", "modifiedat", "datemodified":
			if m, ok := parseStamp(value); ok {
				f.modified = m
			}
		default:
			if (strings.HasPrefix(key, "summary") || strings.HasPrefix(key, "description")) && value != "" && !told[value] {
				told[value] = true
				f.summaries = append(f.summaries, at)
			}
		}
	}
	return frontMatter{}, body // never closed: it is text
}
