package phrase

// Reading of phrase files: lines, names with their attributes, sayings, examples. Every
// error is kept with its place; reading goes on after each.

import (
	"strings"
	"unicode/utf8"
)

// A Name is a line at the margin.
type Name struct {
	Text  string
	Attrs map[string]string
	Line  int
}

// A Saying is an indented line.
type Saying struct {
	File string
	Line int
	Name *Name
	Text string
}

// An Example is a line of + or -.
type Example struct {
	File  string
	Line  int
	Text  string
	Found bool     // of a + line
	Want  []string // what the file must find, in order
}

// A File is one phrase file as read.
type File struct {
	Path     string // fr/cause.txt
	Dim      string
	Names    []*Name
	Sayings  []Saying
	Examples []Example
}

// Nothing is the name whose sayings win like any other and mean nothing.
const Nothing = "nothing"

// parse reads a phrase file. path names it in errors.
func parse(path, dim, text string) (*File, Errors) {
	f := &File{Path: path, Dim: dim}
	var errs Errors
	fail := func(line, col int, text string) {
		errs = append(errs, Error{path, line, col, text})
	}
	if !utf8.ValidString(text) {
		fail(1, 0, "is not UTF-8")
		return f, errs
	}
	var name *Name
	used := true
	for i, raw := range strings.Split(text, "\n") {
		n := i + 1
		line := strings.TrimRight(raw, " \t\r")
		body := strings.TrimLeft(line, " \t")
		switch {
		case body == "" || body[0] == '#':
		case len(body) < len(line): // indented
			if name == nil {
				fail(n, 0, "a saying before any name (begin the line of a name at the margin)")
				continue
			}
			used = true
			f.Sayings = append(f.Sayings, Saying{path, n, name, body})
		case strings.HasPrefix(body, "+ "), strings.HasPrefix(body, "- "):
			e := Example{File: path, Line: n, Text: strings.TrimSpace(body[2:]), Found: body[0] == '+'}
			if e.Found {
				at := strings.LastIndex(e.Text, " = ")
				if at < 0 {
					fail(n, 0, "an example that must be found says what: + text   = meaning")
					continue
				}
				for w := range strings.SplitSeq(e.Text[at+3:], ";") {
					e.Want = append(e.Want, strings.TrimSpace(w))
				}
				e.Text = strings.TrimSpace(e.Text[:at])
			}
			f.Examples = append(f.Examples, e)
		default:
			if !used {
				fail(name.Line, 0, "name "+name.Text+" has no saying")
			}
			name, used = parseName(body, n), false
			f.Names = append(f.Names, name)
		}
	}
	if !used {
		fail(name.Line, 0, "name "+name.Text+" has no saying")
	}
	return f, errs
}

// parseName reads `name  key=value flag …`. A value with spaces stands in double quotes.
func parseName(s string, line int) *Name {
	n := &Name{Line: line}
	n.Text, s, _ = strings.Cut(s, "  ")
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if s[0] == '#' {
			break
		}
		if n.Attrs == nil {
			n.Attrs = map[string]string{}
		}
		end := strings.IndexAny(s, "= ")
		if end < 0 {
			n.Attrs[s] = ""
			break
		}
		key := s[:end]
		if s[end] == ' ' {
			n.Attrs[key], s = "", s[end:]
			continue
		}
		s = s[end+1:]
		var value string
		if strings.HasPrefix(s, `"`) {
			value, s, _ = strings.Cut(s[1:], `"`)
		} else {
			value, s, _ = strings.Cut(s, " ")
		}
		n.Attrs[key] = value
	}
	return n
}
