package phrase

// Compiling: all plain sayings of a file become one trie over tokens. An edge is a word, the
// beginning of a word, a slot or a gap.

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Rules is a grammar with the phrase files of one language, ready to scan. It is read-only
// and may be shared.
type Rules struct {
	Files []*File

	grammar       Grammar
	abbreviations map[string]bool
	vocabulary    map[string]int32 // folded word -> id, from 1
	prefixes      map[string]int32 // folded beginning -> id, from 1
	prefixLens    []int
	prefixLists   [][]int32 // by Token.unit: ids of the beginnings that a word has
	wordPrefixes  []int32   // by word id: index into prefixLists
	slots         []slotDef
	dims          map[string]int
	tries         []trie // by dim; empty where there is no file
	sayings       []Saying
}

type slotDef struct {
	name   string
	dim    int
	accept func(*Match) bool
}

// A trie lives in slices without pointers, since there are hundreds of thousands of nodes:
// node 0 is the root, and what a node has many of is a list in a slice beside it.
type trie struct {
	nodes []trieNode
	ends  []trieEnd
	slots []slotEdge
	next  map[uint64]int32 // node<<32 | word id or, negated, beginning id
	root  []int32          // by word id: child of the root, 0 none
}

type trieNode struct {
	ends     int32 // first of the sayings that end here, as index+1 into trie.ends
	slots    int32 // first of the edges for slots, as index+1 into trie.slots
	gap      int32 // node after a gap, 0 none
	prefixes bool  // has edges for beginnings
}

type trieEnd struct {
	saying int32 // index into Rules.sayings
	next   int32
}

type slotEdge struct {
	slot int32
	node int32
	next int32
}

// Options of Load that are no phrases.
type Options struct {
	Abbreviations []string // words after which a full stop ends no sentence
}

// Load reads the files of a grammar from the folders dirs of fsys and compiles them. A
// missing file is missing knowledge, no error. A returned error is Errors where the files
// are at fault.
func Load(g Grammar, fsys fs.FS, o Options, dirs ...string) (*Rules, error) {
	r := &Rules{grammar: g, vocabulary: map[string]int32{}, prefixes: map[string]int32{},
		abbreviations: map[string]bool{}, dims: map[string]int{}, tries: make([]trie, len(g.Dims)),
		prefixLists: make([][]int32, 1)}
	for _, a := range o.Abbreviations {
		r.abbreviations[Fold(strings.TrimSuffix(a, "."))] = true
	}
	slotIndex := map[string]int{}
	for i, d := range g.Dims {
		r.dims[d.Name] = i
		slotIndex[d.Name] = len(r.slots)
		r.slots = append(r.slots, slotDef{d.Name, i, nil})
	}
	for _, s := range g.Slots {
		d, ok := r.dims[s.Dim]
		if !ok {
			return nil, fmt.Errorf("slot %s is of dimension %s, which the grammar does not have", s.Name, s.Dim)
		}
		slotIndex[s.Name] = len(r.slots)
		r.slots = append(r.slots, slotDef{s.Name, d, s.Accept})
	}
	var errs Errors
	for i, d := range g.Dims {
		for _, dir := range dirs {
			file := path.Join(dir, d.Name+".txt")
			text, err := fs.ReadFile(fsys, file)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			f, wrong := parse(file, d.Name, string(text))
			errs = append(errs, wrong...)
			errs = append(errs, r.checkNames(&g.Dims[i], f)...)
			r.Files = append(r.Files, f)
			for _, s := range f.Sayings {
				errs = append(errs, r.compile(i, s, slotIndex)...)
			}
		}
	}
	if errs != nil {
		slices.SortStableFunc(errs, func(a, b Error) int {
			return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
		})
		return nil, errs
	}
	r.finish()
	return r, nil
}

func (r *Rules) checkNames(d *Dim, f *File) (errs Errors) {
	for _, n := range f.Names {
		if n.Text == Nothing {
			continue
		}
		var problem string
		switch {
		case d.Names != nil:
			if slices.Contains(d.Names, n.Text) {
				continue
			}
			problem = fmt.Sprintf("unknown %s %q", d.Name, n.Text)
			if best := nearest(n.Text, d.Names); best != "" {
				problem += fmt.Sprintf(" (did you mean %s?)", best)
			}
		case d.Check != nil:
			err := d.Check(n.Text)
			if err == nil {
				continue
			}
			problem = err.Error()
		default:
			continue
		}
		errs = append(errs, Error{f.Path, n.Line, 1, problem})
	}
	return errs
}

func (r *Rules) compile(dim int, s Saying, slotIndex map[string]int) (errs Errors) {
	indent := 4
	fail := func(err error) {
		e, ok := err.(Error)
		if !ok {
			e = Error{Text: err.Error()}
		}
		e.File, e.Line = s.File, s.Line
		if e.Col > 0 {
			e.Col += indent
		}
		errs = append(errs, e)
	}
	plains, err := expand(s.Text)
	if err != nil {
		fail(err)
		return errs
	}
	index := int32(len(r.sayings))
	r.sayings = append(r.sayings, s)
	known := func(name string) error {
		i, ok := slotIndex[name]
		if !ok {
			var names []string
			for n := range slotIndex {
				names = append(names, n)
			}
			slices.Sort(names)
			return Error{Text: fmt.Sprintf("unknown slot {%s} (did you mean {%s}?)", name, nearest(name, names))}
		}
		if d := r.slots[i].dim; d > dim || d == dim && r.grammar.Dims[dim].Passes < 2 {
			return Error{Text: fmt.Sprintf("slot {%s} is found only after this file", name)}
		}
		return nil
	}
	t := &r.tries[dim]
	if t.next == nil {
		t.next = map[uint64]int32{}
		t.nodes = make([]trieNode, 1)
	}
	for _, p := range plains {
		list, err := steps(p, known)
		if err != nil {
			fail(err)
			return errs
		}
		at := int32(0)
		for _, st := range list {
			at = r.step(t, at, st, slotIndex)
		}
		if e := t.nodes[at].ends; e == 0 || t.ends[e-1].saying != index {
			t.ends = append(t.ends, trieEnd{index, e})
			t.nodes[at].ends = int32(len(t.ends))
		}
	}
	return errs
}

// step follows or makes the edge of st.
func (r *Rules) step(t *trie, at int32, st step, slotIndex map[string]int) int32 {
	grow := func() int32 {
		t.nodes = append(t.nodes, trieNode{})
		return int32(len(t.nodes) - 1)
	}
	switch st.kind {
	case slot:
		i := slotIndex[st.word]
		for e := t.nodes[at].slots; e != 0; e = t.slots[e-1].next {
			if int(t.slots[e-1].slot) == i {
				return t.slots[e-1].node
			}
		}
		n := grow()
		t.slots = append(t.slots, slotEdge{int32(i), n, t.nodes[at].slots})
		t.nodes[at].slots = int32(len(t.slots))
		return n
	case gap:
		if t.nodes[at].gap == 0 {
			n := grow()
			t.nodes[at].gap = n
		}
		return t.nodes[at].gap
	}
	var symbol int32
	if st.kind == prefix {
		id, ok := r.prefixes[st.word]
		if !ok {
			id = int32(len(r.prefixes) + 1)
			r.prefixes[st.word] = id
		}
		symbol = -id
		t.nodes[at].prefixes = true
	} else {
		id, ok := r.vocabulary[st.word]
		if !ok {
			id = int32(len(r.vocabulary) + 1)
			r.vocabulary[st.word] = id
		}
		symbol = id
	}
	k := key(at, symbol)
	n, ok := t.next[k]
	if !ok {
		n = grow()
		t.next[k] = n
	}
	return n
}

func key(node, symbol int32) uint64 { return uint64(uint32(node))<<32 | uint64(uint32(symbol)) }

// finish makes the tables that scanning reads.
func (r *Rules) finish() {
	seen := map[int]bool{}
	for p := range r.prefixes {
		if !seen[len(p)] {
			seen[len(p)] = true
			r.prefixLens = append(r.prefixLens, len(p))
		}
	}
	slices.Sort(r.prefixLens)
	r.wordPrefixes = make([]int32, len(r.vocabulary)+1)
	for w, id := range r.vocabulary {
		if ids := r.beginnings(w, nil); len(ids) > 0 {
			r.prefixLists = append(r.prefixLists, ids)
			r.wordPrefixes[id] = int32(len(r.prefixLists) - 1)
		}
	}
	for i := range r.tries {
		t := &r.tries[i]
		if t.nodes == nil {
			continue
		}
		t.root = make([]int32, len(r.vocabulary)+1)
		for _, id := range r.vocabulary {
			t.root[id] = t.next[key(0, id)]
		}
	}
}

// beginnings appends the ids of the prefixes that a folded word has.
func (r *Rules) beginnings(word string, ids []int32) []int32 {
	for _, n := range r.prefixLens {
		if n > len(word) {
			break
		}
		if id, ok := r.prefixes[word[:n]]; ok {
			ids = append(ids, id)
		}
	}
	return ids
}
