package phrase

// Tokens by script, not by language: a run of letters, a run of digits, each Han character
// and each mark alone. White space separates and is no token. Folding (case, width,
// apostrophes, dashes) is per token, so spans never move.

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A TokenKind says what a token is made of.
type TokenKind uint8

const (
	Letters TokenKind = iota
	Digits
	Han
	Mark  // punctuation or a symbol
	Space // never in a Sentence
)

// A Token is one piece of a sentence.
type Token struct {
	Start, End int // bytes of the text
	Kind       TokenKind
	Spaced     bool  // white space stands before it
	id         int32 // of the folded word among all words of the rules; 0 if none
	unit       int32 // where its list of prefixes stands, 0 none
}

// MaxSentence is how many tokens a sentence may have; a longer one is cut.
const MaxSentence = 2000

type piece struct {
	kind TokenKind
	size int
}

// nextToken tells the first token of s, which is not empty.
func nextToken(s string) piece {
	if c := s[0]; c < utf8.RuneSelf {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			return piece{Letters, letters(s)}
		case c >= '0' && c <= '9':
			return piece{Digits, digits(s)}
		case c <= ' ' || c == 0x7f:
			return piece{Space, 1}
		}
		return piece{Mark, 1}
	}
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case isHan(r):
		return piece{Han, n}
	case isDigit(r):
		return piece{Digits, digits(s)}
	case isLetter(r):
		return piece{Letters, letters(s)}
	case unicode.IsSpace(r) || r == 0x200b || r == 0xfeff:
		return piece{Space, n}
	}
	return piece{Mark, n}
}

func letters(s string) int {
	i := 0
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if c|0x20 < 'a' || c|0x20 > 'z' {
				break
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isLetter(r) {
			break
		}
		i += n
	}
	return i
}

func digits(s string) int {
	i := 0
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if c < '0' || c > '9' {
				break
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isDigit(r) {
			break
		}
		i += n
	}
	return i
}

func isHan(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r == 0x3007 || r >= 0x3400 && r <= 0x4dbf || r >= 0xf900 && r <= 0xfaff || r >= 0x20000 && r <= 0x3ffff
}

func isLetter(r rune) bool {
	return !isHan(r) && (unicode.IsLetter(r) || unicode.Is(unicode.Mn, r))
}

// isDigit accepts ASCII and full-width digits only: others would need their own values.
func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

// Fold returns the form in which words are compared.
func Fold(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return strings.Map(foldRune, s)
		}
	}
	return s
}

func foldRune(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r < utf8.RuneSelf:
		return r
	case r >= 0xff01 && r <= 0xff5e: // full width
		return foldRune(r - 0xff01 + '!')
	}
	switch r {
	case '’', '‘', '′', 'ʼ', '`', '´':
		return '\''
	case '“', '”', '«', '»', '„', '″', '「', '」', '『', '』':
		return '"'
	case '‐', '‑', '‒', '–', '—', '―', '−', '﹣':
		return '-'
	case '～', '〜':
		return '~'
	}
	return unicode.ToLower(r)
}

// A Sentence is what a scan works on: tokens, and what has been found in them so far.
type Sentence struct {
	Text   string // the whole text
	Tokens []Token
	Index  int // among the sentences of the text

	scan *scan
}

// Folded returns the folded form of token i.
func (s *Sentence) Folded(i int) string { return Fold(s.Text[s.Tokens[i].Start:s.Tokens[i].End]) }

// Add records a shape of a dimension over tokens first up to last. It competes with the
// sayings of the dimension's file.
func (s *Sentence) Add(dim string, first, last int, name string, value any) {
	s.scan.shape(dim, first, last, name, value)
}
