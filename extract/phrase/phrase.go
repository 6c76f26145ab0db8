// Package phrase finds sayings in text. It knows no language and nothing of what the
// sayings mean: both stand in phrase files, which it reads, checks, compiles and matches.
//
// A phrase file is plain text with three kinds of line:
//
//	# a comment
//	power  key=value                               at the margin: a name, and what else is known of it
//	    (coupure|panne)[s] (électrique[s]|de courant)    indented: a way to say it
//	nothing                                        wins like any other, and means nothing
//	    tarte à la panne
//
//	+ La panne de courant a duré.   = power        must find exactly this
//	- La tarte à la panne.                         must find nothing
//
// Six marks stand in a saying: (a|b) either, [a] may be absent, word* any ending, ... a gap,
// {slot} something that another file finds, and the name nothing. A saying is shorthand for
// at most [MaxPlain] plain ones.
//
// The margin word trim leaves out of a finding what stands before its first and after its
// last slot. What else stands there is for the caller.
//
// A [Grammar] declares the files that may exist, in the order in which they are run. Text is
// cut into sentences, sentences into [Token]s (by script: a run of letters, a run of digits,
// each Han character alone), and a trie over tokens finds every saying of a file. Where
// findings of one file overlap the longest wins, then the first in the text, then the first
// line. Later files see the findings of earlier ones in their slots. Nothing matches across
// the end of a sentence.
package phrase

import (
	"fmt"
	"strings"
)

// MaxPlain is how many plain sayings one line may stand for.
const MaxPlain = 500

// Layer orders the files of a grammar.
type Layer int8

const (
	Words  Layer = iota // plain sayings
	Values              // built from words
	Cues                // which field a value belongs to; findings may overlap
)

func (l Layer) String() string { return [...]string{"words", "values", "cues"}[l] }

// A Dim is one dimension of meaning, the file of its name in each language.
type Dim struct {
	Name  string
	Layer Layer

	// Names lists the names that may stand at the margin. Where it is nil, Check decides;
	// where both are nil, any name may.
	Names []string
	Check func(name string) error

	// Build gives a finding its value, or nil to refuse it: a day 32 is no day. A nil
	// Build accepts all.
	Build func(*Match) any

	// Join is given each run of touching findings of the file and returns what they
	// amount to: "two", "hundred", "and", "five" are one number. A nil Join keeps them.
	Join func(run []*Match) []*Match

	// Passes is how often the file is run, each time seeing what it found before in
	// slots of its own name. 0 means once.
	Passes int

	// Describe says in few words what a finding means, for examples. A nil Describe
	// gives the name, with what filled its slots in brackets.
	Describe func(*Match) string
}

// A Slot is another name for some findings of a Dim: {day} for a {number} up to 31.
type Slot struct {
	Name, Dim string
	Accept    func(*Match) bool
}

// A Grammar declares what can be meant.
type Grammar struct {
	Dims  []Dim // in the order in which they are run
	Slots []Slot

	// Shapes finds what has no language, such as 14:30, before the files are run.
	Shapes func(*Sentence)
}

// A Match is one finding.
type Match struct {
	Start, End  int // bytes of the text
	Dim         string
	Name        string
	Attrs       map[string]string // what else the margin says of Name
	Rule        string            // file:line, "" for a shape
	Value       any               // from Build
	Slots       []Filled
	Text        string // the whole text that Start and End point into
	Sentence    int
	first, last int // tokens
	line        int // position of the rule among all, for ties
	dim         int
	next        int32 // next match that starts at the same token
}

// A Filled is a slot and what filled it.
type Filled struct {
	Slot  string
	Match *Match
}

// Words returns the words found.
func (m *Match) Words() string { return m.Text[m.Start:m.End] }

// Slot returns what filled the first slot of a name, or nil.
func (m *Match) Slot(name string) *Match {
	for _, f := range m.Slots {
		if f.Slot == name {
			return f.Match
		}
	}
	return nil
}

// All returns what filled all slots of a name.
func (m *Match) All(name string) []*Match {
	var all []*Match
	for _, f := range m.Slots {
		if f.Slot == name {
			all = append(all, f.Match)
		}
	}
	return all
}

// An Error is one thing wrong with a phrase file.
type Error struct {
	File      string
	Line, Col int // from 1; Col in characters, 0 for the whole line
	Text      string
}

func (e Error) Error() string {
	if e.Col > 0 {
		return fmt.Sprintf("%s:%d: col %d: %s", e.File, e.Line, e.Col, e.Text)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}

// Errors is all that is wrong with a set of phrase files.
type Errors []Error

func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// nearest returns the candidate that takes fewest edits to reach from word, "" if none is near.
func nearest(word string, candidates []string) string {
	best, at := "", len(word)/2+1
	for _, c := range candidates {
		if d := distance(word, c); d < at {
			best, at = c, d
		}
	}
	return best
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
