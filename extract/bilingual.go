package extract

// Texts in two languages. Status pages outside of the English-speaking world often say
// everything twice, in one sentence or in two blocks. Where the language that prevails has
// no folder, and running text in Latin letters of one that has makes up a good part, the
// text is read in that one.

import (
	"strings"
	"unicode"
)

const (
	runWords  = 5   // words that stand together before they are running text, no names
	runText   = 20  // words of running text that a document needs
	runLetter = 0.2 // share of all letters
)

// second returns the language in which a text can be read besides that which prevails, ""
// if there is none.
func (l *Languages) second(text string) string {
	var running, run strings.Builder
	letters, inRuns, inRun, words := 0, 0, 0, 0
	total := 0
	flush := func() {
		if words >= runWords {
			running.WriteString(run.String())
			running.WriteByte(' ')
			inRuns += inRun
			total += words
		}
		run.Reset()
		words, inRun = 0, 0
	}
	previous := ' '
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if !unicode.Is(unicode.Latin, r) {
				flush()
				previous = r
				continue
			}
			if inRun++; !unicode.IsLetter(previous) || !unicode.Is(unicode.Latin, previous) {
				words++
			}
		}
		run.WriteRune(r)
		previous = r
	}
	flush()
	if total < runText || float64(inRuns) < runLetter*float64(letters) {
		return ""
	}
	lang := l.latin(running.String(), "")
	if _, ok := l.Lookup(lang); !ok {
		return ""
	}
	return lang
}
