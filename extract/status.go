package extract

// Status pages. A thread is a run of elements of the same kind under one parent, each of
// which begins with its time or carries it (<time>, data-datetime-unix, a stamp), or which
// are named as updates by the markup of a known platform. Every paragraph of an entry
// becomes an Update block with the time of the entry. An incident of a history page is a
// document of its own.

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tocsin/crawler"
)

// Threads are the entries of the status threads of a page.
type threads struct {
	entries map[*html.Node]update
	named   bool // the markup says that they are updates
	forum   bool // the markup says that they are posts
}

// posted returns what n says as an entry of a thread.
func (t threads) posted(n *html.Node) (update, bool) {
	u, ok := t.entries[n]
	return u, ok
}

// findThreads finds the entries below root. On a page that is known to be a status page one
// entry is enough, elsewhere there are two, or the markup says what they are.
func findThreads(root *html.Node, known bool) threads {
	t := threads{entries: map[*html.Node]update{}}
	for parent := range root.Descendants() {
		if parent.Type != html.ElementNode || parent.FirstChild == nil {
			continue
		}
		var found []*html.Node
		var updates []update
		elements, size := 0, 0
		for n := parent.FirstChild; n != nil; n = n.NextSibling {
			if n.Type != html.ElementNode || !blockElement(n) || unread(n) {
				continue
			}
			elements++
			u, words, ok := entryOf(n, known)
			if ok {
				found = append(found, n)
				updates = append(updates, u)
				size += words
			}
		}
		named := slices.ContainsFunc(found, entryNamed) || len(found) > 1 && slices.ContainsFunc(found, postNamed)
		if len(found) == 0 || !named && (size < 40*len(found) || len(found)*2 < elements) || len(found) < 2 && !known && !named {
			continue
		}
		t.named = t.named || named || known
		t.forum = t.forum || slices.ContainsFunc(found, postNamed)
		for i, n := range found {
			t.entries[n] = updates[i]
		}
	}
	// An entry inside of an entry is part of the outer one.
	for n := range t.entries {
		for a := n.Parent; a != nil; a = a.Parent {
			if _, ok := t.entries[a]; ok {
				delete(t.entries, n)
				break
			}
		}
	}
	return t
}

// entryNamed reports whether the class of n, or of the label that it begins with, is that
// of an update on Statuspage, Google Cloud or the AWS dashboard.
func entryNamed(n *html.Node) bool {
	for class := range strings.FieldsSeq(attr(n, "class")) {
		switch class {
		case "update", "update-row", "incident-update", "status-update":
			return true
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.ElementNode {
			return attr(child, "class") == "yellowfg"
		}
	}
	return false
}

// maxEntry is the weight above which an element is no entry but holds them. The longest
// review of an incident met so far had a third of it.
const maxEntry = 100_000

// postNamed reports whether the class of n is that of a post in a forum.
func postNamed(n *html.Node) bool {
	return classNamed(n, "post", "topic-post", "postcontainer", "message", "comment")
}

// entryOf reads n as an entry of a thread: its time, its status, and the weight of its
// words beside the time.
func entryOf(n *html.Node, known bool) (update, int, bool) {
	var u update
	var label string
	size, linked := 0, 0
	first := true
	begins := false
	post := postNamed(n)
	for d := range n.Descendants() {
		switch {
		case d.Type == html.ElementNode && d.DataAtom == atom.Time && u.posted.IsZero():
			if m, ok := parseStamp(firstText(attr(d, "datetime"), nodeText(d))); ok {
				u.posted = m
				begins = begins || first || post && size <= 60 // behind the name of who wrote it
			}
		case heading(d) && !begins:
			post = false // a teaser in a list of articles
		case d.Type == html.ElementNode && hasAttr(d, "data-datetime-unix") && u.posted.IsZero():
			if ms, err := strconv.ParseInt(attr(d, "data-datetime-unix"), 10, 64); err == nil {
				u.posted = momentOf(time.UnixMilli(ms).UTC(), Second)
			}
		case d.Type == html.ElementNode && classNamed(d, "update-title", "update-status"):
			u.status = strings.ToLower(firstText(nodeText(d)))
		case d.Type == html.TextNode && strings.TrimSpace(d.Data) != "":
			words := weigh(d.Data)
			if insideLink(d, n) {
				linked += words
			}
			if first {
				label = strings.TrimSpace(d.Data)
				if m, rest, ok := labelStamp(label); ok {
					begins = true
					u.posted = finer(u.posted, m)
					size -= words - weigh(rest)
				}
			}
			first = false
			if size += words; size > maxEntry {
				return u, size, false
			}
		}
	}
	if entryNamed(n) {
		return u, size, size > 0
	}
	return u, size, begins && size > 0 && linked*2 < size
}

// labelStamp reads the time that an entry begins with: a stamp, a time of day with its
// zone, or a day without year before one. What is not told stays zero.
func labelStamp(s string) (m Moment, rest string, ok bool) {
	if m, n := stampAt(s); n > 0 {
		return m, s[n:], true
	}
	words := strings.Fields(s)
	if len(words) >= 2 && words[0] != "" && unicode.IsLetter(rune(words[0][0])) {
		day := strings.TrimSuffix(words[1], ",")
		if t, err := time.Parse("Jan 2", words[0]+" "+day); err == nil {
			after := strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(s[strings.Index(s, words[1])+len(words[1]):]), "-"), " ")
			if c, n := clockAt(after); n > 0 {
				c.Month, c.Day = int(t.Month()), t.Day()
				return c, after[n:], true
			}
		}
	}
	if c, n := clockAt(s); n > 0 && (c.Zone != "" || n == len(s)) {
		return c, s[n:], true
	}
	return Moment{}, s, false
}

func heading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

func classNamed(n *html.Node, names ...string) bool {
	for class := range strings.FieldsSeq(attr(n, "class")) {
		if slices.Contains(names, class) {
			return true
		}
	}
	return false
}

func insideLink(n, top *html.Node) bool {
	for ; n != nil && n != top; n = n.Parent {
		if n.DataAtom == atom.A {
			return true
		}
	}
	return false
}

// nodeText returns the text below n as it stands.
func nodeText(n *html.Node) string {
	var b strings.Builder
	rawText(n, &b)
	return b.String()
}

// covers reports whether the entries are what the page is about: they hold half or more of
// its text, a tenth if it is known what they are.
func (t threads) covers(root *html.Node) bool {
	if len(t.entries) == 0 {
		return false
	}
	page := (&walker{skip: boilerplate, posted: t.posted}).walk(root)
	inside, all := 0, 0
	for _, b := range page.blocks {
		all += b.End - b.Start - b.linked
		if b.Kind == Update {
			inside += b.End - b.Start - b.linked
		}
	}
	if t.named {
		return inside*10 >= all
	}
	return inside*2 >= all
}

// top returns the element that holds the threads: <article>, <main> or the body.
func (t threads) top(root *html.Node) *html.Node {
	for _, a := range []atom.Atom{atom.Article, atom.Main} {
		for n := range root.Descendants() {
			if n.DataAtom != a {
				continue
			}
			holds := true
			for entry := range t.entries {
				holds = holds && within(entry, n)
			}
			if holds {
				return n
			}
		}
	}
	return root
}

// datePosts gives the updates that tell only a time of day their day: a stated one is
// carried on in both directions, past midnight where the clock goes back; without any, the
// first has the day of publication.
func datePosts(d *Document) {
	var posts []int
	anchor := -1
	for i, b := range d.Blocks {
		if b.Kind != Update || b.Posted.IsZero() || b.Posted.Year > 0 {
			continue
		}
		if k := len(posts); k > 0 && sameClock(d.Blocks[posts[k-1]].Posted, b.Posted) && posts[k-1] == i-1 {
			posts = append(posts, i)
			continue
		}
		if anchor < 0 && b.Posted.Month > 0 {
			anchor = len(posts)
		}
		posts = append(posts, i)
	}
	if len(posts) == 0 || d.Published.IsZero() || d.Published.Precision < Day {
		return
	}
	set := func(i int, day time.Time, source string) {
		m := &d.Blocks[posts[i]].Posted
		m.Year, m.Month, m.Day = day.Year(), int(day.Month()), day.Day()
		m.DateSource, m.YearSource = source, "published"
	}
	clock := func(i int) int {
		m := d.Blocks[posts[i]].Posted
		return m.Hour*60 + m.Minute
	}
	published := time.Date(d.Published.Year, time.Month(d.Published.Month), d.Published.Day, 0, 0, 0, 0, time.UTC)
	stated := func(i int) (time.Time, bool) {
		m := d.Blocks[posts[i]].Posted
		if m.Month == 0 {
			return time.Time{}, false
		}
		return time.Date(d.Published.Year, time.Month(m.Month), m.Day, 0, 0, 0, 0, time.UTC), true
	}
	day, source := published, "published"
	start := max(anchor, 0)
	if t, ok := stated(start); ok {
		day, source = t, "stated"
	}
	first, firstSource := day, source
	for i := start; i < len(posts); i++ {
		if t, ok := stated(i); ok {
			day, source = t, "stated"
		} else if i > start && clock(i) < clock(i-1) {
			day, source = day.AddDate(0, 0, 1), "text"
		}
		set(i, day, source)
	}
	day = first
	for i := start - 1; i >= 0; i-- {
		if clock(i) > clock(i+1) {
			day = day.AddDate(0, 0, -1)
		}
		if firstSource == "stated" {
			set(i, day, "text")
		} else {
			set(i, day, firstSource)
		}
	}
}

// firstPost returns the earliest time of an update that tells its day.
func firstPost(d *Document) Moment {
	var first Moment
	for _, b := range d.Blocks {
		if b.Kind != Update || b.Posted.Year == 0 {
			continue
		}
		from, _ := b.Posted.Bounds()
		if earliest, _ := first.Bounds(); first.IsZero() || from.Before(earliest) {
			first = b.Posted
		}
	}
	return first
}

func sameClock(a, b Moment) bool { return a == b }

// incidentItems returns the elements of a history page that are an incident each: on Azure
// and on Statuspage.
func incidentItems(doc *goquery.Document) []*html.Node {
	for _, selector := range []string{".incident-history-item", ".incident-container"} {
		if nodes := doc.Find(selector).Nodes; len(nodes) > 0 {
			return nodes
		}
	}
	return nil
}

// incidents returns a document for each incident of a history page, but for those that
// have pages of their own to be crawled.
func (r *Reader) incidents(items []*html.Node, f facts, base *url.URL, p *crawler.Page) ([]*Document, error) {
	var docs []*Document
	left := 0
	for _, item := range items {
		var threads threads
		if !classNamed(item, "incident-history-item") { // Azure tells a story there, with times
			threads = findThreads(item, true)
		}
		w := (&walker{base: base, posted: threads.posted}).walk(item)
		own := f
		if title := firstNamed(item, "incident-history-title", "incident-title"); title != nil {
			own.title = firstText(nodeText(title))
		}
		link := ""
		if a := goquery.NewDocumentFromNode(item).Find("a.incident-title, .incident-title a").First(); a.Length() > 0 {
			link = absolute(base, a.AttrOr("href", ""))
		}
		if p.URL != "" && link != "" && link != p.URL && link != f.canonical {
			left++ // its own page tells the year and the components as well
			continue
		}
		if len(items) > 1 {
			own.canonical = link
		}
		d := r.document(w, own)
		d.Reader = "status"
		d.Published, d.Modified = own.published, own.modified
		if len(items) > 1 || d.Published.IsZero() {
			d.Published = firstPost(d)
		}
		if m, ok := azureDate(item); ok && d.Published.IsZero() {
			d.Published = m
		}
		datePosts(d)
		if len(items) > 1 && d.URL == "" && p.URL != "" {
			d.URL = p.URL + "#" + incidentID(item, len(docs))
		}
		if d.Text != "" {
			docs = append(docs, d)
		}
	}
	if len(docs) == 0 && left > 0 {
		return nil, ErrList
	}
	if len(docs) == 0 {
		return nil, ErrNoText
	}
	return docs, nil
}

// azureDate reads the day that Azure hides before a title, month first.
func azureDate(item *html.Node) (Moment, bool) {
	hidden := firstNamed(item, "hide-text")
	if hidden == nil {
		return Moment{}, false
	}
	t, err := time.Parse("01/02/2006", strings.TrimSpace(nodeText(hidden)))
	return Moment{Year: t.Year(), Month: int(t.Month()), Day: t.Day(), Precision: Day, DateSource: "stated", YearSource: "stated"}, err == nil
}

// incidentID returns what tells one incident of a page from the others: the first id below
// it, else its number.
func incidentID(item *html.Node, number int) string {
	for d := range item.Descendants() {
		if id := attr(d, "id"); d.Type == html.ElementNode && id != "" {
			return id
		}
	}
	return strconv.Itoa(number + 1)
}

// firstNamed returns the first element below n with one of the classes.
func firstNamed(n *html.Node, names ...string) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && classNamed(d, names...) {
			return d
		}
	}
	return nil
}
