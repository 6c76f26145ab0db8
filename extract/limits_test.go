package extract

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestLimits reads pages that are as bad as they come. A reader that took the square of
// their size would not come back within the time that go test allows.
func TestLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("large pages")
	}
	r := newTestReader(t)
	words := "<p>The network was down, and nobody could call for two hours.</p>"
	for _, c := range []struct {
		name, body string
		want       error
	}{
		{"deep", "<html><body>" + strings.Repeat("<div>", 100_000), ErrTooDeep},
		{"blocks", "<html><body>" + strings.Repeat(words, 60_000), nil},
		{"deep blocks", "<html><body>" + strings.Repeat("<div>", 400) + strings.Repeat(words, 60_000), nil},
		{"rows", "<html><body><table>" + strings.Repeat("<tr><td>2024-05-02</td><td>down for two hours</td></tr>", 50_000) + "</table>", nil},
		{"tables", "<html><body>" + strings.Repeat("<table><tr><td>", 120) + strings.Repeat(words, 5_000), nil},
		{"many tables", "<html><body>" + strings.Repeat("<table><tr><td>a<p>b<p>c</td><td>"+words+"</td></tr></table>", 10_000), nil},
		{"links", "<html><body>" + strings.Repeat("<p><a href=/x>One of very many headlines</a></p>", 50_000), ErrList},
		{"classes", "<html><body>" + strings.Repeat("<div class=related><p>a</p></div>", 50_000) + words + words + words, nil},
	} {
		docs, err := r.Read(page("https://a.example/"+c.name, "text/html", c.body))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if strings.HasSuffix(c.name, "blocks") && (err != nil || !slices.Contains(docs[0].Quality, "truncated")) {
			t.Errorf("%s: no word that it is cut", c.name)
		}
	}
}
