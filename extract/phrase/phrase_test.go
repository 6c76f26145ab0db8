package phrase

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// toy is a grammar as small as shows every mark and layer.
func toy() Grammar {
	return Grammar{
		Dims: []Dim{
			{Name: "number", Layer: Words, Join: sum, Describe: func(m *Match) string { return fmt.Sprint(m.Value) },
				Build: func(m *Match) any { n, err := strconv.Atoi(m.Name); return value(n, err) }},
			{Name: "unit", Layer: Words, Names: []string{"minute", "hour", "day"}},
			{Name: "cause", Layer: Words, Names: []string{"power", "dns"}},
			{Name: "duration", Layer: Values, Names: []string{"count", "sum"}, Passes: 3},
			{Name: "cue", Layer: Cues, Names: []string{"cause", "length"}},
		},
		Slots: []Slot{{"small", "number", func(m *Match) bool { return m.Value.(int) < 60 }}},
		Shapes: func(s *Sentence) {
			for i, t := range s.Tokens {
				if t.Kind == Digits {
					if n, err := strconv.Atoi(s.Folded(i)); err == nil {
						s.Add("number", i, i+1, "digits", n)
					}
				}
			}
		},
	}
}

func value(n int, err error) any {
	if err != nil {
		return nil
	}
	return n
}

func sum(run []*Match) []*Match {
	total := 0
	for _, m := range run {
		total += m.Value.(int)
	}
	return []*Match{Merge(run, "sum", total)}
}

func files() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"fr/number.txt":   file("20\n    vingt\n1\n    (un|une)\n\n+ vingt et une pannes   = 20; 1\n+ vingt une   = 21\n- panne\n"),
		"fr/unit.txt":     file("hour\n    heure[s]\n    h\nminute\n    min[ute[s]]\nday\n    jour[s]\n+ deux heures   = hour\n+ 5 minutes, 5 min   = minute; minute\n+ un jour   = day\n- leur\n"),
		"fr/duration.txt": file("count\n    {number} {unit}\nsum\n    {duration} [et] {duration}\ncount  trim\n    pendant {number} {unit} entières\n+ vingt heures   = count(20, hour)\n+ 1 jour 2 heures et 3 min   = sum(count(1, day), sum(count(2, hour), count(3, minute)))\n- heures vingt\n"),
		"fr/cause.txt":    file("power\n    (coupure|panne)[s] (électrique[s]|de courant|d'électricité)\n    électri* défaill*\ndns\n    DNS\nnothing\n    DNS Magazine\n\n+ Une coupure d’Électricité a eu lieu.   = power\n+ Les électriciens défaillants.   = power\n+ DNS   = dns\n- DNS Magazine fête ses dix ans.\n- Une coupure. De courant, rien.\n"),
		"fr/cue.txt":      file("cause\n    {cause} ... (provoqué|causé)\n    {cause} ... causé ... {duration}\nlength\n    durée ... {duration}\n+ La panne de courant a hier causé cela.   = cause(power)\n+ durée totale de vingt heures   = length(count(20, hour))\n- panne de courant, un deux trois quatre cinq six causé\n"),
		"zh/cause.txt":    file("power\n    断电\nnothing\n    中断\n+ 机房断电了   = power\n- 服务中断电话\n"),
	}
}

func load(t testing.TB, dirs ...string) *Rules {
	r, err := Load(toy(), files(), Options{}, dirs...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExamples(t *testing.T) {
	for _, dir := range []string{"fr", "zh"} {
		for _, e := range load(t, dir).Check() {
			if !strings.Contains(e.Text, "has no example") {
				t.Error(e)
			}
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	fs := fstest.MapFS{"fr/cause.txt": {Data: []byte("powr\n    a (b|c\n    d{duration}\n    ... e\n    x|y\n+ sans sens\ndns\n")}}
	_, err := Load(toy(), fs, Options{}, "fr")
	want := []string{
		`fr/cause.txt:1: col 1: unknown cause "powr" (did you mean power?)`,
		`fr/cause.txt:2: col 7: missing ')'`,
		`fr/cause.txt:3: slot {duration} is found only after this file`,
		`fr/cause.txt:4: a gap at the edge of a saying, where it binds nothing`,
		`fr/cause.txt:5: col 6: '|' without its beginning`,
		`fr/cause.txt:6: an example that must be found says what: + text   = meaning`,
		`fr/cause.txt:7: name dns has no saying`,
	}
	if got := strings.Split(err.Error(), "\n"); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"a":                "a",
		"a[s] (b|c[d])":    "as b|as cd|as c|a b|a cd|a c",
		"[un ]deux":        "un deux|deux",
		"(x|(y|z) w) [v]":  "x v|x|y w v|y w|z w v|z w",
		"{number} ... mot": "{number} ... mot",
	} {
		got, err := Plain(in)
		if err != nil || strings.Join(got, "|") != want {
			t.Errorf("%s: got %s, %v", in, strings.Join(got, "|"), err)
		}
	}
	if _, err := Plain("(a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h)"); err == nil {
		t.Error("512 plain sayings passed")
	}
	if _, err := Plain("[a]"); err == nil {
		t.Error("a saying that may be empty passed")
	}
}

func TestSentences(t *testing.T) {
	r, err := Load(toy(), files(), Options{Abbreviations: []string{"Inc.", "Dr"}}, "fr")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{
		"One. Two.":                        2,
		"At 3.5 p.m. PST it fell. It rose": 2,
		"Acme Inc. Said so. Dr. No did":    2,
		"故障了。恢复了！好":                        3,
		"He said “it is down.” Then left":  2,
		"Version 1.2.3 of example.com":     1,
		"etc. and so on":                   1,
		"中断3.5小时":                          1,
	} {
		if got := len(r.Scan(text).Sentences); got != want {
			t.Errorf("%q: %d sentences, want %d", text, got, want)
		}
	}
}

func TestBlocksAreWalls(t *testing.T) {
	text := "panne de courant"
	r := load(t, "fr")
	if n := len(r.Scan(text).Matches); n != 1 {
		t.Errorf("whole: %d findings, want 1", n)
	}
	if n := len(r.Scan(text, Span{0, 8}, Span{8, len(text)}).Matches); n != 0 {
		t.Errorf("cut: %d findings, want 0", n)
	}
}

// TestGapsBindApart shows that the nearest of one saying does not hide another's.
func TestGapsBindApart(t *testing.T) {
	fs := files()
	fs["fr/cue.txt"] = &fstest.MapFile{Data: []byte("cause\n    durée ... {cause}\nlength\n    durée ... {duration}\n")}
	r, err := Load(toy(), fs, Options{}, "fr")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range r.Scan("La durée de panne de courant : vingt heures, puis une heure.").Matches {
		if m.Dim == "cue" {
			got = append(got, r.Describe(m))
		}
	}
	slices.Sort(got)
	if want := []string{"cause(power)", "length(count(20, hour))"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTrim(t *testing.T) {
	for _, m := range load(t, "fr").Scan("pendant vingt heures entières").Matches {
		if m.Dim == "duration" && m.Words() != "vingt heures" {
			t.Errorf("found %q", m.Words())
		}
	}
}

func TestGaps(t *testing.T) {
	gaps := load(t, "zh").Gaps()
	if !slices.Contains(gaps, "cause: dns") || slices.Contains(gaps, "cause: power") {
		t.Error(gaps)
	}
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{"La panne de courant a duré 2 h.", "服务中断电话", "\xff\xfe3h", "durée ... durée ... vingt vingt vingt"} {
		f.Add(s)
	}
	r := load(f, "fr", "zh")
	f.Fuzz(func(t *testing.T, text string) {
		got := r.Scan(text)
		last := 0
		for _, s := range got.Sentences {
			if s.Start < last || s.End < s.Start || s.End > len(text) {
				t.Fatalf("sentence %v", s)
			}
			last = s.End
		}
		for _, m := range got.Matches {
			if m.Start < 0 || m.End > len(text) || m.Start >= m.End {
				t.Fatalf("span %d-%d", m.Start, m.End)
			}
			if utf8.ValidString(text) && !(utf8.RuneStart(text[m.Start]) && (m.End == len(text) || utf8.RuneStart(text[m.End]))) {
				t.Fatalf("span %d-%d cuts a character", m.Start, m.End)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, file := range files() {
		f.Add(string(file.Data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Load(toy(), fstest.MapFS{"xx/cause.txt": {Data: []byte(text)}}, Options{}, "xx")
		if err == nil {
			r.Check()
			r.Gaps()
		}
	})
}

// BenchmarkScan shows that time and memory grow with the text and no faster.
func BenchmarkScan(b *testing.B) {
	r := load(b, "fr", "zh")
	for name, unit := range map[string]string{
		"prose":  "La panne de courant a duré vingt heures et la coupure électrique a causé bien des ennuis. ",
		"digits": "8", "的": "的", "brackets": "(", "gaps": "DNS durée ",
	} {
		for _, size := range []int{1 << 10, 1 << 20} {
			text := strings.Repeat(unit, size/len(unit)+1)
			b.Run(fmt.Sprintf("%s/%dKB", name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					r.Scan(text)
				}
			})
		}
	}
}
