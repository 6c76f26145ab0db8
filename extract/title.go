package extract

// The headline and the name of the site, which <title> holds together: "Headline | Site",
// "Site - Headline", "Headline_Site".

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/PuerkitoBio/goquery"
)

// titleAndSite parts the headline from the name of the site in a title. whole is that of
// <title>; home are the words by which the page calls its front page. A part of the title
// is the site's name if the page says so, if it calls its front page so, if it is in the
// name of the host, or if the rest of <title> is the headline.
func titleAndSite(title, site, whole, address string, home []string) (string, string) {
	host := ""
	if u, err := url.Parse(address); err == nil {
		host = lettersOf(u.Hostname())
	}
	isSite := func(part string) bool {
		name := lettersOf(part)
		if name == "" {
			return false
		}
		for _, h := range home {
			if lettersOf(h) == name {
				return true
			}
		}
		return site != "" && name == lettersOf(site) || len(name) > 4 && strings.Contains(host, name)
	}
	if site == "" {
		for _, part := range titleEnds(whole) {
			if isSite(part) || title != whole && title != part && weigh(part) <= 40 && strings.HasPrefix(whole, title) && strings.HasSuffix(whole, part) && len(whole)-len(title)-len(part) <= 5 {
				site = part
				break
			}
		}
	}
	if title != whole && isSite(title) { // the name of the site is a heading on every page
		for _, part := range titleEnds(whole) {
			if !isSite(part) {
				title = whole
			}
		}
	}
	for _, part := range titleEnds(title) {
		if !isSite(part) {
			continue
		}
		rest := strings.TrimSuffix(title, part)
		if rest == title {
			rest = strings.TrimPrefix(title, part)
		}
		if rest = strings.Trim(rest, titleMarks+" "); rest != "" {
			title = rest
			break
		}
	}
	return title, site
}

// titleMarks part the name of a site from a headline.
const titleMarks = "|-–—·_:»•"

// titleEnds returns what stands before the first mark of a title and after the last one: of a
// hyphen or a dash, one with spaces around it. Marks between are part of the headline.
func titleEnds(title string) []string {
	var out []string
	for _, mark := range []string{" | ", " - ", " – ", " — ", " · ", " :: ", " » ", " • ", "_", "|", "｜", " : ", "-", "–"} {
		if i := strings.LastIndex(title, mark); i >= 0 {
			out = append(out, strings.TrimSpace(title[i+len(mark):]))
		}
		if i := strings.Index(title, mark); i >= 0 {
			out = append(out, strings.TrimSpace(title[:i]))
		}
	}
	return out
}

// lettersOf folds a name to its letters and digits.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// homeNames returns the words of the links that lead to the front page.
func homeNames(doc *goquery.Document, address string) []string {
	base, err := url.Parse(address)
	if err != nil {
		return nil
	}
	var out []string
	doc.Find("a[href]").EachWithBreak(func(i int, a *goquery.Selection) bool {
		u, err := base.Parse(strings.TrimSpace(a.AttrOr("href", "")))
		if err == nil && u.Host == base.Host && frontPath(u.Path) && u.RawQuery == "" && u.Fragment == "" {
			if name := firstText(a.Text(), a.AttrOr("title", ""), a.Find("img[alt]").First().AttrOr("alt", "")); name != "" && weigh(name) <= 60 {
				out = append(out, name)
			}
		}
		return i < 200 && len(out) < 8
	})
	return out
}

// frontPath reports whether a path is that of a front page.
func frontPath(path string) bool {
	path = strings.Trim(path, "/")
	return path == "" || strings.HasPrefix(path, "index.") || strings.HasPrefix(path, "default.")
}
