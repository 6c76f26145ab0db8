package db

// What is read from a page is derived and replaced as a whole: its documents, their
// mentions and signals, and the reports with their claims, in one transaction. A document
// keeps its number by its place in the page, a report by its place in the document, so
// that what points to them outlives a new version of the rules.
//
// Nothing is stored whose words are not in the text at the place that it names.

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"tocsin/classify"
	"tocsin/extract"
)

// A Derived is a document of a page with all that was read from it.
type Derived struct {
	Document  *extract.Document
	Mentions  []extract.Mention
	Judgement classify.Judgement
	Record    []byte // as JSON, without incident ids; nil if it is not to be exported as a record
}

// SaveDocuments replaces what was read from a page by docs. rules is the version that read
// them. The error of a span that does not hold its words names document, span and rule;
// the page is then as it was.
func (s *Store) SaveDocuments(ctx context.Context, page int64, rules string, docs ...Derived) error {
	if len(docs) == 0 {
		return fmt.Errorf("page %d gave no document: say why with SaveReason", page)
	}
	rows := make([]derivedRow, len(docs))
	seen := map[string]int{}
	for i, d := range docs {
		row, err := check(d)
		if err != nil {
			return err
		}
		// Entries of a feed may have no URL of their own, and still are several documents.
		if seen[row.key]++; seen[row.key] > 1 {
			row.key = fmt.Sprintf("%s (%d)", row.key, seen[row.key])
		}
		rows[i] = row
	}
	return s.update(ctx, func(tx *sql.Tx) error { return saveDocuments(tx, page, rules, "", rows) })
}

// SaveDocument is SaveDocuments for a page that holds one document.
func (s *Store) SaveDocument(ctx context.Context, page int64, rules string, doc *extract.Document, mentions []extract.Mention, j classify.Judgement, record []byte) error {
	return s.SaveDocuments(ctx, page, rules, Derived{doc, mentions, j, record})
}

// SaveReason notes why a page gives no document under these rules, and removes what it
// gave under others.
func (s *Store) SaveReason(ctx context.Context, page int64, rules, reason string) error {
	return s.update(ctx, func(tx *sql.Tx) error { return saveDocuments(tx, page, rules, reason, nil) })
}

// A place is a checked span: bytes, code points and the words there.
type place struct {
	start, end, startChar, endChar int
	quote                          string
}

// A derivedRow is a Derived whose spans were checked.
type derivedRow struct {
	Derived
	key, sum string
	mentions []place
	signals  []place
	claims   [][]place // by report
}

// check finds the words of every span. Only a claim that was reckoned and not told may be
// without words.
func check(d Derived) (derivedRow, error) {
	doc := d.Document
	sum := sha256.Sum256([]byte(doc.Text))
	row := derivedRow{Derived: d, sum: hex.EncodeToString(sum[:])}
	row.key = doc.URL
	if row.key == "" {
		row.key = "sha256:" + row.sum
	}
	if !utf8.ValidString(doc.Text) {
		return row, fmt.Errorf("document %s: text is not valid UTF-8", row.key)
	}
	chars := newCharCounter(doc.Text)
	find := func(span extract.Span, what, rule string) (place, error) {
		if span.Start < 0 || span.End > len(doc.Text) || span.Start >= span.End {
			return place{}, fmt.Errorf("document %s: span %d to %d of %s (rule %s) is no place in a text of %d bytes",
				row.key, span.Start, span.End, what, rule, len(doc.Text))
		}
		if !border(doc.Text, span.Start) || !border(doc.Text, span.End) {
			return place{}, fmt.Errorf("document %s: span %d to %d of %s (rule %s) cuts a character",
				row.key, span.Start, span.End, what, rule)
		}
		return place{span.Start, span.End, chars.at(span.Start), chars.at(span.End), doc.Text[span.Start:span.End]}, nil
	}
	for _, m := range d.Mentions {
		p, err := find(m.Span, "mention "+m.Dim, m.Rule)
		if err != nil {
			return row, err
		}
		row.mentions = append(row.mentions, p)
	}
	for _, g := range d.Judgement.Signals {
		p, err := find(g.Span, "signal "+g.Type, g.Rule)
		if err != nil {
			return row, err
		}
		if g.Text != "" && g.Text != p.quote {
			return row, fmt.Errorf("document %s: span %d to %d of signal %s (rule %s) holds %q, not %q",
				row.key, g.Start, g.End, g.Type, g.Rule, p.quote, g.Text)
		}
		row.signals = append(row.signals, p)
	}
	for _, r := range d.Judgement.Reports {
		var places []place
		for _, c := range r.Claims {
			if c.Derived != "" && c.Span == (extract.Span{}) {
				places = append(places, place{})
				continue
			}
			p, err := find(c.Span, "claim "+string(c.Field), c.Rule)
			if err != nil {
				return row, err
			}
			places = append(places, p)
		}
		row.claims = append(row.claims, places)
	}
	return row, nil
}

// border reports whether no character of text goes on across i.
func border(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

// A charCounter tells how many code points stand before a byte, at the cost of a short run.
type charCounter struct {
	text  string
	marks []int // code points before every step bytes
}

const step = 256

func newCharCounter(text string) charCounter {
	c := charCounter{text: text}
	n := 0
	for i := 0; i < len(text); i++ {
		if i%step == 0 {
			c.marks = append(c.marks, n)
		}
		if utf8.RuneStart(text[i]) {
			n++
		}
	}
	return charCounter{text, append(c.marks, n)}
}

func (c charCounter) at(i int) int {
	n := c.marks[i/step]
	for j := i / step * step; j < i; j++ {
		if utf8.RuneStart(c.text[j]) {
			n++
		}
	}
	return n
}

func saveDocuments(tx *sql.Tx, page int64, rules, reason string, rows []derivedRow) error {
	var fetched int64
	if err := tx.QueryRow(`UPDATE page SET rules = ?, reason = ? WHERE id = ? RETURNING fetched`, rules, reason, page).Scan(&fetched); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("there is no page %d", page)
		}
		return err
	}
	keys, err := column[string](tx, `SELECT key FROM document WHERE page = ?`, page)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM document WHERE page = ? AND part >= ?`, page, len(rows)); err != nil {
		return err
	}
	for part, row := range rows {
		id, err := saveDocument(tx, page, part, rules, row)
		if err != nil {
			return fmt.Errorf("document %s: %w", row.key, err)
		}
		if err := saveRead(tx, id, fetched, row); err != nil {
			return fmt.Errorf("document %s: %w", row.key, err)
		}
		keys = append(keys, row.key)
	}
	for _, key := range keys {
		// The page whose own URL is the key speaks for it; of its revisions the latest.
		if _, err := tx.Exec(`UPDATE document SET current = (id = (SELECT d.id FROM document d JOIN page p ON p.id = d.page
			WHERE d.key = ?1 ORDER BY p.url = d.key DESC, p.url, p.id DESC, d.part LIMIT 1)) WHERE key = ?1`, key); err != nil {
			return err
		}
	}
	return nil
}

func saveDocument(tx *sql.Tx, page int64, part int, rules string, row derivedRow) (id int64, err error) {
	d, j := row.Document, row.Judgement
	published, modified := boundsOf(d.Published), boundsOf(d.Modified)
	features := []map[string]any{}
	for _, f := range j.Features {
		features = append(features, map[string]any{"name": f.Name, "weight": finite(f.Weight), "value": finite(f.Value), "words": f.Words})
	}
	feature, err := json.Marshal(features)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(`INSERT INTO document (page, part, key, current, url, title, site,
			published, published_from, published_until, published_offset, published_zone, published_source,
			modified, modified_from, modified_until, modified_offset,
			lang, script, zone, channel, reader, quality, policy, links, print, text, text_sha256,
			relevant, relevance, features, record, rules)
		VALUES (?, ?, ?, 0, ?, ?, ?,  ?, ?, ?, ?, ?, ?,  ?, ?, ?, ?,  ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,  ?, ?, ?, ?, ?)
		ON CONFLICT (page, part) DO UPDATE SET key = excluded.key, url = excluded.url, title = excluded.title, site = excluded.site,
			published = excluded.published, published_from = excluded.published_from, published_until = excluded.published_until,
			published_offset = excluded.published_offset, published_zone = excluded.published_zone, published_source = excluded.published_source,
			modified = excluded.modified, modified_from = excluded.modified_from, modified_until = excluded.modified_until,
			modified_offset = excluded.modified_offset, lang = excluded.lang, script = excluded.script, zone = excluded.zone,
			channel = excluded.channel, reader = excluded.reader, quality = excluded.quality, policy = excluded.policy,
			links = excluded.links, print = excluded.print, text = excluded.text, text_sha256 = excluded.text_sha256,
			relevant = excluded.relevant, relevance = excluded.relevance, features = excluded.features, record = excluded.record,
			rules = excluded.rules
		RETURNING id`,
		page, part, row.key, d.URL, d.Title, d.Site,
		d.Published.EDTF(), published.from, published.until, published.offset, d.Published.Zone, d.Published.DateSource,
		d.Modified.EDTF(), modified.from, modified.until, modified.offset,
		d.Lang, d.Script, d.Zone, d.Channel, d.Reader, list(d.Quality), list(d.Policy), list(d.Links), int64(classify.Print(d.Text)), d.Text, row.sum,
		j.Relevant, finite(j.Relevance), string(feature), string(row.Record), rules).Scan(&id)
	return id, err
}

// saveRead replaces the mentions, signals, reports and claims of a document.
func saveRead(tx *sql.Tx, document, fetched int64, row derivedRow) error {
	for _, q := range []string{
		`DELETE FROM mention WHERE document = ?`, `DELETE FROM signal WHERE document = ?`,
		`DELETE FROM claim WHERE report IN (SELECT id FROM report WHERE document = ?)`,
	} {
		if _, err := tx.Exec(q, document); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`DELETE FROM report WHERE document = ? AND part >= ?`, document, len(row.Judgement.Reports)); err != nil {
		return err
	}
	for i, m := range row.Mentions {
		low, high, bound, unit := quantity(m)
		edtf, b := "", bounds{}
		if m.Time != nil {
			edtf, b = periodOf(*m.Time)
		}
		p := row.mentions[i]
		if _, err := tx.Exec(`INSERT INTO mention (document, start_byte, end_byte, start_char, end_char, quote, dim, name, low, high, bound, unit,
			edtf, moment_from, moment_until, moment_offset, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			document, p.start, p.end, p.startChar, p.endChar, p.quote, m.Dim, m.Name, low, high, bound, unit,
			edtf, b.from, b.until, b.offset, m.Rule); err != nil {
			return err
		}
	}
	for i, g := range row.Judgement.Signals {
		b, p := boundsOf(g.Time), row.signals[i]
		if _, err := tx.Exec(`INSERT INTO signal (document, start_byte, end_byte, start_char, end_char, quote, type, platform, value,
			edtf, moment_from, moment_until, moment_offset, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			document, p.start, p.end, p.startChar, p.endChar, p.quote, g.Type, g.Platform, g.Value,
			g.Time.EDTF(), b.from, b.until, b.offset, g.Rule); err != nil {
			return err
		}
	}
	known := fetched
	if p := boundsOf(row.Document.Published); p.from != nil {
		known = *p.from
	}
	for part, r := range row.Judgement.Reports {
		var report int64
		if err := tx.QueryRow(`INSERT INTO report (document, part, key, is_primary) VALUES (?, ?, ?, ?)
			ON CONFLICT (document, part) DO UPDATE SET key = excluded.key, is_primary = excluded.is_primary RETURNING id`,
			document, part, fmt.Sprintf("%s#%d", row.key, part), r.Primary).Scan(&report); err != nil {
			return err
		}
		for i, c := range r.Claims {
			if err := saveClaim(tx, report, known, i, c, row.claims[part][i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func saveClaim(tx *sql.Tx, report, known int64, part int, c classify.Claim, p place) error {
	var low, high *float64
	if c.Bound != "" || c.Low != 0 || c.High != 0 {
		low, high = number(c.Low), number(c.High)
	}
	m, b := c.Moment, boundsOf(c.Moment)
	_, err := tx.Exec(`INSERT INTO claim (report, part, field, value, low, high, bound, unit,
			edtf, moment_from, moment_until, moment_offset, zone, date_source, year_source, zone_source, doubt,
			standing, speaker, quote, start_byte, end_byte, start_char, end_char, rule, derived, known_from)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?,  ?, ?, ?, ?, ?, ?, ?, ?, ?,  ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		report, part, c.Field, c.Value, low, high, c.Bound, c.Unit,
		m.EDTF(), b.from, b.until, b.offset, m.Zone, m.DateSource, m.YearSource, m.ZoneSource, m.Doubt,
		c.Standing, c.Speaker, p.quote, p.start, p.end, p.startChar, p.endChar, c.Rule, c.Derived, known)
	return err
}

// quantity returns the numbers of a mention, nil where it has none to publish.
func quantity(m extract.Mention) (low, high *float64, bound extract.Bound, unit string) {
	switch {
	case m.Duration != nil && !m.Duration.Vague:
		return number(m.Duration.Low), number(m.Duration.High), m.Duration.Bound, "s"
	case m.Count != nil:
		return number(m.Count.Low), number(m.Count.High), m.Count.Bound, m.Count.Unit
	case m.Number != nil:
		if m.Number.Percent {
			unit = "%"
		}
		return number(m.Number.Low), number(m.Number.High), m.Number.Bound, unit
	}
	return nil, nil, "", ""
}

// number is v as it is stored: no number that cannot be compared, which SQLite would take
// for NULL and JSON refuse.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func finite(v float64) float64 {
	if p := number(v); p != nil {
		return *p
	}
	return 0
}

// list writes a list as JSON, never null, with & and < as they are.
func list(l []string) string {
	if len(l) == 0 {
		return "[]"
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(l); err != nil {
		return "[]" // strings always have a JSON form
	}
	return strings.TrimSuffix(b.String(), "\n")
}
