package extract

// What the head of an HTML page says of it: JSON-LD, <meta>, <link>, <title>. Of several
// publication dates the first prevails, in the order of the list in facts; a later one on
// the same day that is finer takes its place.

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Facts are what a page says of itself outside of its text.
type facts struct {
	title, site, lang   string
	canonical           string
	published, modified Moment
	policy              []string
}

// headFacts reads the facts of a page that came from address.
func headFacts(doc *goquery.Document, address string) facts {
	var f facts
	metas := map[string][]string{}
	doc.Find("meta").Each(func(_ int, s *goquery.Selection) {
		content := strings.TrimSpace(s.AttrOr("content", ""))
		if content == "" {
			return
		}
		for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
			if name := strings.ToLower(strings.TrimSpace(s.AttrOr(key, ""))); name != "" {
				metas[name] = append(metas[name], content)
			}
		}
	})
	first := func(names ...string) string {
		for _, name := range names {
			if len(metas[name]) > 0 {
				return metas[name][0]
			}
		}
		return ""
	}
	var linked jsonFacts
	doc.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		var v any
		if json.Unmarshal([]byte(strings.TrimSpace(s.Text())), &v) == nil {
			linked.read(v, 0)
		}
	})
	f.title = firstText(first("og:title"), linked.headline, first("twitter:title", "dc.title", "headline"), doc.Find("h1").First().Text(), doc.Find("title").First().Text())
	f.site = firstText(first("og:site_name"), linked.publisher, first("application-name", "publisher", "dc.publisher"))
	f.title, f.site = titleAndSite(f.title, f.site, firstText(doc.Find("title").First().Text()), address, homeNames(doc, address))
	f.lang = firstText(doc.Find("html").AttrOr("lang", ""), doc.Find("html").AttrOr("xml:lang", ""), first("content-language", "og:locale", "dc.language"))
	f.canonical = canonicalLink(doc, address, first("og:url"))

	candidates := []string{linked.published}
	for _, name := range []string{"article:published_time", "og:article:published_time", "article:published", "datepublished", "publishdate", "publish_date", "publish-date", "pubdate", "publication_date", "og:published_time", "og:pubdate", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "date", "weibo:article:create_at", "apub:time", "created", "originalpublicationdate", "citation_publication_date"} {
		candidates = append(candidates, first(name))
	}
	for _, selector := range []string{"time[itemprop=datePublished]", "[itemprop=datePublished]", "time[pubdate]", "article time[datetime]", "header time[datetime]", "main time[datetime]"} {
		s := doc.Find(selector).First()
		candidates = append(candidates, firstText(s.AttrOr("datetime", ""), s.AttrOr("content", ""), s.Text()))
	}
	for _, c := range candidates {
		if m, ok := parseStamp(c); ok {
			f.published = finer(f.published, m)
		}
	}
	for _, u := range []string{address, f.canonical} {
		if m, ok := urlDate(u); ok && f.published.IsZero() {
			f.published = m
		}
	}
	for _, c := range []string{linked.modified, first("article:modified_time"), first("og:updated_time"), first("datemodified"), first("lastmod"), first("last-modified"), first("dcterms.modified")} {
		if m, ok := parseStamp(c); ok {
			f.modified = finer(f.modified, m)
		}
	}
	for _, name := range []string{"robots", "googlebot", "googlebot-news"} {
		f.policy = append(f.policy, metas[name]...)
	}
	if v := first("tdm-reservation"); v != "" {
		f.policy = append(f.policy, "tdm-reservation: "+v)
	}
	if v := first("tdm-policy"); v != "" {
		f.policy = append(f.policy, "tdm-policy: "+v)
	}
	return f
}

// finer returns b where it tells a's day more finely, or a is not told.
func finer(a, b Moment) Moment {
	if a.IsZero() || a.Date() == b.Date() && (b.Precision > a.Precision || b.Precision == a.Precision && a.Zone == "" && b.Zone != "") {
		return b
	}
	return a
}

// firstText returns the first string that is not blank, with single spaces.
func firstText(values ...string) string {
	for _, v := range values {
		if v = strings.Join(strings.Fields(v), " "); v != "" {
			return v
		}
	}
	return ""
}

// canonicalLink returns the URL that a page gives as its own, if it lies on the same site: a
// page that calls the front page canonical is wrong.
func canonicalLink(doc *goquery.Document, address, other string) string {
	base, _ := url.Parse(address)
	for _, href := range []string{doc.Find(`link[rel="canonical"]`).First().AttrOr("href", ""), other} {
		u, err := url.Parse(strings.TrimSpace(href))
		if href == "" || err != nil {
			continue
		}
		if base != nil {
			u = base.ResolveReference(u)
		}
		if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
			continue
		}
		if base != nil && base.Host != "" && siteOf(u.Host) != siteOf(base.Host) {
			continue
		}
		u.Fragment = ""
		return u.String()
	}
	return ""
}

// siteOf returns the last two labels of a host.
func siteOf(host string) string {
	labels := strings.Split(strings.ToLower(host), ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}

// jsonFacts are what JSON-LD tells of the article that a page is.
type jsonFacts struct {
	headline, publisher, published, modified string
}

// read walks a JSON-LD value. Only kinds of articles and posts are read: a page also
// describes its site, its author and its pictures, each with dates.
func (f *jsonFacts) read(v any, depth int) {
	if depth > 8 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			f.read(x, depth+1)
		}
	case map[string]any:
		if articleType(v["@type"]) {
			f.headline = firstText(f.headline, jsonString(v["headline"]))
			f.published = firstText(f.published, jsonString(v["datePublished"]), jsonString(v["dateCreated"]))
			f.modified = firstText(f.modified, jsonString(v["dateModified"]))
			if p, ok := v["publisher"].(map[string]any); ok {
				f.publisher = firstText(f.publisher, jsonString(p["name"]))
			}
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			f.read(v[key], depth+1)
		}
	}
}

func jsonString(v any) string {
	s, _ := v.(string)
	return s
}

func articleType(v any) bool {
	switch v := v.(type) {
	case string:
		v = strings.TrimPrefix(strings.TrimPrefix(v, "https://schema.org/"), "http://schema.org/")
		return strings.HasSuffix(v, "Article") || strings.HasSuffix(v, "Posting") || v == "Report" || v == "WebPage" || v == "Review" || v == "Event"
	case []any:
		for _, x := range v {
			if articleType(x) {
				return true
			}
		}
	}
	return false
}

// addPolicy notes the opt-outs among directives of robots: noindex, noai, …
func (d *Document) addPolicy(lists ...string) {
	for _, list := range lists {
		for directive := range strings.SplitSeq(strings.ToLower(list), ",") {
			if _, after, ok := strings.Cut(directive, ":"); ok && !strings.HasPrefix(strings.TrimSpace(directive), "unavailable_after") {
				directive = after // "googlebot: noindex"
			}
			directive = strings.TrimSpace(directive)
			switch directive {
			case "noindex", "none", "noarchive", "nosnippet", "noai", "noimageai", "nocache":
				known := false
				for _, p := range d.Policy {
					known = known || p == directive
				}
				if !known {
					d.Policy = append(d.Policy, directive)
				}
			}
		}
	}
}
