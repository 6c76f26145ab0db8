package extract

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// blockTexts returns the blocks of d as "kind: text".
func blockTexts(d *Document) []string {
	var out []string
	for _, b := range d.Blocks {
		out = append(out, string(b.Kind)+": "+d.Text[b.Start:b.End])
	}
	return out
}

func TestMarkdown(t *testing.T) {
	source := `---
url: https://news.example/2024/outage
title: "Cards refused for two hours"
source: The Example
date: 2024-05-03
fetch_date: 2025-01-01T00:00:00
---

# Cards refused for two hours

2024-05-02 18:30:00

Payments **failed** at [several banks](/banks "a list") on Thursday, said _one_ of
them. See <https://status.example/a> and https://x.com/bank/status/1786000000000000000.

> We are sorry.

1. First, the cards
2. then the ` + "`api_gateway`" + `
* [x] and \*more\*

| bank | users |
|------|------:|
| A    | 2,000 |

![picture](a.png)
`
	docs, err := newTestReader(t).ReadFile("a.md", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	d := docs[0]
	want := []string{
		"heading: Cards refused for two hours",
		"paragraph: 2024-05-02 18:30:00",
		"paragraph: Payments failed at several banks on Thursday, said one of them. See https://status.example/a and https://x.com/bank/status/1786000000000000000.",
		"quote: We are sorry.",
		"item: 1. First, the cards",
		"item: 2. then the api_gateway",
		"item: [x] and *more*",
		"row: bank\tusers",
		"row: A\t2,000",
	}
	if got := blockTexts(d); !slices.Equal(got, want) {
		t.Errorf("blocks are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if d.URL != "https://news.example/2024/outage" || d.Title != "Cards refused for two hours" || d.Site != "The Example" {
		t.Errorf("URL %q, title %q, site %q", d.URL, d.Title, d.Site)
	}
	if d.Published.ISO() != "2024-05-02T18:30:00" || d.Published.DateSource != "dateline" {
		t.Errorf("published %s by %s", d.Published.ISO(), d.Published.DateSource)
	}
	if !slices.Equal(d.Links, []string{"https://news.example/banks", "https://status.example/a", "https://x.com/bank/status/1786000000000000000"}) {
		t.Errorf("links are %q", d.Links)
	}
	if d.Source != source {
		t.Error("Source is not the file")
	}
	for _, c := range []struct{ text, want string }{
		{"failed at several banks", "failed** at [several banks"},
		{"one of them", "one_ of\nthem"},
		{"api_gateway", "api_gateway"},
		{"*more*", "\\*more\\*"},
		{"A\t2,000", "A    | 2,000"},
	} {
		at := strings.Index(d.Text, c.text)
		s, ok := d.Original(Span{at, at + len(c.text)})
		if got := d.Source[s.Start:s.End]; !ok || got != c.want {
			t.Errorf("%q comes from %q, want %q", c.text, got, c.want)
		}
	}
}

func TestFrontMatter(t *testing.T) {
	for _, c := range []struct{ source, title, text string }{
		{"---\ntitle: 'A b'\n---\nText of it.", "A b", "Text of it."},
		{"---\r\ntitle: A\r\n---\r\nText of it.\r\n", "A", "Text of it."},
		{"---\ntitle: A\nnever closed", "", ""},
		{"---\nnot a key\n---\nText.", "", ""},
		{"title: A\n\nNo front matter.", "", ""},
		{"---\n---\nText.", "", ""},
		{"---\ntags:\n  - title: no\ntitle: B\n---\nText of it.", "B", "Text of it."},
	} {
		docs, err := newTestReader(t).ReadFile("a.txt", []byte(c.source))
		if err != nil {
			t.Errorf("%q: %v", c.source, err)
			continue
		}
		d := docs[0]
		if c.text != "" && (d.Title != c.title || d.Text != c.text) {
			t.Errorf("%q has title %q and text %q", c.source, d.Title, d.Text)
		}
		if c.text == "" && !strings.Contains(d.Text, strings.TrimRight(c.source[len(c.source)-3:], ".")) {
			t.Errorf("%q lost text: %q", c.source, d.Text)
		}
	}
}

func TestPlainText(t *testing.T) {
	wrapped := `The network of the operator failed on Monday morning and it took the
engineers more than three hours to find the reason. In the meantime no
customer could call or send a message.

  - Calls: none for
    three hours
  - Messages: late
Lines that are short
stay alone.
这家公司的支付系统在周一上午九点左右突然停止工作，全国各地的
用户都无法付款，直到中午才恢复。
`
	docs, err := newTestReader(t).ReadFile("a.txt", []byte(wrapped))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(blockTexts(docs[0]), "\n")
	for _, want := range []string{
		"paragraph: The network of the operator failed on Monday morning and it took the engineers more than three hours to find the reason. In the meantime no customer could call or send a message.",
		"item: Calls: none for three hours",
		"item: Messages: late",
		"paragraph: Lines that are short\nparagraph: stay alone.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	han := "这家公司的支付系统在周一上午九点左右突然停止工作，全国各地的\n用户都无法付款，直到中午才恢复。"
	docs, err = newTestReader(t).ReadFile("b.txt", []byte(han))
	if err != nil {
		t.Fatal(err)
	}
	if d := docs[0]; d.Text != strings.ReplaceAll(han, "\n", "") {
		t.Errorf("Han lines are joined to %q", d.Text)
	}
}

func TestTails(t *testing.T) {
	menu := strings.Repeat("[Home](/)\n\nSport\n\n* [Videos](/v)\n\n", 4)
	body := "# Phones silent across the country\n\nBy A. Writer\n\nThe mobile network failed for three hours on Tuesday, and nobody could call for help.\n\n- Calls: 2 million\n- Messages: 5 million\n\nThe operator said that a broken cable was to blame, and that service was back by noon.\n\n"
	footer := "Read next\n\n* [One thing](/1)\n* [Another](/2)\n* [A third](/3)\n\nAbout us\n\nContact\n\n© 2024 Example\n"
	docs, err := newTestReader(t).ReadFile("a.md", []byte(menu+body+footer))
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	for _, b := range docs[0].Blocks {
		if b.Kind != Tail {
			read = append(read, docs[0].Text[b.Start:b.End])
		}
	}
	if len(read) != 6 || read[0] != "Phones silent across the country" || !strings.HasPrefix(read[5], "The operator") {
		t.Errorf("what is read: %q", read)
	}
	if !strings.Contains(docs[0].Text, "Another") {
		t.Error("the tail is not kept")
	}
}

// TestSeeds reads real files: every block must lead back into the file.
func TestSeeds(t *testing.T) {
	dir := shared(t, "seeds")
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := newTestReader(t)
	for _, name := range names {
		body, err := os.ReadFile(dir + "/" + name.Name())
		if err != nil {
			t.Fatal(err)
		}
		docs, err := r.ReadFile(name.Name(), body)
		if err != nil {
			t.Fatal(err)
		}
		d := docs[0]
		if d.Source != string(body) {
			t.Errorf("%s: Source is not the file", name.Name())
		}
		checkBlocks(t, d)
	}
}

// checkBlocks holds what is true of every document.
func checkBlocks(t *testing.T, d *Document) {
	t.Helper()
	end := 0
	for _, b := range d.Blocks {
		if b.Start < end || b.End <= b.Start || b.End > len(d.Text) {
			t.Fatalf("block %v after %d in a text of %d bytes", b.Span, end, len(d.Text))
		}
		if !utf8.ValidString(d.Text[b.Start:b.End]) {
			t.Fatalf("block %v does not end on rune borders", b.Span)
		}
		o, ok := d.Original(b.Span)
		if !ok || o.Start < 0 || o.End > len(d.Source) || o.Start >= o.End {
			t.Fatalf("block %v comes from %v, %v", b.Span, o, ok)
		}
		end = b.End
	}
	at, source := 0, 0
	for _, g := range d.origin {
		if g.text < at || g.source < source || g.n <= 0 {
			t.Fatalf("segments are not in order at %+v", g)
		}
		if g.same && d.Text[g.text:g.text+g.n] != d.Source[g.source:g.source+g.m] {
			t.Fatalf("segment %+v is no copy", g)
		}
		at, source = g.text+g.n, g.source+g.m
	}
}

func FuzzReadText(f *testing.F) {
	r := newTestReader(f)
	for _, s := range []string{
		"---\ntitle: a\n---\n# b\n", "* [a](b) ![c](d)\n| a | b |\n```\nx\n```\n> q\n", "a\n===\n\n1. b\n   c\n", "[[a](b)](c) <https://a.example>", "**a** _b_ `c` ~~d~~ \\*", "\ufeff---\r\nurl: https://a.example\r\n---\r\nb",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		docs, err := r.ReadFile("fuzz.md", []byte(s))
		if err != nil {
			return
		}
		for _, d := range docs {
			checkBlocks(t, d)
		}
	})
}
