package extract

// What surrounds an article by the names of its elements: the class and id that the web
// uses for menus, footers, advertisements, comments and related articles.

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// surroundings returns what tells the elements to leave out of a page: those named as
// boilerplate, but for one that holds half of the page, whatever it is called, and what
// stands beside the article in a layout table.
func surroundings(root *html.Node) func(*html.Node) bool {
	sizes := textSizes(root)
	beside := columns(root, sizes)
	return func(n *html.Node) bool {
		if beside[n] {
			return true
		}
		if !boilerplate(n) {
			return false
		}
		size, ok := sizes[n]
		return !ok || size*2 < sizes[root]
	}
}

// boilerplate reports whether an element is named as what surrounds an article. The names
// are those of class and id that the web uses.
func boilerplate(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Footer, atom.Aside:
		return true
	case atom.Body, atom.Html, atom.Article, atom.Main, atom.H1:
		return false
	}
	for _, key := range []string{"class", "id"} {
		for name := range strings.FieldsSeq(attr(n, key)) {
			if boilerplateName(strings.ToLower(name)) {
				return true
			}
		}
	}
	return false
}

func boilerplateName(name string) bool {
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' || r == ':' || unicode.IsDigit(r) }) {
		switch part {
		case "footer", "nav", "navbar", "navigation", "breadcrumb", "breadcrumbs", "sidebar", "comment", "comments", "disqus",
			"cookie", "cookies", "consent", "gdpr", "newsletter", "subscribe", "share", "sharing", "social", "related",
			"recommend", "recommended", "recommendation", "recommendations", "sponsor", "sponsored", "promo", "advert",
			"advertisement", "ads", "banner", "popup", "modal", "pagination", "pager", "copyright", "masthead", "toolbar", "skip", "crumbs", "crumb",
			"noprint", "printonly", "hotnews", "menu", "outbrain", "taboola", "signature":
			return true
		}
		// Names run together: relatedposts, sharedaddy, recommend-list.
		for _, start := range []string{"relatedpost", "relatedarticle", "relatednews", "relatedcontent", "sharebutton", "sharedaddy", "sharelink", "mostread", "mostpopular", "readmore", "readnext", "advertis"} {
			if strings.HasPrefix(part, start) {
				return true
			}
		}
	}
	return false
}
