package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/htmlindex"

	"tocsin/db"
)

// silent returns a program whose output is kept.
func silent() (p *program, out, err *bytes.Buffer) {
	out, err = &bytes.Buffer{}, &bytes.Buffer{}
	return &program{in: strings.NewReader(""), out: out, err: err, now: time.Now}, out, err
}

// command runs a command in this process.
func command(t *testing.T, p *program, args ...string) int {
	t.Helper()
	root := p.root()
	root.SetArgs(args)
	return p.finish(t.Context(), root.ExecuteContext(t.Context()))
}

// repeat writes s to a file until it has at least n bytes.
func repeat(t *testing.T, file, before, s, after string, n int) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	chunk := strings.Repeat(s, 1<<20/len(s)+1)
	_, err = io.WriteString(f, before)
	for written := 0; err == nil && written < n; written += len(chunk) {
		_, err = io.WriteString(f, chunk[:min(len(chunk), n-written)])
	}
	if err == nil {
		_, err = io.WriteString(f, after)
	}
	if closing := f.Close(); err != nil || closing != nil {
		t.Fatal(err, closing)
	}
}

// A page of 200 MB and one nested 100,000 deep are told with name and reason, by extract and
// by import, and what lies beside them is read.
func TestMonstersDoNotStopARun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	repeat(t, filepath.Join(dir, "huge.html"), "<html><body>", "<p>GitHub was down on 27 November 2021.</p>\n", "</body></html>", 200<<20)
	const deep = 100_000
	repeat(t, filepath.Join(dir, "deep.html"), "<html><body>", "<div>", "GitHub was down.", deep*len("<div>"))
	good := "<html><head><title>GitHub down</title></head><body><article><h1>GitHub down</h1>" +
		"<p>GitHub was down for two hours on 27 November 2021. The outage hit all of its users and was caused by a bug.</p></article></body></html>"
	if err := os.WriteFile(filepath.Join(dir, "good.html"), []byte(good), 0o644); err != nil {
		t.Fatal(err)
	}

	p, out, stderr := silent()
	if code := command(t, p, "extract", dir); code != exitFailed {
		t.Errorf("extract: exit code %d, want %d", code, exitFailed)
	}
	if !strings.Contains(out.String(), "good.html") {
		t.Errorf("extract: no record of the good page: %s", out)
	}
	if !strings.Contains(stderr.String(), "huge.html: page is larger than 8 MB") {
		t.Errorf("extract does not say what is wrong with the huge page: %s", stderr)
	}
	if strings.Contains(out.String(), "huge.html") {
		t.Errorf("a record of the huge page")
	}

	p, _, stderr = silent()
	file := filepath.Join(t.TempDir(), "t.db")
	if code := command(t, p, "import", "--db", file, dir); code != exitFailed {
		t.Errorf("import: exit code %d, want %d", code, exitFailed)
	}
	if !strings.Contains(stderr.String(), "huge.html: page is larger than 8 MB") {
		t.Errorf("import does not say what is wrong with the huge page: %s", stderr)
	}
	store, err := db.Open(t.Context(), file, db.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	// The deep page is a document or a row with its reason.
	got, err := store.Query(t.Context(), `SELECT (SELECT count(*) FROM document WHERE text LIKE '%two hours%'),
		(SELECT count(*) FROM page WHERE rules <> '' AND (reason <> '' OR id IN (SELECT page FROM document)))`, nil, db.QueryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got.Rows) != "[[1 2]]" {
		t.Errorf("documents of the good page, pages with an outcome: %v, want 1 and 2", got.Rows)
	}
}

// Pages in a charset that they name wrongly, or not at all, are read.
func TestWrongCharsets(t *testing.T) {
	for _, c := range []struct{ charset, declared, title, text string }{
		{"gbk", "utf-8", "阿里云机房断电", "阿里云香港机房周日断电，服务中断了约三个小时，多家网站无法访问。"},
		{"big5", "iso-8859-1", "雲端服務中斷", "雲端服務週日中斷了約三個小時，許多網站無法連線，業者表示原因是機房停電。"},
		{"windows-1252", "utf-8", "Une panne a duré trois heures", "Le service est resté inaccessible près de trois heures à cause d’une panne d’électricité."},
		{"utf-8", "gb2312", "Une panne a duré trois heures", "Le service est resté inaccessible près de trois heures à cause d’une panne d’électricité."},
	} {
		t.Run(c.charset+" as "+c.declared, func(t *testing.T) {
			e, err := htmlindex.Get(c.charset)
			if err != nil {
				t.Fatal(err)
			}
			page := fmt.Sprintf(`<html><head><meta charset="%s"><title>%s</title></head><body><article><h1>%[2]s</h1><p>%s</p></article></body></html>`, c.declared, c.title, c.text)
			body, err := e.NewEncoder().String(page)
			if err != nil {
				t.Fatal(err)
			}
			p, out, stderr := silent()
			p.in = strings.NewReader(body)
			if code := command(t, p, "extract", "-"); code != exitDone {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			if !strings.Contains(out.String(), `"title":"`+c.title+`"`) {
				t.Errorf("title is not %q: %s", c.title, out)
			}
		})
	}
}

// Whatever bytes come, the program neither panics nor stays silent.
func FuzzExtract(f *testing.F) {
	for _, s := range []string{"", "<html>", "<?xml version=\"1.0\"?><rss><channel><item>", "---\ntitle: x\n---\n", "GitHub was down for 2 h.", "\xff\xfe<\x00", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{}]}"} {
		f.Add([]byte(s))
	}
	d, err := newDesk("")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		found, err := d.file("page.html", body)
		if (err == nil) == (len(found) == 0) {
			t.Fatalf("%d documents and error %v", len(found), err)
		}
		for _, x := range found {
			for _, m := range x.mentions {
				if m.Start < 0 || m.End > len(x.document.Text) || m.Start >= m.End {
					t.Fatalf("mention %+v lies outside of a text of %d bytes", m, len(x.document.Text))
				}
			}
		}
		if err != nil && strings.Contains(err.Error(), "reader failed") {
			t.Fatal(err)
		}
	})
}
