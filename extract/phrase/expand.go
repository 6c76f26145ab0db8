package phrase

// Expansion: from a saying with its marks to the plain sayings that it stands for. The
// marks are read once into a tree; the tree is multiplied out as text, so that
// (é|e)lectrique[s] may be written within a word, and each text is cut into steps.

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

var errEmpty = Error{Text: "stands for an empty saying, which would match everything"}

// A step is one thing that a plain saying asks for.
type step struct {
	kind stepKind
	word string // folded word, its beginning, or the slot's name
}

type stepKind uint8

const (
	word   stepKind = iota
	prefix          // any word that begins so
	slot
	gap
)

type node struct {
	text string   // a leaf
	any  [][]node // alternatives
}

type expander struct {
	in   string
	at   int
	fail func(at int, text string)
}

// Plain returns the plain sayings that a saying stands for, as text.
func Plain(saying string) ([]string, error) {
	out, err := expand(saying)
	for i, s := range out {
		out[i] = strings.Join(strings.Fields(s), " ")
		if out[i] == "" {
			return nil, errEmpty
		}
	}
	return out, err
}

// expand is Plain with the white space as it falls.
func expand(saying string) ([]string, error) {
	var err error
	e := &expander{in: saying, fail: func(at int, text string) {
		if err == nil {
			err = Error{Col: utf8.RuneCountInString(saying[:at]) + 1, Text: text}
		}
	}}
	seq := e.sequence(0)
	if err != nil {
		return nil, err
	}
	out := multiply(seq)
	if out == nil {
		return nil, Error{Text: fmt.Sprintf("stands for more than %d plain sayings", MaxPlain)}
	}
	return out, nil
}

// sequence reads up to the closing mark, 0 for the end of the line.
func (e *expander) sequence(closing byte) []node {
	var seq []node
	from := e.at
	flush := func() {
		if e.at > from {
			seq = append(seq, node{text: e.in[from:e.at]})
		}
	}
	for e.at < len(e.in) {
		switch c := e.in[e.at]; c {
		case '(', '[':
			flush()
			seq = append(seq, e.group(c))
			from = e.at
		case ')', ']', '|':
			if closing == 0 {
				e.fail(e.at, fmt.Sprintf("%q without its beginning", c))
				e.at++
				continue
			}
			flush()
			return seq
		default:
			e.at++
		}
	}
	flush()
	return seq
}

func (e *expander) group(opening byte) node {
	start, closing := e.at, byte(')')
	if opening == '[' {
		closing = ']'
	}
	e.at++
	var n node
	for {
		alt := e.sequence(closing)
		if len(alt) == 0 {
			e.fail(e.at, "empty alternative, which would match everything (use [ ] for what may be absent)")
		}
		n.any = append(n.any, alt)
		if e.at >= len(e.in) {
			e.fail(start, fmt.Sprintf("missing %q", closing))
			return n
		}
		c := e.in[e.at]
		e.at++
		if c == closing {
			break
		}
		if c != '|' {
			e.fail(e.at-1, fmt.Sprintf("%q where %q is expected", c, closing))
			return n
		}
	}
	if opening == '[' {
		n.any = append(n.any, nil)
	}
	return n
}

// multiply returns nil when there are more than MaxPlain.
func multiply(seq []node) []string {
	out := []string{""}
	for _, n := range seq {
		var ends []string
		if n.any == nil {
			ends = []string{n.text}
		}
		for _, alt := range n.any {
			more := multiply(alt)
			if more == nil {
				return nil
			}
			ends = append(ends, more...)
		}
		if len(out)*len(ends) > MaxPlain {
			return nil
		}
		next := make([]string, 0, len(out)*len(ends))
		for _, a := range out {
			for _, b := range ends {
				next = append(next, a+b)
			}
		}
		out = next
	}
	return out
}

// steps cuts a plain saying into what it asks for.
func steps(plain string, slots func(string) error) ([]step, error) {
	var out []step
	for s := plain; s != ""; {
		if rest, ok := strings.CutPrefix(s, "..."); ok {
			out, s = append(out, step{kind: gap}), rest
			continue
		}
		if s[0] == '{' {
			name, rest, ok := strings.Cut(s[1:], "}")
			if !ok {
				return nil, Error{Text: "missing '}'"}
			}
			if err := slots(name); err != nil {
				return nil, err
			}
			out, s = append(out, step{slot, name}), rest
			continue
		}
		n := nextToken(s)
		if n.kind == Space {
			s = s[n.size:]
			continue
		}
		w := Fold(s[:n.size])
		s = s[n.size:]
		k := word
		if strings.HasPrefix(s, "*") {
			if n.kind != Letters {
				return nil, Error{Text: fmt.Sprintf("* stands after %q, but only a word of letters has endings", w)}
			}
			k, s = prefix, s[1:]
		}
		out = append(out, step{k, w})
	}
	if len(out) == 0 {
		return nil, errEmpty
	}
	if out[0].kind == gap || out[len(out)-1].kind == gap {
		return nil, Error{Text: "a gap at the edge of a saying, where it binds nothing"}
	}
	for i := 1; i < len(out); i++ {
		if out[i].kind == gap && out[i-1].kind == gap {
			return nil, Error{Text: "two gaps side by side"}
		}
	}
	return out, nil
}
