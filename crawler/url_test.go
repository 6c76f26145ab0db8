package crawler

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ base, ref, want string }{
		{"", "http://a.example", "http://a.example/"},
		{"", " HTTP://A.Example:80/B?#c\n", "http://a.example/B"},
		{"", "https://a.example.:443/", "https://a.example/"},
		{"", "https://a.example:8443/", "https://a.example:8443/"},
		{"", "https://me:secret@a.example/", "https://a.example/"},
		{"", "http://bücher.example/é?q=é", "http://xn--bcher-kva.example/%C3%A9?q=%C3%A9"},
		{"", "http://新闻.example/页", "http://xn--efvy88h.example/%E9%A1%B5"},
		{"", "http://a.example/x/../y/./z", "http://a.example/y/z"},
		{"", "http://a.example/100%", "http://a.example/100%25"},
		{"", "http://a.example/%7e%41", "http://a.example/%7e%41"}, // a server may mean it
		{"", "http://a.example/?a=1&utm_source=x&b=&UTM_Medium=y&fbclid=z", "http://a.example/?a=1&b="},
		{"", "http://a.example/?utm_source=x", "http://a.example/"},
		{"", "http://a.example/?&&a", "http://a.example/?a"},
		{"", "http://a.example/?from=2026&ref=x&source=y&spmx=1", "http://a.example/?from=2026&ref=x&source=y&spmx=1"},
		{"", "http://a.example/?b=2&a=1&a=%2F+x", "http://a.example/?b=2&a=1&a=%2F+x"},
		{"", "http://0x7f.1/", "http://127.0.0.1/"},
		{"", "http://[::1]:80/", "http://[::1]/"},
		{"", `http:\\a.example\b`, "http://a.example/b"},
		{"http://a.example/b/c?d#e", "", "http://a.example/b/c?d"},
		{"http://a.example/b/c?d", "x", "http://a.example/b/x"},
		{"http://a.example/b/c", "//b.example/x", "http://b.example/x"},
		{"http://a.example/b/c", "?x", "http://a.example/b/c?x"},
		{"http://a.example/b", "/a b\tc", "http://a.example/a%20bc"},
	} {
		got, err := Canonical(c.base, c.ref)
		if err != nil || got != c.want {
			t.Errorf("Canonical(%q, %q) = %q, %v, want %q", c.base, c.ref, got, err, c.want)
		}
	}
	for _, ref := range []string{
		"", "x", "/x", "mailto:a@a.example", "javascript:void(0)", "data:text/html,x", "ftp://a.example/", "http://",
		"http:///", "http://a b/", "http://a.example:99999/", "http://[::1/", "http://%zz/", "http://.", "file:///etc/passwd",
		"http://a.example/" + strings.Repeat("x", maxURL),
	} {
		if got, err := Canonical("", ref); err == nil {
			t.Errorf("Canonical(%.40q) = %.40q, want an error", ref, got)
		}
	}
}

// The cases of the Web Platform Tests: where a browser sees a URL of http or https, so
// does Canonical, and the same one but for what it drops.
func TestCanonicalWPT(t *testing.T) {
	data, err := os.ReadFile("../../shared/data/web/url/wpt-urltestdata.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the test data of the Web Platform Tests are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	var rows []json.RawMessage
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, row := range rows {
		var c struct {
			Input, Href, Protocol, Hostname, Pathname string
			Base                                      *string
			Failure                                   bool
		}
		if json.Unmarshal(row, &c) != nil {
			continue // a comment
		}
		base := ""
		if c.Base != nil && *c.Base != "about:blank" {
			base = *c.Base
		}
		got, err := Canonical(base, c.Input)
		if c.Failure {
			if err == nil {
				t.Errorf("%q on %q: %q, want an error", c.Input, base, got)
			}
			continue
		}
		if c.Protocol != "http:" && c.Protocol != "https:" {
			if err == nil {
				t.Errorf("%q on %q: %q, want an error, since a browser sees %q", c.Input, base, got, c.Href)
			}
			continue
		}
		n++
		if err != nil {
			// net/url takes fewer hosts than browsers do, and could not ask for them; and
			// the parser refuses Punycode that stands for no name.
			_, refused := url.Parse(c.Href)
			if refused == nil && !strings.Contains(c.Href, "xn--") && c.Hostname != "." {
				t.Errorf("%q on %q: %v, want %q", c.Input, base, err, c.Href)
			}
			continue
		}
		// A lone "%" is the one difference in paths.
		if host := strings.TrimSuffix(c.Hostname, "."); !strings.Contains(got, "://"+host) ||
			!strings.Contains(strings.ReplaceAll(got, "%25", "%"), strings.ReplaceAll(c.Pathname, "%25", "%")) {
			t.Errorf("%q on %q: %q, want %q", c.Input, base, got, c.Href)
		}
	}
	if n < 200 {
		t.Errorf("%d cases, want at least 200", n)
	}
}

func TestHost(t *testing.T) {
	for u, want := range map[string]string{
		"http://a.example/b": "a.example", "https://a.example:8443/?x": "a.example:8443", "http://[::1]:8080/": "[::1]:8080",
		"http://a.example": "a.example", "http://a.example?b/c": "a.example", "": "", "a.example/b": "",
	} {
		if got := Host(u); got != want {
			t.Errorf("Host(%q) = %q, want %q", u, got, want)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add("http://a.example/b/c?d", "../x?utm_source=1&y=%zz#f")
	f.Add("", "http://bücher.example.:80/é%")
	f.Add("", "http://a.example/?\xff=%&;&")
	f.Add("", "http://0x7f.1/\u00ad")
	f.Fuzz(func(t *testing.T, base, ref string) {
		u, err := Canonical(base, ref)
		if err != nil {
			return
		}
		if again, err := Canonical("", u); err != nil || again != u {
			t.Errorf("Canonical(%q, %q) = %q, and of that %q, %v", base, ref, u, again, err)
		}
		p, err := url.Parse(u)
		if err != nil || p.Host != Host(u) || p.Scheme != "http" && p.Scheme != "https" || Host(u) == "" {
			t.Errorf("Canonical(%q, %q) = %q: host %q, error %v", base, ref, u, Host(u), err)
		}
	})
}

func BenchmarkCanonical(b *testing.B) {
	for b.Loop() {
		if _, err := Canonical("http://127.0.0.1:8080/a/b/c.html", "../news/2026/03/01/some-article.html?id=3"); err != nil {
			b.Fatal(err)
		}
	}
}
