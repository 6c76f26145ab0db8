package phrase

// Sentence ends: a full stop, question or exclamation mark, Western or Chinese, and every
// break that the caller gives. A full stop between digits, after one letter, after an
// abbreviation or before a small letter ends nothing.

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ends reports whether the mark at text[at:at+size] ends a sentence. last is the word or
// number before it.
func (r *Rules) ends(text string, at, size int, last string) bool {
	switch c, _ := utf8.DecodeRuneInString(text[at : at+size]); c {
	case '。', '！', '？', '｡', '…':
		return c != '…' || strings.HasPrefix(text[at+size:], "…") || endsLine(text[at+size:])
	case '?':
		// Against an ASCII letter it stands in a link: search?q=1.
		next := text[at+size:]
		return next == "" || !(next[0]|0x20 >= 'a' && next[0]|0x20 <= 'z')
	case '!':
		return true
	case '.':
		rest := text[at+size:]
		if rest == "" {
			return true
		}
		next, n := utf8.DecodeRuneInString(rest)
		if next == '.' {
			return false
		}
		if strings.ContainsRune(`"'”’»)]`, next) {
			rest = rest[n:]
			if rest == "" {
				return true
			}
			next, _ = utf8.DecodeRuneInString(rest)
		}
		if !unicode.IsSpace(next) {
			return isHan(next) && !isASCIIDigit(last)
		}
		after := strings.TrimLeftFunc(rest, unicode.IsSpace)
		if after == "" {
			return true
		}
		first, _ := utf8.DecodeRuneInString(after)
		if unicode.IsLower(first) {
			return false
		}
		if utf8.RuneCountInString(last) == 1 && !isASCIIDigit(last) {
			// "p.m." and "U.S." end a sentence only where the line does.
			return isHan(first)
		}
		return !r.abbreviations[Fold(last)]
	}
	return false
}

func endsLine(s string) bool { return s == "" || s[0] == '\n' }

func isASCIIDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }
