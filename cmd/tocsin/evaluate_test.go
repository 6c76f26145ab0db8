package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shared is where real documents, their labels and the reference scorers lie, if anywhere.
const shared = "../../../shared/eval"

// needScorers skips a test where the reference scorers cannot be run.
func needScorers(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(shared); err != nil {
		t.Skip("no reference scorers beside this checkout")
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no python3 to run the reference scorers")
	}
}

// reference runs a reference scorer.
func reference(t *testing.T, scorer string, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	c := exec.Command("python3", append([]string{filepath.Join(shared, scorer)}, args...)...)
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", scorer, args, err, stderr.String())
	}
	return string(out)
}

// compare checks that each line of ours is that of the reference, with or without an
// interval behind it.
func compare(t *testing.T, ours, reference string) {
	t.Helper()
	a, b := strings.Split(ours, "\n"), strings.Split(reference, "\n")
	if len(a) != len(b) {
		t.Errorf("%d lines, reference has %d\n%s\n%s", len(a), len(b), ours, reference)
		return
	}
	for i := range a {
		rest, ok := strings.CutPrefix(a[i], strings.TrimRight(b[i], " "))
		if !ok || strings.TrimSpace(rest) != "" && !strings.Contains(rest, " to ") && !strings.Contains(rest, "95 %") {
			t.Errorf("line %d is\n%s\nreference has\n%s", i+1, a[i], b[i])
		}
	}
}

// labels returns the lines of a gold file.
func labels(t *testing.T, file string) []map[string]any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := eachLine(file, text, func(r map[string]any) { rows = append(rows, r) }); err != nil {
		t.Fatal(err)
	}
	return rows
}

// spoil makes records of labels and changes some of them, so that every figure moves.
func spoil(rng *rand.Rand, rows []map[string]any) []map[string]any {
	var records []map[string]any
	for _, r := range rows {
		if rng.IntN(12) == 0 {
			continue // no record
		}
		b, _ := json.Marshal(r)
		var row map[string]any
		json.Unmarshal(b, &row)
		if incidents, ok := row["incidents"].([]any); ok {
			for i := range incidents {
				incidents[i] = spoilIncident(rng, incidents[i].(map[string]any))
			}
			switch rng.IntN(8) {
			case 0:
				incidents = append(incidents, map[string]any{"date": "1999-12-31", "services": []any{"Straße", "ＡＢＣ"}, "causes": []any{}})
			case 1:
				incidents = nil
			}
			delete(row, "incidents")
			row["reports"] = incidents
		}
		if rng.IntN(8) == 0 {
			row["relevant"] = row["relevant"] != true
		}
		if rng.IntN(8) == 0 {
			row["lang"] = "zh-Hant"
		}
		if rng.IntN(3) == 0 {
			row["signals"] = []any{map[string]any{"type": "hashtag", "value": "#It’s \"down\"#"}, map[string]any{"type": "search_volume", "value": 1.5e6},
				map[string]any{"type": "downdetector", "value": 12000}, map[string]any{"type": "downdetector", "value": nil}, map[string]any{"type": "quote", "value": "x"}}
		}
		records = append(records, row)
	}
	return records
}

func spoilIncident(rng *rand.Rand, x map[string]any) map[string]any {
	pick := func() bool { return rng.IntN(3) == 0 }
	if pick() {
		x["date"] = "2020-02-02"
	}
	if pick() {
		x["kind"] = "degraded_performance"
	}
	if pick() {
		x["provider"] = "Nobody  at\u00a0All"
	}
	if pick() {
		delete(x, "kind")
	}
	for _, f := range []string{"start", "end"} {
		if pick() {
			x[f] = []any{"2021-10-04T15:40:00Z", "2021-10-04T15:40+02:00", "2021-10-04", "soonT", "1969-12-31T23:59:30-00:30", "2021-10-04T15"}[rng.IntN(6)]
		}
		if alt, ok := x[f+"_alt"].([]any); ok && pick() && len(alt) > 0 {
			x[f] = alt[0]
		}
	}
	if alt, ok := x["date_alt"].([]any); ok && pick() && len(alt) > 0 {
		x["date"] = alt[0]
	}
	if pick() {
		x["durations"] = []any{map[string]any{"seconds": 3600.5, "bound": "approx", "text": "an hour"}, map[string]any{"seconds": 3601.5, "text": ""}}
	} else if ds, ok := x["durations"].([]any); ok {
		for _, d := range ds {
			d := d.(map[string]any)
			if pick() {
				d["seconds"] = d["seconds"].(float64) * (0.985 + 0.03*rng.Float64())
			}
			delete(d, "optional")
		}
	}
	if pick() {
		x["counts"] = []any{map[string]any{"kind": "affected_users", "low": 1e16, "high": 1e22, "text": "many"},
			map[string]any{"kind": "other_affected", "low": 0.1, "high": 12, "text": "few"}, map[string]any{"kind": "staff", "low": 3, "high": 3}}
	}
	if cs, ok := x["causes"].([]any); ok {
		for _, c := range cs {
			c := c.(map[string]any)
			if alt, ok := c["alt"].([]any); ok && pick() && len(alt) > 0 {
				c["category"] = alt[rng.IntN(len(alt))]
			}
			if pick() {
				c["status"] = []any{"confirmed", "suspected", "ruled_out"}[rng.IntN(3)]
			}
			if pick() {
				c["text"] = "words that stand nowhere"
			}
		}
	}
	if names, ok := x["services"].([]any); ok && pick() {
		x["services"] = append(names, "O'Brien's \"Cloud\"", strings.ToUpper(fmt.Sprint(names...)))
	}
	if may, ok := x["services_optional"].([]any); ok && pick() {
		x["services"] = may
	}
	if pick() {
		x["incident_id"] = fmt.Sprintf("t-%d", rng.IntN(4))
	}
	return x
}

func writeLines(t *testing.T, rows []map[string]any) string {
	t.Helper()
	var b bytes.Buffer
	for _, r := range rows {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	file := filepath.Join(t.TempDir(), "records.jsonl")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func score1(t *testing.T, gold, records string) string {
	t.Helper()
	text, err := os.ReadFile(records)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	e := &evaluation{out: &out, errors: 1000, records: text, recordsName: records}
	if err := e.gold(t.Context(), gold); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Spoilt records score as the reference scores them, to the last disagreement.
func TestScoresAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	needScorers(t)
	for _, name := range []string{"seeds", "en", "fr", "zh"} {
		gold := filepath.Join(shared, "gold", name+".jsonl")
		rows := labels(t, gold)
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) {
				file := writeLines(t, spoil(rand.New(rand.NewPCG(seed, 1)), rows))
				compare(t, score1(t, gold, file), reference(t, "score.py", gold, file, "--errors", "1000"))
			})
		}
	}
}

func TestICPEScoresAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	needScorers(t)
	gold := filepath.Join(shared, "icpe26", "gold.jsonl")
	var records []map[string]any
	rng := rand.New(rand.NewPCG(7, 7))
	for _, g := range labels(t, gold) {
		x := map[string]any{"primary": true, "causes": []any{}}
		moment := icpeMoment(fmt.Sprint(g["start"]))
		switch {
		case rng.IntN(5) == 0:
			continue
		case len(moment) == 5:
			x["start"] = "2020-01-01T" + moment + ":30-08:00"
		case moment != "":
			x["start"] = strings.Replace(moment, " ", "T", 1)
		}
		x["end"] = []any{"2021-06-08T10:00Z", "T", "2021-06-08", "", "2021-06-08T10:00:00-07:00"}[rng.IntN(5)]
		for range rng.IntN(4) {
			x["causes"] = append(x["causes"].([]any), map[string]any{
				"category": []string{"config", "load", "bug", "upgrade", "power"}[rng.IntN(5)],
				"status":   []string{"confirmed", "ruled_out", "suspected"}[rng.IntN(3)]})
		}
		records = append(records, map[string]any{"file": g["file"], "reports": []any{x}})
	}
	file := writeLines(t, records)
	compare(t, score1(t, gold, file), reference(t, "icpe26.py", gold, file, "--errors", "10000"))
}

// Records that the program itself makes score the same in both.
func TestOwnRecordsScoreTheSame(t *testing.T) {
	t.Parallel()
	needScorers(t)
	for _, name := range []string{"seeds", "en", "fr", "zh", "icpe26"} {
		t.Run(name, func(t *testing.T) {
			gold, scorer := filepath.Join(shared, "gold", name+".jsonl"), "score.py"
			if name == "icpe26" {
				gold, scorer = filepath.Join(shared, "icpe26", "gold.jsonl"), "icpe26.py"
			}
			var files []string
			for _, r := range labels(t, gold) {
				files = append(files, fmt.Sprint(r["file"]))
			}
			var out bytes.Buffer
			e := &evaluation{out: &out, errors: 1000}
			if err := e.gold(t.Context(), gold); err != nil {
				t.Fatal(err)
			}
			records, err := e.read(t.Context(), gold, files)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "records.jsonl")
			if err := os.WriteFile(file, records, 0o644); err != nil {
				t.Fatal(err)
			}
			compare(t, out.String(), reference(t, scorer, gold, file, "--errors", "1000"))
		})
	}
}

func TestReadScoredSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"{\"file\":\"a/b.txt\"}\n\n{\"file\":\"x/a/b.txt\"}\n", "r:3: second record for a/b.txt"},
		{"{}\n", `r:1: has no "file"`},
		{"{\"file\":\"b\"}\n{\"file\":", "r:2: unexpected EOF"},
	} {
		if _, err := readScored("r", []byte(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("%q: error %v, want %s", c.text, err, c.want)
		}
	}
}

func TestIntervals(t *testing.T) {
	// Of a hundred documents half are right: the interval is about 0.40 to 0.60.
	a := &accuracy{shares: make([]share, 100)}
	for i := range a.shares {
		a.shares[i] = share{i % 2, 1}
	}
	i := within(draws(100), func(sample []int) float64 { return a.total(sample).value() })
	if i.low < 0.36 || i.low > 0.44 || i.high < 0.56 || i.high > 0.64 {
		t.Errorf("interval %v", i)
	}
	if j := within(draws(100), func(sample []int) float64 { return a.total(sample).value() }); j != i {
		t.Errorf("drawn again: %v, not %v", j, i)
	}
	// Where all are right there is nothing to vary.
	for i := range a.shares {
		a.shares[i] = share{1, 1}
	}
	if i := within(draws(100), func(sample []int) float64 { return a.total(sample).value() }); i != (interval{1, 1}) {
		t.Errorf("interval %v of what is always right", i)
	}
}
