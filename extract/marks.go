package extract

// Marks that mean the same in every language: hashtags. #word as most platforms have it,
// #words# as Weibo has it.

import (
	"tocsin/extract/phrase"
)

// marks finds the hashtags of a sentence.
func marks(s *phrase.Sentence) {
	for i := 0; i < len(s.Tokens); i++ {
		if s.Folded(i) != "#" {
			continue
		}
		if n := closedTag(s, i); n > 0 {
			s.Add("hashtag", i, i+n, "hashtag", nil)
			i += n - 1
			continue
		}
		n := 1
		for i+n < len(s.Tokens) && !s.Tokens[i+n].Spaced && (s.Tokens[i+n].Kind != phrase.Mark || s.Folded(i+n) == "_") {
			n++
		}
		if n > 1 && s.Tokens[i+1].Kind != phrase.Digits {
			s.Add("hashtag", i, i+n, "hashtag", nil)
			i += n - 1
		}
	}
}

// closedTag returns how many tokens a tag between two marks has, 0 if none begins at i: at
// most thirty, of one line, with a Han character or letter.
func closedTag(s *phrase.Sentence, i int) int {
	wordy := false
	for n := 1; n <= 30 && i+n < len(s.Tokens); n++ {
		switch {
		case s.Folded(i+n) == "#":
			if n > 1 && wordy && !s.Tokens[i+n].Spaced {
				return n + 1
			}
			return 0
		case s.Tokens[i+n].Kind == phrase.Mark:
			// marks are allowed within: #X崩了！#
		default:
			wordy = true
		}
	}
	return 0
}
