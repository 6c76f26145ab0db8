package extract

// Marks that mean the same in every language: hashtags, #word as most platforms have it and
// #words# as Weibo has it; and what is written like a proper name.

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/extract/phrase"
)

// marks finds the hashtags of a sentence.
func marks(s *phrase.Sentence) {
	for i := 0; i < len(s.Tokens); i++ {
		if s.Folded(i) != "#" || i > 0 && !s.Tokens[i].Spaced && s.Tokens[i-1].Kind != phrase.Han && !opens(s, i) {
			continue // the fragment of an address
		}
		if i > 0 && !s.Tokens[i].Spaced && s.Folded(i-1) == "/" {
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

// names finds what is written like a proper name: a run of words that begin with a capital,
// a word with a full stop or capital within (crates.io, iCloud), in Chinese text a run of
// Latin letters, or a few characters in marks for titles. Whether one is the name of a
// service only a cue can tell.
func names(s *phrase.Sentence) {
	han := 0
	for _, t := range s.Tokens {
		if t.Kind == phrase.Han {
			han++
		}
	}
	chinese := han*3 > len(s.Tokens)
	for i := 0; i < len(s.Tokens); i++ {
		if n := quoted(s, i); n > 0 {
			s.Add("name", i+1, i+n-1, "name", "name")
			i += n - 1
			continue
		}
		n, marked := nameAt(s, i, chinese)
		if n == 0 {
			continue
		}
		if marked || n > 1 || !opens(s, i) {
			s.Add("name", i, i+n, "name", "name")
		}
		i += n - 1
	}
}

// opens reports whether a token stands where any word has a capital: at the beginning of a
// sentence, or behind a mark that may begin one.
func opens(s *phrase.Sentence, i int) bool {
	return i == 0 || s.Tokens[i-1].Kind == phrase.Mark && !strings.Contains(",、-'’", s.Text[s.Tokens[i-1].Start:s.Tokens[i-1].End])
}

// quoted returns how many tokens a short name between title marks has, the marks counted.
func quoted(s *phrase.Sentence, i int) int {
	var closing string
	switch s.Text[s.Tokens[i].Start:s.Tokens[i].End] {
	case "《":
		closing = "》"
	case "「":
		closing = "」"
	default:
		return 0
	}
	for n := 2; n <= 14 && i+n < len(s.Tokens); n++ {
		t := s.Tokens[i+n]
		if s.Text[t.Start:t.End] == closing {
			return n + 1
		}
		if t.Kind == phrase.Mark {
			return 0
		}
	}
	return 0
}

// nameAt returns how many tokens a name that begins at i has, and whether its writing alone
// marks it as one.
func nameAt(s *phrase.Sentence, i int, chinese bool) (n int, marked bool) {
	for j := i; j < len(s.Tokens) && j-i < 7; j++ {
		t := s.Tokens[j]
		word := s.Text[t.Start:t.End]
		switch {
		case t.Kind == phrase.Letters:
			first, size := utf8.DecodeRuneInString(word)
			capital := unicode.IsUpper(first)
			inner := strings.IndexFunc(word[size:], unicode.IsUpper) >= 0
			joined := j > i && !t.Spaced
			domain := j == i && j+2 < len(s.Tokens) && !s.Tokens[j+1].Spaced && !s.Tokens[j+2].Spaced &&
				s.Folded(j+1) == "." && s.Tokens[j+2].Kind == phrase.Letters
			if !capital && !inner && !joined && !domain && !(chinese && j == i) {
				return n, marked
			}
			marked = marked || inner || domain || chinese
			n = j - i + 1
		case t.Kind == phrase.Digits && j > i && (!t.Spaced || j == i+1):
			n = j - i + 1
			marked = marked || !t.Spaced
		case t.Kind == phrase.Mark && j > i && !t.Spaced && j+1 < len(s.Tokens) && !s.Tokens[j+1].Spaced && strings.Contains(".-&'’+", word):
		default:
			return n, marked
		}
	}
	return n, marked
}
