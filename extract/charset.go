package extract

// From the bytes of a page to text. A byte order mark decides, or that every other byte is
// zero (UTF-16 of Latin letters); else valid UTF-8 wins over
// every label; else the bytes are decoded by each encoding that may be meant and the text
// that looks most like writing is kept. So a wrong label does no harm and a missing one is
// not missed. gb2312 and gbk are read as gb18030, which contains them, and Big5 with the
// Hong Kong characters. Japanese, Korean and other encodings are tried only where a label
// names them.

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode/utf32"

	utf16 "golang.org/x/text/encoding/unicode"
)

// sampleBytes is how much of a page decides between encodings, from its first byte that
// is not ASCII.
const sampleBytes = 64 << 10

// Decode returns body as UTF-8 and the name of the charset that it was in, by the WHATWG
// (gb18030, big5, windows-1252, …). A body that is no text has the name "". Bytes that
// stand for nothing become U+FFFD.
func Decode(body []byte, contentType string) (text, name string) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(body[3:]), "\ufffd"), "utf-8"
	case bytes.HasPrefix(body, []byte("\xff\xfe\x00\x00")):
		return decoded(utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), body), "utf-32le"
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return decoded(utf16.UTF16(utf16.LittleEndian, utf16.UseBOM), body), "utf-16le"
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return decoded(utf16.UTF16(utf16.BigEndian, utf16.UseBOM), body), "utf-16be"
	case zeroEvery(body, 1):
		return decoded(utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM), body), "utf-16le"
	case zeroEvery(body, 0):
		return decoded(utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM), body), "utf-16be"
	case binary(body):
		return "", ""
	}
	labels := charsetLabels(body, contentType)
	for _, label := range labels {
		if label == "hz-gb-2312" { // seven bits, so valid UTF-8 as well
			return decoded(simplifiedchinese.HZGB2312, body), label
		}
	}
	if utf8.Valid(body) {
		return string(body), "utf-8"
	}
	first := bytes.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf })
	sample := body[first:min(len(body), first+sampleBytes)]
	best, bestScore := "", 0.0
	for _, name := range append(labels, "utf-8", "gb18030", "big5", "windows-1252") {
		e := encodingOf(name)
		if e == nil || name == best {
			continue
		}
		score := likeness(decoded(e, sample))
		if best == "" || score > bestScore {
			best, bestScore = name, score
		}
	}
	return decoded(encodingOf(best), body), best
}

// encodingOf returns the encoding of a WHATWG name, nil where there is none for text.
func encodingOf(name string) encoding.Encoding {
	switch name {
	case "utf-8":
		return utf16.UTF8
	case "gb18030":
		return simplifiedchinese.GB18030
	case "big5":
		return traditionalchinese.Big5
	case "windows-1252":
		return charmap.Windows1252
	}
	e, err := htmlindex.Get(name)
	if err != nil || e == encoding.Replacement {
		return nil
	}
	return e
}

// decoded never fails: decoders put U+FFFD for what they cannot read.
func decoded(e encoding.Encoding, body []byte) string {
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\ufffd")
	}
	return strings.ToValidUTF8(string(out), "\ufffd")
}

// charsetLabels returns the charsets that the header and the first 4 KB of the page name.
func charsetLabels(body []byte, contentType string) []string {
	var names []string
	add := func(label string) {
		label = strings.ToLower(strings.Trim(strings.TrimSpace(label), `"'`))
		if label == "hz-gb-2312" || label == "hz" {
			names = append(names, "hz-gb-2312")
			return
		}
		switch _, name := charset.Lookup(label); name {
		case "", "replacement", "x-user-defined", "utf-16le", "utf-16be":
		case "gbk":
			names = append(names, "gb18030")
		default:
			names = append(names, name)
		}
	}
	head := strings.ToLower(string(body[:min(len(body), 4096)]))
	for _, s := range []string{strings.ToLower(contentType), head} {
		for rest := s; ; {
			i := strings.Index(rest, "charset=")
			if i < 0 {
				break
			}
			rest = strings.TrimLeft(rest[i+len("charset="):], `"' `)
			n := strings.IndexFunc(rest, func(r rune) bool {
				return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.:", r)
			})
			if n < 0 {
				n = len(rest)
			}
			add(rest[:n])
		}
	}
	if strings.HasPrefix(head, "<?xml") {
		declaration, _, _ := strings.Cut(head, "?>")
		if _, after, ok := strings.Cut(declaration, "encoding="); ok && len(after) > 1 {
			value, _, _ := strings.Cut(after[1:], after[:1])
			add(value)
		}
	}
	return names
}

// zeroEvery reports whether nine in ten of the bytes at odd places (odd is 1) or even ones
// are zero, and one in a hundred of the others at most.
func zeroEvery(body []byte, odd int) bool {
	head := body[:min(len(body), 4096)&^1]
	zeros := [2]int{}
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	half := len(head) / 2
	return half > 8 && zeros[odd]*10 >= half*9 && zeros[1-odd]*100 <= half
}

// binary reports whether body begins like a file that is no text, or holds control
// characters that no text does.
func binary(body []byte) bool {
	for _, magic := range []string{"%PDF-", "PK\x03\x04", "GIF8", "\x89PNG", "\xff\xd8\xff", "\x1f\x8b", "RIFF", "\x7fELF", "OggS", "ID3", "SQLite format 3", "BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd", "\x00\x00\x01\x00", "wOFF", "wOF2"} {
		if bytes.HasPrefix(body, []byte(magic)) {
			return true
		}
	}
	if len(body) > 12 && string(body[4:8]) == "ftyp" {
		return true
	}
	head := body[:min(len(body), 16<<10)]
	strange := 0
	for _, c := range head {
		switch {
		case c == '\t', c == '\n', c == '\r', c == '\f', c == 0x1b:
		case c < 0x20, c == 0x7f:
			strange++
		}
	}
	return strange*50 > len(head)
}

// likeness tells how much a text looks like writing, by its characters beyond ASCII:
// common Han and letters among letters speak for it, replacement and private characters,
// rare Han and letters in the company of symbols against it.
func likeness(text string) float64 {
	score := 0.0
	previous := ' '
	for i, r := range text {
		if r < utf8.RuneSelf {
			if r < ' ' && !unicode.IsSpace(r) {
				score -= 2
			}
			previous = r
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		switch {
		case r == utf8.RuneError, unicode.Is(unicode.Co, r), r < 0xa0, unicode.Is(unicode.Cn, r):
			score -= 6
		case unicode.Is(unicode.Han, r):
			switch {
			case commonHan(r):
				score += 2
			default:
				score -= 2
			}
		case unicode.In(r, unicode.Hiragana, unicode.Katakana) && r < 0xff00, unicode.Is(unicode.Hangul, r):
			score += 2
		case r >= 0x3000 && r < 0x3020, r >= 0xff01 && r < 0xff5f, r >= 0x2010 && r < 0x2030:
			score++
		case unicode.IsLetter(r) && r < 0x250:
			// French, German or Polish writing has its accented letters one by one among
			// plain ones.
			if asciiLetter(previous) || asciiLetter(next) {
				score++
			}
			if previous >= utf8.RuneSelf && next >= utf8.RuneSelf {
				score -= 2
			}
		case unicode.IsLetter(r):
			if unicode.IsLetter(previous) || unicode.IsLetter(next) {
				score += 0.6
			}
		default:
			if previous >= utf8.RuneSelf {
				score--
			}
		}
		previous = r
	}
	return score
}

func asciiLetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

// commonHan reports whether r is on the first level of GB 2312 (3,755 characters by use)
// or on that of Big5 (5,401).
func commonHan(r rune) bool {
	var buf, out [4]byte
	n := utf8.EncodeRune(buf[:], r)
	if k, _, err := simplifiedchinese.GBK.NewEncoder().Transform(out[:], buf[:n], true); err == nil && k == 2 {
		if out[0] >= 0xb0 && out[0] <= 0xd7 && out[1] >= 0xa1 {
			return true
		}
	}
	if k, _, err := traditionalchinese.Big5.NewEncoder().Transform(out[:], buf[:n], true); err == nil && k == 2 {
		return out[0] >= 0xa4 && out[0] <= 0xc6
	}
	return false
}
