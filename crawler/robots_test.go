package crawler

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

func TestRobotsCases(t *testing.T) {
	n := 0
	for _, file := range []string{"testdata/robots/google_robots_test.jsonl", "testdata/robots/google_spec_test.jsonl"} {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var c struct {
				ID       string
				Robots   *string `json:"robots_txt"`
				Base64   []byte  `json:"robots_txt_b64"`
				Agent    string  `json:"user_agent"`
				URL      string
				Allowed  *bool
				Expected string
			}
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			body, want := c.Base64, c.Expected == "ALLOWED"
			if c.Robots != nil {
				body = []byte(*c.Robots)
			}
			if c.Allowed != nil {
				want = *c.Allowed
			}
			if got := ParseRobots(body).Allowed(c.Agent, c.URL); got != want {
				t.Errorf("%s: %s may fetch %q: %v, want %v", c.ID, c.Agent, c.URL, got, want)
			}
			n++
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
	if n != 542 {
		t.Errorf("%d cases, want 542", n)
	}
}

func TestRobotsDelayAndSitemaps(t *testing.T) {
	r := ParseRobots([]byte("Sitemap: http://a.example/s.xml\nUser-agent: *\nCrawl-delay: 5\nDisallow: /x\n" +
		"User-agent: tocsin\nCrawl-delay: 2.5\nSitemap: http://a.example/t.xml\n" +
		"User-agent: slow\nUser-agent: tocsin\nCrawl-delay: 1e99\nAllow: /\n"))
	if got := r.Delay("Other"); got != 5*time.Second {
		t.Errorf("delay of any: %v, want 5s", got)
	}
	if got := r.Delay("tocsin"); got != 1e6*time.Second {
		t.Errorf("delay of tocsin: %v, want the longest, 1e6s", got)
	}
	if got := strings.Join(r.Sitemaps(), " "); got != "http://a.example/s.xml http://a.example/t.xml" {
		t.Errorf("sitemaps %q", got)
	}
}

// A file longer than the limit is read up to its last whole line.
func TestRobotsLong(t *testing.T) {
	body := "User-agent: *\nDisallow: /a\n" + strings.Repeat("#\n", MaxRobots/2-30) + "Disallow: /" + strings.Repeat("b", 100)
	r := ParseRobots([]byte(body))
	if r.Allowed("tocsin", "http://a.example/a") {
		t.Error("rule before the limit does not count")
	}
	if !r.Allowed("tocsin", "http://a.example/bbbb") {
		t.Error("rule cut at the limit counts")
	}
}

func FuzzRobots(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /*a*b$\nAllow: /%e3%83%84\nCrawl-delay: 3"), "http://a.example/aab?c")
	f.Add([]byte("\xef\xbbuser agent a\rdisallow /"), "")
	f.Fuzz(func(t *testing.T, body []byte, url string) {
		r := ParseRobots(body)
		r.Allowed("tocsin", url)
		if r.Delay("tocsin") < 0 {
			t.Error("negative delay")
		}
		if !ParseRobots(nil).Allowed("tocsin", url) {
			t.Error("an empty file forbids")
		}
	})
}
