package phrase

// Scanning: sentence by sentence, file by file, one walk down the trie from each token. What
// is kept of a sentence is small, so memory grows with the findings and not with the text.

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// A Reading is what a scan found.
type Reading struct {
	Sentences []Span
	Matches   []*Match // by sentence, then in the order of the grammar's dimensions, then of the text
}

// A Span is bytes Start up to End of a text.
type Span struct{ Start, End int }

// gapRoom is what a gap spans: five words (12 each) or twelve Han characters (5 each).
const (
	gapRoom = 60
	gapWord = 12
	gapHan  = 5
)

type scan struct {
	rules    *Rules
	sentence Sentence
	matches  []*Match // of this sentence, alive
	heads    []int32  // by token: first match that starts there, as index+1 into linked
	linked   []*Match
	found    []*Match // candidates of the dimension at hand
	seeds    []*Match // shapes of all dimensions
	stack    []Filled
	fold     []byte
	extra    [][]int32 // prefix lists of words that no saying holds; Token.unit counts on from rules.prefixLists
	dim      int
	pass     int
	steps    int
	gaps     int // that the walk is within
}

// maxSteps bounds the walk from one token, whatever the sayings are.
const maxSteps = 20000

// Scan reads a text. blocks are byte spans that no finding may leave, in order; what lies
// outside of all is not read. No blocks at all means the whole text.
func (r *Rules) Scan(text string, blocks ...Span) *Reading {
	if blocks == nil {
		blocks = []Span{{0, len(text)}}
	}
	out := &Reading{}
	s := &scan{rules: r}
	for _, b := range blocks {
		for at := b.Start; at < b.End; {
			at = s.cut(text, at, b.End)
			if len(s.sentence.Tokens) == 0 {
				continue
			}
			s.sentence.Index = len(out.Sentences)
			last := s.sentence.Tokens[len(s.sentence.Tokens)-1]
			out.Sentences = append(out.Sentences, Span{s.sentence.Tokens[0].Start, last.End})
			s.run()
			out.Matches = append(out.Matches, s.matches...)
		}
	}
	return out
}

// cut fills the sentence that begins at text[at] and returns where the next one begins.
func (s *scan) cut(text string, at, end int) int {
	s.sentence = Sentence{Text: text, Tokens: s.sentence.Tokens[:0], scan: s}
	s.extra = s.extra[:0]
	spaced := true
	last := ""
	for at < end {
		p := nextToken(text[at:end])
		if p.kind == Space {
			spaced = true
			at += p.size
			continue
		}
		t := Token{Start: at, End: at + p.size, Kind: p.kind, Spaced: spaced}
		s.identify(&t, text[at:at+p.size])
		s.sentence.Tokens = append(s.sentence.Tokens, t)
		spaced = false
		if p.kind == Mark && s.rules.ends(text[:end], at, p.size, last) {
			at += p.size
			// Closing marks belong to the sentence that they close.
			for at < end {
				c, n := utf8.DecodeRuneInString(text[at:])
				switch c {
				case '"', '”', '’', '»', ')', '）', '」', '』', ']':
					p := Token{Start: at, End: at + n, Kind: Mark}
					s.identify(&p, text[at:at+n])
					s.sentence.Tokens = append(s.sentence.Tokens, p)
					at += n
					continue
				}
				break
			}
			return at
		}
		last = text[at : at+p.size]
		at += p.size
		if len(s.sentence.Tokens) >= MaxSentence {
			return at
		}
	}
	return at
}

// identify looks a token up among the words and beginnings of the rules.
func (s *scan) identify(t *Token, w string) {
	folded := w
	for i := range len(w) {
		if c := w[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			s.fold = s.fold[:0]
			for _, c := range w {
				s.fold = utf8.AppendRune(s.fold, foldRune(c))
			}
			if id, ok := s.rules.vocabulary[string(s.fold)]; ok {
				t.id, t.unit = id, s.rules.wordPrefixes[id]
				return
			}
			if t.Kind != Letters {
				return
			}
			folded = string(s.fold)
			break
		}
	}
	if id, ok := s.rules.vocabulary[folded]; ok {
		t.id, t.unit = id, s.rules.wordPrefixes[id]
		return
	}
	if t.Kind == Letters && len(s.rules.prefixLens) > 0 {
		if ids := s.rules.beginnings(folded, nil); ids != nil {
			s.extra = append(s.extra, ids)
			t.unit = int32(len(s.rules.prefixLists) + len(s.extra) - 1)
		}
	}
}

func (s *scan) prefixesOf(t *Token) []int32 {
	if n := int(t.unit) - len(s.rules.prefixLists); n >= 0 {
		return s.extra[n]
	}
	return s.rules.prefixLists[t.unit]
}

// run finds all that the grammar's files say of the sentence.
func (s *scan) run() {
	s.matches = s.matches[:0]
	s.linked = s.linked[:0]
	s.seeds = s.seeds[:0]
	s.heads = append(s.heads[:0], make([]int32, len(s.sentence.Tokens))...)
	if s.rules.grammar.Shapes != nil {
		s.rules.grammar.Shapes(&s.sentence)
	}
	for i := range s.rules.grammar.Dims {
		d := &s.rules.grammar.Dims[i]
		s.dim = i
		s.found = s.found[:0]
		for _, m := range s.seeds {
			if m.dim == i {
				s.found = append(s.found, m)
			}
		}
		var kept []*Match
		for s.pass = 1; s.pass <= max(1, d.Passes); s.pass++ {
			if s.pass > 1 {
				s.found = append(s.found[:0], kept...)
			}
			before := len(s.found)
			s.walkAll()
			if s.pass > 1 && len(s.found) == before {
				break
			}
			if s.pass > 1 {
				s.unlink(kept)
			}
			kept = s.settle(d)
			if s.pass == 1 && d.Join != nil {
				kept = s.join(d, kept)
			}
			s.link(kept)
		}
		s.matches = append(s.matches, kept...)
	}
}

func (s *scan) shape(dim string, first, last int, name string, value any) {
	d, ok := s.rules.dims[dim]
	if !ok {
		return
	}
	s.seeds = append(s.seeds, s.match(d, first, last, name, "", value))
}

func (s *scan) match(dim, first, last int, name, rule string, value any) *Match {
	t := s.sentence.Tokens
	return &Match{Start: t[first].Start, End: t[last-1].End, Dim: s.rules.grammar.Dims[dim].Name, Name: name,
		Rule: rule, Value: value, Text: s.sentence.Text, Sentence: s.sentence.Index, first: first, last: last, dim: dim, line: -1}
}

func (s *scan) link(ms []*Match) {
	for _, m := range ms {
		s.linked = append(s.linked, m)
		m.next = s.heads[m.first]
		s.heads[m.first] = int32(len(s.linked))
	}
}

func (s *scan) unlink(ms []*Match) {
	for _, m := range ms {
		at := &s.heads[m.first]
		for *at != 0 {
			l := s.linked[*at-1]
			if l == m {
				*at = l.next
				break
			}
			at = &l.next
		}
	}
}

func (s *scan) walkAll() {
	t := &s.rules.tries[s.dim]
	if t.nodes == nil {
		return
	}
	root := &t.nodes[0]
	for i := range s.sentence.Tokens {
		tok := &s.sentence.Tokens[i]
		s.steps, s.gaps = 0, 0
		s.stack = s.stack[:0]
		if n := t.root[tok.id]; tok.id != 0 && n != 0 {
			s.walk(t, n, i, i+1)
		}
		if root.prefixes && tok.unit != 0 {
			for _, id := range s.prefixesOf(tok) {
				if n, ok := t.next[key(0, -id)]; ok {
					s.walk(t, n, i, i+1)
				}
			}
		}
		if s.heads[i] != 0 && root.slots != 0 {
			s.fill(t, root, i, i)
		}
	}
}

// walk goes on from a node with tokens first up to at behind it, and reports whether any
// saying ended.
func (s *scan) walk(t *trie, node int32, first, at int) bool {
	if s.steps++; s.steps > maxSteps {
		return false
	}
	n := &t.nodes[node]
	hit := false
	for e := n.ends; e != 0; e = t.ends[e-1].next {
		hit = s.end(t.ends[e-1].saying, first, at) || hit
	}
	if at < len(s.sentence.Tokens) {
		tok := &s.sentence.Tokens[at]
		if tok.id != 0 {
			if to, ok := t.next[key(node, tok.id)]; ok {
				hit = s.walk(t, to, first, at+1) || hit
			}
		}
		if n.prefixes && tok.unit != 0 {
			for _, id := range s.prefixesOf(tok) {
				if to, ok := t.next[key(node, -id)]; ok {
					hit = s.walk(t, to, first, at+1) || hit
				}
			}
		}
		if n.slots != 0 {
			hit = s.fill(t, n, first, at) || hit
		}
	}
	if n.gap != 0 {
		// A gap binds to the nearest: of each saying the first place where its rest fits.
		room := gapRoom
		s.gaps++
		for to := at; to < len(s.sentence.Tokens); to++ {
			hit = s.walk(t, n.gap, first, to) || hit
			switch s.sentence.Tokens[to].Kind {
			case Han:
				room -= gapHan
			case Mark:
			default:
				room -= gapWord
			}
			if room < 0 {
				break
			}
		}
		s.gaps--
	}
	return hit
}

// fill follows the slots of a node with the findings that start at token at.
func (s *scan) fill(t *trie, n *trieNode, first, at int) bool {
	hit := false
	for h := s.heads[at]; h != 0; {
		m := s.linked[h-1]
		h = m.next
		for i := n.slots; i != 0; i = t.slots[i-1].next {
			e := &t.slots[i-1]
			d := &s.rules.slots[e.slot]
			if d.dim != m.dim || d.accept != nil && !d.accept(m) {
				continue
			}
			s.stack = append(s.stack, Filled{d.name, m})
			hit = s.walk(t, e.node, first, m.last) || hit
			s.stack = s.stack[:len(s.stack)-1]
		}
	}
	return hit
}

// end makes a candidate of a saying that ended, unless its value is refused.
func (s *scan) end(saying int32, first, last int) bool {
	if s.pass > 1 && !s.recurs() {
		return false
	}
	if s.gaps > 0 && s.nearer(saying, first) {
		return true
	}
	y := &s.rules.sayings[saying]
	m := s.match(s.dim, first, last, y.Name.Text, "", nil)
	m.Attrs = y.Name.Attrs
	m.line = int(saying)
	if len(s.stack) > 0 {
		m.Slots = slices.Clone(s.stack)
	}
	if d := &s.rules.grammar.Dims[s.dim]; d.Build != nil && m.Name != Nothing {
		if m.Value = d.Build(m); m.Value == nil {
			return false
		}
	}
	s.found = append(s.found, m)
	return true
}

// nearer reports whether a saying was found from the same token before. Places are tried
// from near to far, so what was found first lies nearest.
func (s *scan) nearer(saying int32, first int) bool {
	for j := len(s.found) - 1; j >= 0 && s.found[j].first == first; j-- {
		if s.found[j].line == int(saying) {
			return true
		}
	}
	return false
}

// recurs reports whether a slot is filled by a finding of the dimension itself.
func (s *scan) recurs() bool {
	for _, f := range s.stack {
		if f.Match.dim == s.dim {
			return true
		}
	}
	return false
}

// settle chooses among candidates: all cues; else the longest, the first, the first line.
func (s *scan) settle(d *Dim) []*Match {
	byStart := func(a, b *Match) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last), cmp.Compare(a.line, b.line))
	}
	var kept []*Match
	if d.Layer == Cues {
		slices.SortStableFunc(s.found, byStart)
		for i, m := range s.found {
			if m.Name != Nothing && !s.repeats(i) && !s.silenced(m) {
				kept = append(kept, m)
			}
		}
	} else {
		slices.SortStableFunc(s.found, func(a, b *Match) int {
			return cmp.Or(cmp.Compare(b.End-b.Start, a.End-a.Start), cmp.Compare(a.first, b.first), cmp.Compare(a.line, b.line))
		})
		taken := make([]bool, len(s.sentence.Tokens))
		for _, m := range s.found {
			// A candidate is never longer than what overlaps it and won, so its two
			// ends tell whether it is free.
			if taken[m.first] || taken[m.last-1] {
				continue
			}
			for i := m.first; i < m.last; i++ {
				taken[i] = true
			}
			if m.Name != Nothing {
				kept = append(kept, m)
			}
		}
		slices.SortFunc(kept, byStart)
	}
	for _, m := range kept {
		if m.Rule == "" && m.line >= 0 {
			y := &s.rules.sayings[m.line]
			m.Rule = place(y)
		}
		m.trim()
	}
	return kept
}

// trim leaves out of a finding what stands before its first and after its last slot, where
// the margin says trim: words that only tell what the rest is.
func (m *Match) trim() {
	if _, ok := m.Attrs["trim"]; !ok || len(m.Slots) == 0 {
		return
	}
	a, b := m.Slots[0].Match, m.Slots[len(m.Slots)-1].Match
	m.Start, m.first, m.End, m.last = a.Start, a.first, b.End, b.last
}

// repeats reports whether cue i was found with the same meaning over the same words before.
func (s *scan) repeats(i int) bool {
	m := s.found[i]
	for j := i - 1; j >= 0 && s.found[j].first == m.first; j-- {
		o := s.found[j]
		if o.last == m.last && o.Name == m.Name && slices.Equal(o.Slots, m.Slots) {
			return true
		}
	}
	return false
}

// silenced reports whether a cue lies within a saying that means nothing.
func (s *scan) silenced(m *Match) bool {
	for _, o := range s.found {
		if o.first > m.first {
			return false
		}
		if o.Name == Nothing && o.last >= m.last {
			return true
		}
	}
	return false
}

// join hands each run of touching findings to the dimension.
func (s *scan) join(d *Dim, ms []*Match) []*Match {
	var out []*Match
	for i := 0; i < len(ms); {
		j := i + 1
		for j < len(ms) && ms[j].first == ms[j-1].last {
			j++
		}
		out = append(out, d.Join(ms[i:j])...)
		i = j
	}
	return out
}

// Merge returns a finding that spans a run of touching ones and keeps the first's rule.
func Merge(run []*Match, name string, value any) *Match {
	m := *run[0]
	m.End, m.last = run[len(run)-1].End, run[len(run)-1].last
	m.Name, m.Value, m.Attrs = name, value, nil
	return &m
}
