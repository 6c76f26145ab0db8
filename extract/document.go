// Package extract reads documents from pages, and in their text the values that are told:
// times, durations, counts, causes, services, regions, and the words that say how sure.
//
// All that is known of a language stands in the phrase files of extract/lang, matched by
// extract/phrase; no word of any language stands in Go.
package extract

import "time"

// A Span is a place in a text: bytes Start up to End, on rune borders.
type Span struct{ Start, End int }

// A Document is the text of one article, post or status thread of a page, and what the
// page says about it. Text is final (UTF-8, NFC, cleaned once) before any Span exists.
type Document struct {
	URL       string // canonical, "" for a file without one
	Title     string // from the page's head or front matter; Text holds the headline again if the page shows it
	Site      string // og:site_name or the like
	Published Moment // with the zone that the page gives; zero if unknown
	Modified  Moment
	Lang      string // ISO 639-1, "" where none could be told
	Script    string // ISO 15924: Hans, Hant, Latn, …
	Zone      string // IANA zone of the outlet, "" unknown
	Channel   string // official, press, aggregator, social; "" unknown
	Reader    string // which reader made it: article, feed, status, post, text
	Text      string
	Blocks    []Block  // in order, not overlapping; nothing matches across the end of one
	Links     []string // targets of links in the main text, absolute
	Quality   []string // what is wrong with it: "farm", "repaired", "truncated", "undated", …
	Policy    []string // opt-outs that the page states: "noindex", "noai", "tdm-reservation: 1", …

	Source string // the text as it stood before cleaning; spans of records point here
	origin []segment

	datelines []string  // short lines near the headline, where a date may stand in words
	fetched   time.Time // zero for a file
}

// A segment says that Text[text:text+n] stood at Source[source:source+m]. Where same is
// set the bytes are the same (and n == m); elsewhere the whole run stands for the whole run.
type segment struct {
	text, n, source, m int
	same               bool
}

// A Kind says what a Block is in the page.
type Kind string

const (
	Heading   Kind = "heading"
	Paragraph Kind = "paragraph"
	Item      Kind = "item"   // of a list
	Row       Kind = "row"    // of a table; its cells are told apart by tabs
	Term      Kind = "term"   // <dt> and its <dd>, told apart by a tab
	Update    Kind = "update" // a paragraph of an entry of a status thread; those of one entry share Posted
	Quote     Kind = "quote"
	Tail      Kind = "tail" // navigation, tags, related links: kept for the record, never read for facts
)

// A Block is a run of Text that the page sets apart.
type Block struct {
	Span
	Kind   Kind
	Level  int    // of a heading, 1 to 6
	Posted Moment // of an update (and a heading inside of one) or a <time datetime>
	Status string // of an update, as the page names it: investigating, resolved, …
}
