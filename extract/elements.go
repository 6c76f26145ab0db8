package extract

// What elements of HTML are to a reader: which are never read, which stand on lines of
// their own, which tables hold data.

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// attr returns the value of an attribute, "" without it.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// unread reports whether nobody reads n: its content is no text, or it is not shown, or it
// leads elsewhere.
func unread(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Svg, atom.Object, atom.Embed,
		atom.Canvas, atom.Audio, atom.Video, atom.Select, atom.Textarea, atom.Input, atom.Head, atom.Rt, atom.Rp,
		atom.Nav, atom.Map, atom.Datalist, atom.Dialog, atom.Title, atom.Math:
		return true
	case atom.Button:
		return !hasBlock(n)
	}
	switch attr(n, "role") {
	case "navigation", "banner", "contentinfo", "search", "dialog", "menu", "menubar", "alertdialog":
		return true
	}
	if hasAttr(n, "hidden") || attr(n, "aria-hidden") == "true" {
		return true
	}
	style := strings.ToLower(strings.ReplaceAll(attr(n, "style"), " ", ""))
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

// blockElement reports whether n is set on lines of its own.
func blockElement(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Center, atom.Dd, atom.Details,
		atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Li,
		atom.Main, atom.Menu, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Table, atom.Tbody, atom.Thead, atom.Tfoot,
		atom.Tr, atom.Td, atom.Th, atom.Caption, atom.Ul, atom.Summary, atom.Option, atom.Legend, atom.Button:
		return true
	}
	return false
}

// hasBlock reports whether a block element stands below n.
func hasBlock(n *html.Node) bool {
	for child := range n.Descendants() {
		if child.Type == html.ElementNode && blockElement(child) {
			return true
		}
	}
	return false
}

// dataCells reports whether the cells of a row can hold data: no table inside, and no cell
// longer than a paragraph.
func dataCells(tr *html.Node) bool {
	cells := 0
	for cell := tr.FirstChild; cell != nil; cell = cell.NextSibling {
		if cell.Type != html.ElementNode {
			continue
		}
		cells++
		size := 0
		for n := range cell.Descendants() {
			switch {
			case n.Type == html.TextNode:
				size += len(n.Data)
			case n.DataAtom == atom.Table, n.DataAtom == atom.H1, n.DataAtom == atom.H2:
				return false
			}
		}
		if size > 1500 {
			return false
		}
	}
	return cells > 0
}
