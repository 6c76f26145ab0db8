package extract

// Which language and script a text is in. The script is told first, by counting: Han
// characters without kana or hangul are Chinese however many Latin names stand among them,
// and a Han text is Simplified or Traditional by the characters that exist in one only
// (scripts.txt). Among Latin scripts the commonest words decide (extract/lang/<tag>/
// language.txt); only where they do not is lingua asked, with sixteen languages, so that
// what is none of ours can be refused.
//
// language.txt has one key and its values a line, # starts a comment:
//
//	name     in English
//	script   ISO 15924 codes
//	decimal  the mark before the tenths
//	order    of day, month and year in dates of figures: dmy, mdy, ymd
//	ends     what may end a sentence
//	abbrev   words whose full stop ends no sentence
//	words    the commonest words

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/pemistahl/lingua-go"
)

// A Language is one folder of extract/lang, as its language.txt tells it.
type Language struct {
	Tag           string // ISO 639-1, the folder's name
	Name          string
	Scripts       []string
	Decimal       string
	Order         string
	Ends          []string
	Abbreviations []string
	Words         []string
}

// Languages tells texts apart. It may be used by many goroutines at once.
type Languages struct {
	known   map[string]Language
	tags    []string            // sorted
	words   map[string][]string // word to the tags whose commonest words hold it
	scripts *scriptTable
	lingua  func() lingua.LanguageDetector // built on first use: a third of a second, 42 MB
}

// NewLanguages reads language.txt of every folder of fsys. The error names every line
// that is wrong.
func NewLanguages(fsys fs.FS) (*Languages, error) {
	files, err := fs.Glob(fsys, "*/language.txt")
	if err != nil {
		return nil, err
	}
	l := &Languages{known: map[string]Language{}, words: map[string][]string{}, scripts: newScriptTable(scriptsFile)}
	l.lingua = sync.OnceValue(newLingua)
	var errs []error
	for _, name := range files {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		lang, err := parseLanguage(name, string(text))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		l.known[lang.Tag] = lang
		l.tags = append(l.tags, lang.Tag)
		if slices.Contains(lang.Scripts, "Latn") {
			for _, w := range lang.Words {
				if !slices.Contains(l.words[w], lang.Tag) {
					l.words[w] = append(l.words[w], lang.Tag)
				}
			}
		}
	}
	slices.Sort(l.tags)
	if len(errs) == 0 && len(l.tags) == 0 {
		errs = append(errs, errors.New("no language.txt in any folder of the language files"))
	}
	return l, errors.Join(errs...)
}

// parseLanguage reads one language.txt; name is its path below extract/lang.
func parseLanguage(name, text string) (Language, error) {
	l := Language{Tag: path.Dir(name)}
	var errs []error
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		key, values := fields[0], fields[1:]
		if len(values) == 0 {
			errs = append(errs, fmt.Errorf("%s:%d: %s has no value", name, n, key))
			continue
		}
		switch key {
		case "name":
			l.Name = strings.Join(values, " ")
		case "script":
			l.Scripts = append(l.Scripts, values...)
		case "decimal":
			l.Decimal = values[0]
		case "order":
			l.Order = values[0]
			if !slices.Contains([]string{"dmy", "mdy", "ymd"}, l.Order) {
				errs = append(errs, fmt.Errorf("%s:%d: order is %q, want dmy, mdy or ymd", name, n, l.Order))
			}
		case "ends":
			l.Ends = append(l.Ends, values...)
		case "abbrev":
			l.Abbreviations = append(l.Abbreviations, values...)
		case "words":
			l.Words = append(l.Words, values...)
		default:
			errs = append(errs, fmt.Errorf("%s:%d: unknown key %q, want name, script, decimal, order, ends, abbrev or words", name, n, key))
		}
	}
	if err := lines.Err(); err != nil {
		errs = append(errs, fmt.Errorf("%s: %w", name, err))
	}
	if l.Name == "" || len(l.Scripts) == 0 || len(l.Words) == 0 {
		errs = append(errs, fmt.Errorf("%s: name, script and words must be given", name))
	}
	return l, errors.Join(errs...)
}

// Lookup returns the language of an ISO 639-1 code, if it has a folder.
func (l *Languages) Lookup(tag string) (Language, bool) {
	lang, ok := l.known[tag]
	return lang, ok
}

// Tags returns the codes of all languages that have a folder, sorted.
func (l *Languages) Tags() []string { return slices.Clone(l.tags) }

// Detect returns the language (ISO 639-1) and the script (ISO 15924) of text. hint is
// what the page says of itself (BCP 47), which decides only where the text does not.
// Either is "" where it cannot be told: digits, nothing, text decoded wrongly.
func (l *Languages) Detect(text, hint string) (lang, script string) {
	n := countScripts(text)
	if n.garbled() {
		return "", ""
	}
	hintTag, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(hint, "_", "-")), "-")
	east := n.han + n.kana + n.hangul
	switch {
	case east > 0 && (east >= n.words || east >= n.latin/3):
		switch {
		case n.kana > 0 && n.kana*8 >= n.han+n.kana:
			return "ja", "Jpan"
		case n.hangul*2 >= east:
			return "ko", "Kore"
		}
		return "zh", l.scripts.han(text, hint)
	case n.latin > 0 && n.latin >= n.other:
		return l.latin(text, hintTag), "Latn"
	case n.other > 0:
		return l.ask(text, hintTag), n.script
	}
	return "", ""
}

// latin tells the languages of Latin script apart.
func (l *Languages) latin(text, hint string) string {
	const enough = 300 // words
	hits := map[string]int{}
	words := 0
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if r, _ := utf8.DecodeRuneInString(w); unicode.Is(unicode.Han, r) {
			continue
		}
		words++
		for _, tag := range l.words[strings.ToLower(w)] {
			hits[tag]++
		}
		if words == enough {
			break
		}
	}
	best, second := "", ""
	for _, tag := range l.tags {
		switch {
		case hits[tag] > hits[best]:
			best, second = tag, best
		case hits[tag] > hits[second]:
			second = tag
		}
	}
	// Running text of a language has a third or more of its commonest words; that of a
	// neighbour (Spanish read as French) a quarter at most.
	if words >= 8 && hits[best]*100 >= words*30 && hits[best] >= 2*hits[second] {
		return best
	}
	return l.ask(text, hint)
}

// ask asks lingua, by the first 400 letters.
func (l *Languages) ask(text, hint string) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			r = ' '
		}
		b.WriteRune(r)
		if n++; n == 400 {
			break
		}
	}
	lang, ok := l.lingua().DetectLanguageOf(b.String())
	if !ok {
		return hint
	}
	return strings.ToLower(lang.IsoCode639_1().String())
}

func newLingua() lingua.LanguageDetector {
	return lingua.NewLanguageDetectorBuilder().FromLanguages(
		lingua.Chinese, lingua.French, lingua.English, lingua.Japanese, lingua.Korean,
		lingua.German, lingua.Spanish, lingua.Italian, lingua.Portuguese, lingua.Dutch,
		lingua.Catalan, lingua.Polish, lingua.Russian, lingua.Turkish, lingua.Vietnamese,
		lingua.Arabic,
	).WithLowAccuracyMode().Build()
}

// scriptCount counts the letters of a text by script.
type scriptCount struct {
	han, kana, hangul, latin, other int
	words                           int    // runs of Latin letters
	script                          string // ISO 15924 of the first other letter
	mojibake                        int    // characters that only wrong decoding brings together
	replaced                        int
}

func countScripts(text string) scriptCount {
	var n scriptCount
	var previous rune
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			if asciiLetter(r) {
				n.latin++
				if !unicode.IsLetter(previous) || unicode.Is(unicode.Han, previous) {
					n.words++
				}
			}
		case r == utf8.RuneError:
			n.replaced++
		case unicode.Is(unicode.Han, r):
			n.han++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			n.kana++
		case unicode.Is(unicode.Hangul, r):
			n.hangul++
		case r < 0x100 && previous >= 0xa0 && previous < 0x100:
			// Two in a row: ÖÐ is GBK, Ã© UTF-8, both read as Latin-1.
			n.mojibake += 2
			n.latin++
		case r < 0xa0, unicode.Is(unicode.Co, r):
			n.mojibake++
		case unicode.Is(unicode.Latin, r):
			n.latin++
		case unicode.IsLetter(r):
			if n.other == 0 {
				n.script = scriptCode(r)
			}
			n.other++
		}
		previous = r
	}
	return n
}

// garbled reports whether the text was decoded wrongly: one letter in twenty or more.
func (n scriptCount) garbled() bool {
	letters := n.han + n.kana + n.hangul + n.latin + n.other
	return (n.mojibake+n.replaced) > 2 && (n.mojibake+n.replaced)*20 > letters
}

// scriptCode names the script of a letter, for those that lingua is asked about or that
// are common on the web.
func scriptCode(r rune) string {
	for _, s := range []struct {
		code  string
		table *unicode.RangeTable
	}{
		{"Cyrl", unicode.Cyrillic}, {"Arab", unicode.Arabic}, {"Grek", unicode.Greek}, {"Hebr", unicode.Hebrew},
		{"Thai", unicode.Thai}, {"Deva", unicode.Devanagari}, {"Beng", unicode.Bengali}, {"Taml", unicode.Tamil},
		{"Geor", unicode.Georgian}, {"Armn", unicode.Armenian}, {"Khmr", unicode.Khmer}, {"Mymr", unicode.Myanmar},
	} {
		if unicode.Is(s.table, r) {
			return s.code
		}
	}
	return ""
}

//go:embed scripts.txt
var scriptsFile string

// A scriptTable tells Simplified and Traditional characters and the commonest ones.
type scriptTable struct {
	simplified, traditional, common map[rune]bool
}

func newScriptTable(text string) *scriptTable {
	t := &scriptTable{map[rune]bool{}, map[rune]bool{}, map[rune]bool{}}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		for _, f := range fields[1:] {
			runes := []rune(f)
			switch fields[0] {
			case "pair":
				t.simplified[runes[0]], t.traditional[runes[1]] = true, true
			case "common":
				for _, r := range runes {
					t.common[r] = true
				}
			}
		}
	}
	return t
}

// han returns Hans or Hant. Where a text (a short headline) has no character of one only,
// the hint decides; most Chinese writing on the web is Simplified.
func (t *scriptTable) han(text, hint string) string {
	hans, hant := 0, 0
	for _, r := range text {
		switch {
		case t.simplified[r]:
			hans++
		case t.traditional[r]:
			hant++
		}
	}
	hint = strings.ToLower(hint)
	switch {
	case hant > hans:
		return "Hant"
	case hans > hant:
		return "Hans"
	case strings.Contains(hint, "hant"), strings.HasSuffix(hint, "tw"), strings.HasSuffix(hint, "hk"), strings.HasSuffix(hint, "mo"):
		return "Hant"
	}
	return "Hans"
}
