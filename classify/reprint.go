package classify

// Reprints: the same text on another site is no second source. A text's print is its
// SimHash (Charikar, STOC 2002) over three-word, or for Han three-character, shingles; two
// prints of at most reprintBits different bits are of one text (Manku et al., WWW 2007).

import (
	"hash/fnv"
	"math/bits"
	"unicode"
)

const reprintBits = 6

// Print returns the SimHash of a text, 0 for one too short to tell.
func Print(text string) uint64 {
	var weights [64]int
	var window [3]uint64
	n := 0
	emit := func(h uint64) {
		window[0], window[1], window[2] = window[1], window[2], h
		if n++; n < 3 {
			return
		}
		mixed := window[0]*0x9e3779b97f4a7c15 ^ bits.RotateLeft64(window[1], 21)*0xbf58476d1ce4e5b9 ^ bits.RotateLeft64(window[2], 42)
		mixed ^= mixed >> 29
		mixed *= 0x94d049bb133111eb
		mixed ^= mixed >> 32
		for i := range weights {
			if mixed>>i&1 == 1 {
				weights[i]++
			} else {
				weights[i]--
			}
		}
	}
	word := fnv.New64a()
	open := false
	flush := func() {
		if open {
			emit(word.Sum64())
			word.Reset()
			open = false
		}
	}
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			emit(uint64(r) * 0x100000001b3)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			r = unicode.ToLower(r)
			word.Write([]byte{byte(r), byte(r >> 8), byte(r >> 16)})
			open = true
		default:
			flush()
		}
	}
	flush()
	if n < 40 {
		return 0
	}
	var print uint64
	for i, w := range weights {
		if w > 0 {
			print |= 1 << i
		}
	}
	return print
}

// reprint reports whether two documents carry one text.
func reprint(a, b *Filed) bool {
	return a.Print != 0 && b.Print != 0 && bits.OnesCount64(a.Print^b.Print) <= reprintBits
}
