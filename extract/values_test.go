package extract

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
	"unicode/utf8"

	"tocsin/extract/lang"
	"tocsin/extract/phrase"
)

// valueRules loads the value files of a language by themselves.
func valueRules(t testing.TB, tag string) *phrase.Rules {
	t.Helper()
	languages, err := NewLanguages(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	l, _ := languages.Lookup(tag)
	g := phrase.Grammar{Dims: append(valueWords(), valueDims()...), Slots: valueSlots(), Shapes: shapes(localeOf(l))}
	r, err := phrase.Load(g, lang.FS(), phrase.Options{Abbreviations: l.Abbreviations}, "und", tag)
	if err != nil {
		t.Fatalf("%s:\n%v", tag, err)
	}
	return r
}

// TestValues runs the examples of the value files.
func TestValues(t *testing.T) {
	for _, tag := range []string{"en", "fr", "zh"} {
		for _, e := range valueRules(t, tag).Check() {
			t.Errorf("%s: %v", tag, e)
		}
	}
}

var suites = flag.String("suites", "", "write the predictions for the suites to this folder")

// TestSuites scores the third-party suites, where they are at hand. It fails where nothing
// is found in one; the figures are printed with -v.
func TestSuites(t *testing.T) {
	root := "../../shared/suites"
	files, _ := filepath.Glob(root + "/*/*/*.jsonl")
	if len(files) == 0 {
		t.Skip("the suites are not at hand")
	}
	dir := *suites
	if dir == "" {
		dir = t.TempDir()
	}
	rules := map[string]*phrase.Rules{}
	for _, file := range files {
		tag := filepath.Base(filepath.Dir(file))
		if rules[tag] == nil {
			rules[tag] = valueRules(t, tag)
		}
		out := filepath.Join(dir, strings.ReplaceAll(strings.TrimPrefix(file, root+"/"), "/", "_"))
		if n := predict(t, rules[tag], file, out); n == 0 {
			t.Errorf("%s: nothing found", file)
		}
		python, err := exec.LookPath("python3")
		if err != nil || !testing.Verbose() {
			continue
		}
		figures, err := exec.Command(python, root+"/score.py", file, out).Output()
		if err != nil {
			t.Fatal(err)
		}
		var score struct{ N, Spans, NV, Value, Full int }
		if err := json.Unmarshal(figures, &score); err != nil {
			t.Fatal(err)
		}
		t.Logf("%-40s n %4d spans %5.1f   nv %4d value %5.1f full %5.1f", filepath.Base(out), score.N,
			100*float64(score.Spans)/float64(max(score.N, 1)), score.NV,
			100*float64(score.Value)/float64(max(score.NV, 1)), 100*float64(score.Full)/float64(max(score.NV, 1)))
	}
}

func predict(t *testing.T, rules *phrase.Rules, file, out string) (found int) {
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	w, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	enc := json.NewEncoder(w)
	for lines.Scan() {
		var c struct{ ID, Input, Reference string }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		ref := time.Date(2016, 11, 7, 0, 0, 0, 0, time.UTC)
		for _, layout := range []string{"2006-01-02T15:04:05", time.RFC3339} {
			if t, err := time.Parse(layout, c.Reference); err == nil {
				ref = t
			}
		}
		ents := Entities(rules, c.Input, ref)
		found += len(ents)
		if err := enc.Encode(map[string]any{"id": c.ID, "ents": ents}); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// FuzzValues holds that nothing a text may be makes the rules panic or leave its bounds.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"Between 7:59 AM and 10:05 AM PST on Oct. 4, 2021", "de 14 h 27 à 15 h 10", "昨晚8点到今天凌晨3点半",
		"1.1^--23 2e9 12,34,567.89", "三百五十万亿分之一", "the third last week of 2018", "(((((", "\xff三\xfe点"} {
		f.Add(s)
	}
	var all []*phrase.Rules
	for _, tag := range []string{"en", "fr", "zh"} {
		all = append(all, valueRules(f, tag))
	}
	ref := time.Date(2021, 10, 5, 9, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range all {
			n := utf8.RuneCountInString(text)
			for _, e := range Entities(r, text, ref) {
				if e.Start < 0 || e.Length < 0 || e.Start+e.Length > n {
					t.Fatalf("%v of %d characters", e, n)
				}
			}
		}
	})
}

// BenchmarkValues shows the speed of words and values, and that time and memory grow with
// the text and no faster.
func BenchmarkValues(b *testing.B) {
	for _, c := range []struct{ tag, name, unit string }{
		{"en", "prose", "The service went down at 10:26 AM PST on Monday, October 4, 2021, and about 12,000 users could not log in for more than two and a half hours, the company said in a statement. Engineers found the cause in a network change and rolled it back; by the evening the site was well again. "},
		{"fr", "prose", "La panne a commencé lundi 4 octobre 2021 vers 17 h 30 et près de 12 000 abonnés n'ont pas pu se connecter pendant plus de deux heures et demie, a indiqué l'opérateur dans un communiqué. Les équipes ont trouvé la cause dans le réseau et le service est revenu dans la soirée. "},
		{"zh", "prose", "10月4日晚上11点半左右，该平台出现大面积故障，约1.2万名用户无法登录，持续两个半小时。公司表示，故障原因是网络变更，工程师已经回滚，服务在次日凌晨恢复正常。用户对此议论纷纷，有人说当天的订单没有保存。"},
		{"en", "digits", "8"}, {"zh", "的", "的"}, {"en", "brackets", "("}, {"en", "listed", "1,1,1,"}, {"en", "clocks", "12:30-12:30-"}, {"zh", "一", "一"}, {"en", "dates", "1/1/1 "}, {"fr", "et", "et deux "},
	} {
		r := valueRules(b, c.tag)
		for _, size := range []int{1 << 10, 1 << 20, 10 << 20} {
			text := strings.Repeat(c.unit, size/len(c.unit)+1)
			b.Run(fmt.Sprintf("%s/%s/%dKB", c.tag, c.name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					r.Scan(text)
				}
			})
		}
	}
}
