package extract

// The repair of Traditional pages that a farm's filter has mangled. The filter replaced, in
// bytes of GBK, each of a fixed list of characters by itself and its reading in brackets:
// 數 became 數(shù). Where the second byte of one character and the first byte of the next
// made up a listed one, both broke:
//
//	輸的瓶頸   DD94 B5C4 C6BF EE69   holds 94B5 = 數
//	           DD 94B5"(shù)"C4 C6BF EE 69
//	輸?shù)钠款i  DD94 ? s h ù ) C4C6 BFEE 69
//
// A bracket is dropped where its reading is one of the character before it, or where ten or
// more such brackets stand on 3 % or more of the Han characters. A broken place is put
// together again by trying the characters that may have been listed and taking the one
// whose neighbours are met elsewhere in the text.

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

// farmLeast brackets on one Han character in farmShare make a page a farm's.
const (
	farmLeast = 10
	farmShare = 33
)

// repair mends the texts where they need it, and notes in d.Quality that it did.
func (r *Reader) repair(d *Document, texts []*[]glyph) {
	brackets, han := 0, 0
	bigrams := map[[2]rune]int{}
	listed := map[rune]bool{}
	for _, t := range texts {
		g := *t
		var previous rune
		for i := 0; i < len(g); i++ {
			if n, _ := bracketAt(g, i); n > 0 {
				brackets++
				listed[g[i-1].r] = true
				i += n - 1
				continue
			}
			if unicode.Is(unicode.Han, g[i].r) {
				han++
				bigrams[[2]rune{previous, g[i].r}]++
			}
			previous = g[i].r
		}
	}
	if brackets == 0 {
		return
	}
	farm := brackets >= farmLeast && brackets*farmShare >= han
	repaired := false
	for _, t := range texts {
		g := *t
		if farm {
			g = mended(g, func(before rune, with []rune, after rune) int {
				score := 0
				for i, c := range with {
					if bigrams[[2]rune{before, c}] > 0 {
						score += 10
					}
					if r.scripts.common[c] {
						score += 2
					}
					if i == 0 && listed[c] {
						score++
					}
					if !commonHan(c) {
						score -= 8
					}
					before = c
				}
				if bigrams[[2]rune{before, after}] > 0 {
					score += 10
				}
				return score
			})
		}
		g = withoutReadings(g, farm)
		if len(g) != len(*t) {
			repaired = true
			*t = g
		}
	}
	if farm {
		d.addQuality("farm")
	}
	if repaired {
		d.addQuality("repaired")
	}
}

// bracketAt returns the length of a bracket with a reading at g[i], after a Han character,
// and the reading without tones; 0 if there is none.
func bracketAt(g []glyph, i int) (int, string) {
	if i == 0 || g[i].r != '(' && g[i].r != '（' || !unicode.Is(unicode.Han, g[i-1].r) {
		return 0, ""
	}
	n, reading := readingAt(g, i+1)
	if n == 0 {
		return 0, ""
	}
	return n + 1, reading
}

// readingAt returns the length of a reading and its closing bracket at g[i], and the
// reading without tones.
func readingAt(g []glyph, i int) (int, string) {
	end := i
	for end < len(g) && end < i+8 && (unicode.IsLower(g[end].r) || unicode.Is(unicode.Mn, g[end].r)) && unicode.In(g[end].r, unicode.Latin, unicode.Mn) {
		end++
	}
	if end == i || end == len(g) || g[end].r != ')' && g[end].r != '）' {
		return 0, ""
	}
	reading := toneless(textOf(g[i:end]))
	if len(reading) > 6 || strings.Trim(reading, "abcdefghijklmnopqrstuvwxyz") != "" || !strings.ContainsAny(reading, "aeiouvmn") {
		return 0, ""
	}
	return end + 1 - i, reading
}

// toneless drops the marks of tones.
func toneless(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// hasReading reports whether reading is one of the readings of a Han character.
func hasReading(r rune, reading string) bool {
	for _, known := range pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Tone, Heteronym: true}) {
		if toneless(known) == reading {
			return true
		}
	}
	return false
}

// withoutReadings drops the brackets, all of them or those that give a reading of the
// character before; the character stands for the bracket as well.
func withoutReadings(g []glyph, all bool) []glyph {
	out := make([]glyph, 0, len(g))
	for i := 0; i < len(g); i++ {
		if n, reading := bracketAt(g, i); n > 0 && len(out) > 0 && (all || hasReading(g[i-1].r, reading)) {
			out[len(out)-1].to = g[i+n-1].to
			i += n - 1
			continue
		}
		out = append(out, g[i])
	}
	return out
}

// mended puts broken places together again. score tells how well some characters stand
// between two others.
func mended(g []glyph, score func(before rune, with []rune, after rune) int) []glyph {
	var out []glyph
	for i := 0; i < len(g); i++ {
		best, bestScore, bestEnd := []rune(nil), 0, 0
		try := func(with []rune, end int) {
			after := ' '
			if end < len(g) {
				after = g[end].r
			}
			if s := score(g[i-1].r, with, after); best == nil || s > bestScore {
				best, bestScore, bestEnd = with, s, end
			}
		}
		if i > 0 && g[i].r == '?' && unicode.Is(unicode.Han, g[i-1].r) {
			if n, reading := readingAt(g, i+1); n > 0 {
				before := gbkBytes(g[i-1].r)
				for trail := 0x40; trail < 0xff && len(before) == 2; trail++ {
					listed := gbkRunes([]byte{before[1], byte(trail)})
					if len(listed) != 1 || !hasReading(listed[0], reading) {
						continue
					}
					shifted([]byte{byte(trail)}, g, i+1+n, try)
				}
			} else if i+2 < len(g) && g[i+1].r == '?' && unicode.Is(unicode.Han, g[i+2].r) {
				// A full-width question mark (A3 BF) was listed as well: ? for the first
				// byte of a character that ends in A3, ? for the mark.
				for lead := 0x81; lead < 0xff; lead++ {
					shifted([]byte{byte(lead), 0xa3, 0xbf}, g, i+2, try)
				}
			}
		}
		if best == nil {
			out = append(out, g[i])
			continue
		}
		for _, r := range best {
			out = append(out, glyph{r, g[i].from, g[bestEnd-1].to})
		}
		i = bestEnd - 1
	}
	return out
}

// shifted decodes prefix and the bytes of g[i:] until characters fall into step again, and
// gives to try the characters and where in g that is. They do so at a byte of ASCII, and at
// another bracket that has swallowed half of its character, which its reading tells.
func shifted(prefix []byte, g []glyph, i int, try func(with []rune, end int)) {
	const most = 12
	raw := append([]byte(nil), prefix...)
	for end := i; end < len(g) && end < i+most; end++ {
		if g[end].r == '?' {
			n, reading := readingAt(g, end+1)
			for second := 0x40; second < 0xff && n > 0; second++ {
				runes := gbkRunes(append(raw[:len(raw):len(raw)], byte(second)))
				if len(runes) > 0 && written(runes) && hasReading(runes[len(runes)-1], reading) {
					try(runes, end+1+n)
				}
			}
			return
		}
		b := gbkBytes(g[end].r)
		if b == nil {
			return
		}
		raw = append(raw, b...)
		if len(b) == 1 {
			if runes := gbkRunes(raw); len(runes) > 0 && written(runes) {
				try(runes, end+1)
			}
			return
		}
	}
}

// written reports whether all of runes are Han characters or their punctuation.
func written(runes []rune) bool {
	for _, r := range runes {
		if !wide(r) {
			return false
		}
	}
	return true
}

// gbkBytes returns the bytes of r in GBK, nil where it has none.
func gbkBytes(r rune) []byte {
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r)))
	if err != nil || len(b) > 2 {
		return nil
	}
	return b
}

// gbkRunes decodes GBK, nil where the bytes are none.
func gbkRunes(b []byte) []rune {
	s, err := simplifiedchinese.GBK.NewDecoder().Bytes(b)
	if err != nil || strings.ContainsRune(string(s), '\ufffd') {
		return nil
	}
	return []rune(string(s))
}
