package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var lowerFloors = flag.Bool("floors", false, "rewrite fixtures/floors.txt with what is reached now")

// TestFloors holds the quality that was reached on the gold of our own: no figure of
// fixtures/floors.txt may fall. `go test ./cmd/tocsin -run Floors -floors` rewrites the file;
// whoever lets a figure fall says so in the commit.
func TestFloors(t *testing.T) {
	const file = "../../fixtures/floors.txt"
	reached := map[string]float64{}
	var order []string
	for _, lang := range []string{"en", "fr", "zh"} {
		gold := filepath.Join("../../fixtures/gold", lang+".jsonl")
		text, err := os.ReadFile(gold)
		if err != nil {
			t.Fatal(err)
		}
		e := &evaluation{}
		records, err := e.read(t.Context(), gold, filesOf(t, gold, text))
		if err != nil {
			t.Fatal(err)
		}
		labels, err := readScored(gold, text)
		if err != nil {
			t.Fatal(err)
		}
		told, err := readScored("records", records)
		if err != nil {
			t.Fatal(err)
		}
		s := scoreRecords(gold, labels, told)
		all := everyone(s.documents)
		note := func(name string, v float64) {
			k := lang + "  " + name
			order = append(order, k)
			reached[k] = v
		}
		for _, f := range s.fields {
			if _, _, f1, n := f.figures(all); n > 0 {
				note(f.name, f1)
			}
		}
		for _, a := range s.accuracies {
			if sum := a.total(all); sum.of > 0 {
				note(a.name, sum.value())
			}
		}
	}
	if *lowerFloors {
		var b strings.Builder
		b.WriteString("# What is reached on fixtures/gold, F1 or share, to two places down. A test fails where a\n# figure falls below; see cmd/tocsin/floors_test.go.\n\n")
		for _, k := range order {
			fmt.Fprintf(&b, "%-50s %.2f\n", k, float64(int(reached[k]*100))/100)
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	held := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		name := strings.TrimSpace(line[:at])
		floor, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil {
			t.Fatalf("%s: %q: %v", file, line, err)
		}
		got, ok := reached[name]
		switch {
		case !ok:
			t.Errorf("%s: %q is no figure", file, name)
		case got < floor-0.0001:
			t.Errorf("%s: %.3f is below its floor %.2f", name, got, floor)
		}
		held++
	}
	if held < len(reached) {
		t.Errorf("%d figures, but floors for %d only", len(reached), held)
	}
}

func filesOf(t *testing.T, name string, text []byte) (files []string) {
	t.Helper()
	if err := eachLine(name, text, func(row struct {
		File string `json:"file"`
	}) {
		files = append(files, row.File)
	}); err != nil {
		t.Fatal(err)
	}
	return files
}
