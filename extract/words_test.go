package extract

import (
	"testing"

	"tocsin/extract/lang"
	"tocsin/extract/phrase"
)

// TestWords runs the examples of the word files alone, so that they stand without the rest.
func TestWords(t *testing.T) {
	for _, tag := range []string{"en", "fr", "zh"} {
		r, err := phrase.Load(phrase.Grammar{Dims: wordDims()}, lang.FS(), phrase.Options{}, "und", tag)
		if err != nil {
			t.Errorf("%s:\n%v", tag, err)
			continue
		}
		for _, e := range r.Check() {
			t.Errorf("%s: %v", tag, e)
		}
	}
}
