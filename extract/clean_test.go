package extract

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// cleanedDocument makes a document of one block of source.
func cleanedDocument(source string) *Document {
	d := &Document{Source: source}
	d.setText([]rawBlock{{Block{Kind: Paragraph}, cleanGlyphs(glyphsOf(source, Span{0, len(source)}))}})
	return d
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"Le service e\u0301tait coupé", "Le service était coupé"},
		{"<cand>但</cand>服务器没有响应", "但服务器没有响应"},
		{`see <a href="https://a.example/?x=1&amp;y=2">the page</a>`, "see the page"},
		{"5 < 6 and x<y, <3", "5 < 6 and x<y, <3"},
		{"AT&amp;T &#8217;s &quot;net&quot; &unknown; &", "AT&T ’s \"net\" &unknown; &"},
		{"&amp;lt;", "&lt;"},
		{"zero\u200bwidth\u00ad and \x07bell", "zerowidth and bell"},
		{"one\r\ntwo\rthree", "one\ntwo\nthree"},
		{"10\u00a0000\u202fh", "10\u00a0000\u202fh"},
		{"line<br/>break", "line break"},
		{"a\xffb", "a\ufffdb"},
		{"", ""},
	} {
		d := cleanedDocument(c.source)
		if d.Text != c.want {
			t.Errorf("%q is cleaned to %q, want %q", c.source, d.Text, c.want)
		}
	}
}

func TestOriginal(t *testing.T) {
	d := cleanedDocument("<b>e\u0301t</b>e\u0301 &amp; <i>hiver</i> à 5&nbsp;h")
	for _, c := range []struct{ text, want string }{
		{"é", "e\u0301"},
		{"été", "e\u0301t</b>e\u0301"},
		{"&", "&amp;"},
		{"hiver", "hiver"},
		{"5\u00a0h", "5&nbsp;h"},
	} {
		at := strings.Index(d.Text, c.text)
		s, ok := d.Original(Span{at, at + len(c.text)})
		if !ok || d.Source[s.Start:s.End] != c.want {
			t.Errorf("%q comes from %q (%v), want %q", c.text, d.Source[s.Start:s.End], ok, c.want)
		}
	}
	for _, s := range []Span{{-1, 2}, {0, len(d.Text) + 1}, {3, 2}} {
		if got, ok := d.Original(s); ok {
			t.Errorf("%v, which is no place in the text, comes from %v", s, got)
		}
	}
	if got := CodePoints("été à 5 h", Span{6, 8}); got != (Span{4, 5}) {
		t.Errorf("code points are %v", got)
	}
}

// checkOrigin fails unless every span between rune borders of d.Text, tried at random,
// leads to a place in d.Source that is cleaned to it.
func checkOrigin(t *testing.T, d *Document) {
	t.Helper()
	if !utf8.ValidString(d.Text) || !norm.NFC.IsNormalString(d.Text) {
		t.Fatalf("text is not UTF-8 in normal form C: %q", d.Text)
	}
	borders := []int{}
	for i := range d.Text {
		borders = append(borders, i)
	}
	borders = append(borders, len(d.Text))
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		i, j := random.IntN(len(borders)), random.IntN(len(borders))
		if i > j {
			i, j = j, i
		}
		if i == j {
			continue
		}
		s := Span{borders[i], borders[j]}
		o, ok := d.Original(s)
		if !ok || o.Start < 0 || o.End > len(d.Source) || o.Start >= o.End {
			t.Fatalf("%q comes from %v, %v", d.Text[s.Start:s.End], o, ok)
		}
		source := d.Source[o.Start:o.End]
		cleaned := textOf(cleanGlyphs(glyphsOf(source, Span{0, len(source)})))
		if !strings.Contains(cleaned, d.Text[s.Start:s.End]) {
			t.Fatalf("%q comes from %q, which is cleaned to %q", d.Text[s.Start:s.End], source, cleaned)
		}
		if wholeSegments(d, s) && cleaned != d.Text[s.Start:s.End] {
			t.Fatalf("%q comes from %q, which is cleaned to %q", d.Text[s.Start:s.End], source, cleaned)
		}
	}
}

// wholeSegments reports whether both ends of s lie outside of segments that stand for
// their source as a whole.
func wholeSegments(d *Document, s Span) bool {
	for _, g := range d.origin {
		for _, at := range []int{s.Start, s.End} {
			if !g.same && at > g.text && at < g.text+g.n {
				return false
			}
		}
	}
	return true
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"e\u0301 <b>a</b> &amp;lt; \r\n\u200b", "<<b>i>&l<b>t;", "a\xff\xfe", "\u1100\u1161\u11a8", "&#x1F600; &nGt; ≫̸"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			s = strings.ToValidUTF8(s, "\ufffd")
		}
		checkOrigin(t, cleanedDocument(s))
	})
}
