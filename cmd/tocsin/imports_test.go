package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport lists, for each package, the packages of this module that it may import. Data
// passes through them in this order; what is new must be put into it.
func mayImport() map[string][]string {
	return map[string][]string{
		"crawler":              {},
		"crawler/fetch":        {"crawler"},
		"crawler/frontiertest": {"crawler"},
		"extract/phrase":       {},
		"extract/lang":         {},
		"extract":              {"crawler", "extract/phrase"},
		"classify":             {"extract", "extract/phrase"},
		"db":                   {"crawler", "extract", "classify"},
		"fixtures":             {},
		"cmd/tocsin":           {"crawler", "crawler/fetch", "extract", "extract/phrase", "extract/lang", "classify", "db", "fixtures"},
	}
}

func TestImportOrder(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command to list the packages")
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "tocsin/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name := strings.TrimPrefix(words[0], "tocsin/")
		allowed, ok := mayImport()[name]
		if !ok {
			t.Errorf("package %s is in no order: say above what it may import", name)
			continue
		}
		seen++
		for _, i := range words[1:] {
			own, isOwn := strings.CutPrefix(i, "tocsin/")
			if isOwn && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s", name, own)
			}
			if name == "extract/phrase" && strings.Contains(i, ".") {
				t.Errorf("%s imports %s: it takes the standard library only", name, i)
			}
		}
	}
	if seen != len(mayImport()) {
		t.Errorf("%d packages were listed, want %d", seen, len(mayImport()))
	}
}
