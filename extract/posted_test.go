package extract

import (
	"testing"

	"tocsin/extract/lang"
)

// TestPosted tells times of a thread from when each post was written.
func TestPosted(t *testing.T) {
	x, err := New(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) Moment {
		return Moment{Year: 2024, Month: 3, Day: day, Hour: hour, Minute: minute, Precision: Minute, Zone: "UTC"}
	}
	for _, c := range []struct {
		text   string
		posted Moment
		want   string // start and end of the last time told
	}{
		{"It failed at 11:40 PM PST.", at(5, 9, 0), "2024-03-04T23:40-08:00 "},
		{"It failed at 0:40 AM PST.", at(5, 9, 0), "2024-03-05T00:40-08:00 "},
		{"More will be known by 03:00 UTC.", at(5, 1, 0), " 2024-03-05T03:00Z"},
		{"It failed between 11:40 PM and 12:20 AM PST.", at(5, 9, 0), "2024-03-04T23:40-08:00 2024-03-05T00:20-08:00"},
		{"It failed on March 4.", at(5, 9, 0), "2024-03-04 "},
		{"It failed on March 2 at 10:00 UTC and worked at 11:00.", at(5, 9, 0), "2024-03-02T11:00Z "},
		{"It failed at 10:00.", at(5, 12, 0), "2024-03-05T10:00Z "},
	} {
		d := &Document{Lang: "en", Text: c.text, Blocks: []Block{{Span: Span{0, len(c.text)}, Kind: Update, Posted: c.posted}}}
		r, err := x.Read(d)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, m := range r.Mentions {
			if m.Dim == "time" && m.Time != nil {
				got = m.Time.Start.EDTF() + " " + m.Time.End.EDTF()
			}
		}
		if got != c.want {
			t.Errorf("%q told %q, want %q", c.text, got, c.want)
		}
	}
}

// TestWithoutAnchor dates times by the full dates of the text.
func TestWithoutAnchor(t *testing.T) {
	x, err := New(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, want string }{
		{"Report on April 29, 2021. It failed on April 29 at 9:55 UTC.", "2021-04-29T09:55Z"},
		{"It failed at 9:55 UTC. This was written on April 29, 2021.", "2021-04-29"},
		{"It failed on April 29.", ""},
		{"It failed in April 2020 and in April 2021. It failed on April 29.", "2021-04"},
		{"It failed on April 29, 2021. Seven hours later it worked.", "2021-04-29"},
		{"It failed in the middle of the night of April 29, 2021.", "2021-04-29"},
	} {
		d := &Document{Lang: "en", Text: c.text, Blocks: []Block{{Span: Span{0, len(c.text)}, Kind: Paragraph}}}
		r, err := x.Read(d)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, m := range r.Mentions {
			if m.Dim == "time" && m.Time != nil {
				got = m.Time.Start.EDTF()
			}
		}
		if got != c.want {
			t.Errorf("%q told %q, want %q", c.text, got, c.want)
		}
	}
}

// The zone of a printed publication time is the machine's; the text's own clocks are not told
// in it.
func TestStampTellsNoZone(t *testing.T) {
	x, err := New(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	text := "Published: Tue, 26 May 2026 11:22:36 GMT\nThe ride service went down at 5 pm today."
	d := &Document{Lang: "en", Text: text, Published: Moment{Year: 2026, Month: 5, Day: 26, Hour: 11, Minute: 22, Second: 36, Precision: Second, Zone: "UTC"},
		Blocks: []Block{{Span: Span{0, 40}, Kind: Paragraph}, {Span: Span{41, len(text)}, Kind: Paragraph}}}
	r, err := x.Read(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Mentions {
		if m.Dim == "time" && m.Start > 41 && m.Time != nil && m.Time.Start.Precision >= Hour {
			if got := m.Time.Start.ISO(); got != "2026-05-26T17:00" {
				t.Errorf("%s is %s", text[m.Start:m.End], got)
			}
			return
		}
	}
	t.Error("no clock was found")
}
