package extract

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"tocsin/extract/lang"
)

// shared returns a path below the folder of third-party data that lies beside the checkout
// of some developers; the test is skipped where it does not.
func shared(t *testing.T, path string) string {
	t.Helper()
	path = filepath.Join("..", "..", "shared", filepath.FromSlash(path))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no data to measure on: %v", err)
	}
	return path
}

func newTestReader(t testing.TB) *Reader {
	t.Helper()
	r, err := NewReader(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMainText measures main text against pages with reference text and holds floors.
func TestMainText(t *testing.T) {
	dir := shared(t, "data/web/html-extraction")
	f, err := os.Open(filepath.Join(dir, "manifest.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := newTestReader(t)
	sum, count := map[string]float64{}, map[string]int{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var page struct{ ID, Lang string }
		if err := json.Unmarshal(lines.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		base := filepath.Join(dir, page.Lang, page.ID)
		body, err := os.ReadFile(base + ".html")
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(base + ".ref.txt")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		docs, err := r.ReadFile(base+".html", body)
		if err != nil {
			t.Logf("%s: %v", page.ID, err)
		} else {
			got = docs[0].Text
		}
		score := shingleF1(got, cleanString(strings.ReplaceAll(string(want), "</p>", " ")))
		if score < 0.8 {
			t.Logf("%s %s: %.3f (%d bytes, want %d)", page.Lang, page.ID, score, len(got), len(want))
		}
		sum[page.Lang] += score
		count[page.Lang]++
	}
	for lang, floor := range map[string]float64{"en": 0.94, "zh": 0.90} {
		mean := sum[lang] / float64(count[lang])
		t.Logf("%s: mean F1 %.3f over %d pages", lang, mean, count[lang])
		if mean < floor {
			t.Errorf("%s: mean F1 is %.3f, want %.2f or more", lang, mean, floor)
		}
	}
}

// shingleF1 compares texts by their runs of four words, a Han character being a word.
func shingleF1(got, want string) float64 {
	a, b := shingles(got), shingles(want)
	both := 0
	for s, n := range a {
		both += min(n, b[s])
	}
	total := 0
	for _, n := range a {
		total += n
	}
	for _, n := range b {
		total += n
	}
	if total == 0 {
		return 0
	}
	return 2 * float64(both) / float64(total)
}

func shingles(s string) map[string]int {
	var words []string
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		start := 0
		for i, r := range f {
			if unicode.Is(unicode.Han, r) {
				if i > start {
					words = append(words, f[start:i])
				}
				words = append(words, string(r))
				start = i + len(string(r))
			}
		}
		if start < len(f) {
			words = append(words, f[start:])
		}
	}
	out := map[string]int{}
	for i := 0; i+4 <= len(words); i++ {
		out[strings.Join(words[i:i+4], " ")]++
	}
	return out
}
