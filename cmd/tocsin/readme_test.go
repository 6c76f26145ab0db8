package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the output of the commands in README.md anew")

// A snippet is a command of README.md and what stands below it.
type snippet struct {
	command string
	output  string
}

// notRun reports whether a command is not run by the test of README.md: the one that runs
// this test, and those that build what it stands for.
func notRun(command string) bool {
	return strings.HasPrefix(command, "go test") || strings.HasPrefix(command, "go build")
}

// snippets cuts the inside of a fenced block into commands. A command goes on as long as a
// quotation mark is open.
func snippets(block string) []snippet {
	var list []snippet
	open := false
	for line := range strings.Lines(block) {
		switch {
		case open:
			list[len(list)-1].command += line
		case strings.HasPrefix(line, "$ "):
			list = append(list, snippet{command: strings.TrimPrefix(line, "$ ")})
		case len(list) > 0:
			list[len(list)-1].output += line
			continue
		default:
			continue
		}
		open = strings.Count(list[len(list)-1].command, `"`)%2 == 1
	}
	return list
}

// The commands of README.md work, and print what it says: to the letter of the first line,
// since what is found improves with every rule.
func TestREADME(t *testing.T) {
	t.Parallel()
	const readme = "../../README.md"
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	page := "GitHub down for two hours\n\nGitHub was down for two hours on 27 November 2021, all over the world. A bug had caused the outage, the company said.\n"
	if err := os.WriteFile(filepath.Join(dir, "demo-page.txt"), []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	fixtures, err := filepath.Abs("../../fixtures")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(fixtures, filepath.Join(dir, "fixtures")); err != nil {
		t.Fatal(err)
	}
	ran := 0
	var written strings.Builder
	for i, part := range strings.Split(string(text), "```") {
		block, isShell := strings.CutPrefix(part, "sh\n")
		if i > 0 {
			written.WriteString("```")
		}
		if i%2 == 0 || !isShell {
			written.WriteString(part)
			continue
		}
		written.WriteString("sh\n")
		for _, s := range snippets(block) {
			written.WriteString("$ " + s.command)
			if notRun(s.command) {
				written.WriteString(s.output)
				continue
			}
			// The test binary is tocsin on the PATH, see TestMain.
			c := exec.Command("sh", "-c", strings.NewReplacer("go run ./cmd/tocsin", "tocsin", "./tocsin", "tocsin").Replace(s.command))
			c.Dir = dir
			var stderr strings.Builder
			c.Stderr = &stderr
			out, err := c.Output()
			if err != nil {
				t.Errorf("%s: %v\n%s", s.command, err, stderr.String())
			}
			ran++
			written.Write(out)
			got, _, _ := strings.Cut(string(out), "\n")
			want, _, _ := strings.Cut(s.output, "\n")
			// Columns are as wide as what is in them.
			if !*update && strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
				t.Errorf("%sprints\n%s\nREADME.md has\n%s", s.command, got, want)
			}
		}
	}
	if ran < 8 {
		t.Errorf("only %d commands were found", ran)
	}
	if *update {
		if err := os.WriteFile(readme, []byte(written.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever README.md points to exists.
func TestREADMELinks(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, part := range strings.Split(string(text), "](")[1:] {
		target, _, _ := strings.Cut(part, ")")
		if strings.Contains(target, "://") {
			continue
		}
		n++
		if _, err := os.Stat(filepath.Join("../..", target)); err != nil {
			t.Errorf("README.md points to %s, which is not there", target)
		}
	}
	if n == 0 {
		t.Error("no link was found")
	}
}
