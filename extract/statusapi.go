package extract

// Incidents as status pages give them to programs: the incidents.json of Statuspage and its
// likes, and that of Google Cloud. Each incident becomes a document: its name as heading,
// its components as a row, its updates in the order of time.

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"tocsin/crawler"
)

// A statuspage is the answer of Statuspage's API, as much of it as is read.
type statuspage struct {
	Page struct {
		Name string
		URL  string
	}
	Incidents    []statusIncident
	Maintenances []statusIncident `json:"scheduled_maintenances"`
}

type statusIncident struct {
	ID        string
	Name      string
	Shortlink string
	Started   string `json:"started_at"`
	Created   string `json:"created_at"`
	Updated   string `json:"updated_at"`
	Updates   []struct {
		Status    string
		Body      string
		Displayed string `json:"display_at"`
		Created   string `json:"created_at"`
	} `json:"incident_updates"`
	Components []struct{ Name string }
}

// A cloudIncident is one of Google Cloud's.
type cloudIncident struct {
	ID       string
	URI      string
	Title    string `json:"external_desc"`
	Service  string `json:"service_name"`
	Created  string
	Modified string
	Updates  []struct {
		When, Created, Text, Status string
	}
	Products []struct{ Title string } `json:"affected_products"`
}

// readStatusAPI returns the documents of a JSON answer.
func (r *Reader) readStatusAPI(source string, p *crawler.Page) ([]*Document, error) {
	base, _ := url.Parse(p.URL)
	var docs []*Document
	add := func(d *Document) {
		if d.Text != "" {
			d.Reader = "status"
			docs = append(docs, d)
		}
	}
	if strings.HasPrefix(strings.TrimLeft(source, "\ufeff \t\r\n"), "[") {
		var incidents []cloudIncident
		if err := json.Unmarshal([]byte(source), &incidents); err != nil {
			return nil, fmt.Errorf("not a list of incidents: %w", err)
		}
		for _, i := range incidents {
			w := &walker{base: base}
			w.line(Heading, 1, i.Title)
			names := []string{i.Service}
			for _, product := range i.Products {
				names = append(names, product.Title)
			}
			w.line(Row, 0, strings.Join(distinct(names), "\t"))
			slices.SortStableFunc(i.Updates, func(a, b struct{ When, Created, Text, Status string }) int {
				return strings.Compare(firstText(a.When, a.Created), firstText(b.When, b.Created))
			})
			for _, u := range i.Updates {
				posted, _ := parseStamp(firstText(u.When, u.Created))
				w.entry(u.Text, update{posted, strings.ToLower(u.Status)})
			}
			d := r.document(w, facts{title: i.Title})
			d.URL = absolute(base, firstText(i.URI, "incidents/"+i.ID))
			d.Published = firstPost(d)
			d.Modified, _ = parseStamp(i.Modified)
			add(d)
		}
	} else {
		var s statuspage
		if err := json.Unmarshal([]byte(source), &s); err != nil {
			return nil, fmt.Errorf("not the JSON of a status page: %w", err)
		}
		for _, i := range append(s.Incidents, s.Maintenances...) {
			w := &walker{base: base}
			w.line(Heading, 1, i.Name)
			names := []string{s.Page.Name}
			for _, c := range i.Components {
				names = append(names, c.Name)
			}
			w.line(Row, 0, strings.Join(distinct(names), "\t"))
			for k := len(i.Updates) - 1; k >= 0; k-- { // newest first in the answer
				u := i.Updates[k]
				posted, _ := parseStamp(firstText(u.Displayed, u.Created))
				w.entry(u.Body, update{posted, strings.ToLower(u.Status)})
			}
			d := r.document(w, facts{title: i.Name, site: s.Page.Name})
			d.URL = i.Shortlink
			if page, err := url.JoinPath(s.Page.URL, "incidents", i.ID); d.URL == "" && err == nil && s.Page.URL != "" {
				d.URL = page
			}
			d.Published = firstPost(d)
			if d.Published.IsZero() {
				d.Published, _ = parseStamp(firstText(i.Created, i.Started))
			}
			d.Modified, _ = parseStamp(i.Updated)
			add(d)
		}
	}
	if len(docs) == 0 {
		return nil, ErrNoText
	}
	return docs, nil
}

// distinct returns the strings that are not blank, each once, with single spaces.
func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.Join(strings.Fields(s), " "); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// line writes a block of one line.
func (w *walker) line(kind Kind, level int, text string) {
	text = strings.ToValidUTF8(strings.TrimSpace(text), "\ufffd")
	if text == "" {
		return
	}
	start := w.source.Len()
	w.source.WriteString(text)
	w.blocks = append(w.blocks, htmlBlock{Block: Block{Span: Span{start, w.source.Len()}, Kind: kind, Level: level}})
	w.source.WriteByte('\n')
}

// entry writes an entry of a thread, which is HTML or Markdown.
func (w *walker) entry(body string, u update) {
	c := context{kind: Update, entry: u}
	if strings.Contains(body, "</") || strings.Contains(body, "<br") {
		if root, err := html.Parse(strings.NewReader(body)); err == nil {
			w.node(root, c)
			w.flush()
			return
		}
	}
	w.pre(&html.Node{Type: html.ElementNode, FirstChild: &html.Node{Type: html.TextNode, Data: body}}, c)
}
