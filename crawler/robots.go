// A robots.txt file is read by RFC 9309, and where the RFC is silent as Google's parser
// reads it, whose test cases stand in testdata/robots:
//
//   - lines end with CR, LF or both; a byte order mark and whatever follows "#" is nothing
//   - a group is some user-agent lines and the rules after them; groups of one agent are one
//   - the groups that name our product token count, else those of "*", else all is allowed
//   - of the rules that match, the one with the longest pattern wins; of equals, allow
//   - in a pattern "*" is any bytes and a final "$" the end; the rest is compared byte by
//     byte, with non-ASCII bytes percent-encoded and hexadecimal digits in upper case
//   - common misspellings of the field names, and a blank for the colon, are understood
//
// Crawl-delay is not in the RFC, but hosts mean it, so it is read too.

package crawler

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// MaxRobots is how many bytes of a robots.txt file are read, as RFC 9309 asks for at
// least. Rules after them do not count.
const MaxRobots = 500 << 10

// maxRobotsLine is where a line of a robots.txt file is cut: the longest URL of old
// browsers, eight times, as Google does.
const maxRobotsLine = 2083 * 8

// Robots is a robots.txt file. The zero value allows everything.
type Robots struct {
	groups   []robotsGroup
	sitemaps []string
}

type robotsGroup struct {
	agents []string // product tokens in lower case, or "*"
	rules  []robotsRule
	delay  time.Duration
}

type robotsRule struct {
	pattern string
	allow   bool
}

// ParseRobots reads a robots.txt file. There is no such thing as a wrong one: what is not
// understood is skipped.
func ParseRobots(body []byte) *Robots {
	if len(body) > MaxRobots {
		body = body[:MaxRobots]
		// A rule cut in its middle would forbid or allow too much.
		body = body[:bytes.LastIndexAny(body, "\r\n")+1]
	}
	bom := []byte("\xef\xbb\xbf")
	for n := len(bom); n > 0; n-- { // some files have lost a part of it
		if bytes.HasPrefix(body, bom[:n]) {
			body = body[n:]
			break
		}
	}
	r := &Robots{}
	open := false // the last line that counted was a user-agent
	for len(body) > 0 {
		line := body
		if i := bytes.IndexAny(body, "\r\n"); i >= 0 {
			line, body = body[:i], body[i+1:]
		} else {
			body = nil
		}
		key, value := robotsLine(string(line[:min(len(line), maxRobotsLine)]))
		var group *robotsGroup
		if len(r.groups) > 0 {
			group = &r.groups[len(r.groups)-1]
		}
		switch key {
		case "user-agent":
			if !open {
				r.groups = append(r.groups, robotsGroup{})
				group = &r.groups[len(r.groups)-1]
			}
			group.agents = append(group.agents, robotsAgent(value))
			open = true
		case "allow", "disallow":
			open = false
			if group != nil && value != "" {
				group.rules = append(group.rules, robotsRule{robotsPattern(value), key == "allow"})
			}
		case "crawl-delay":
			s, err := strconv.ParseFloat(value, 64)
			if group != nil && err == nil && s > 0 {
				group.delay = time.Duration(min(s, 1e6) * float64(time.Second))
			}
		case "sitemap":
			if value != "" {
				r.sitemaps = append(r.sitemaps, value)
			}
		}
	}
	return r
}

// robotsLine returns the field name of a line, "" for none that counts, and its value.
func robotsLine(line string) (key, value string) {
	line, _, _ = strings.Cut(line, "#")
	line = strings.TrimSpace(line)
	key, value, ok := strings.Cut(line, ":")
	if !ok {
		// "Disallow /x": only where a blank parts exactly two words.
		words := strings.Fields(line)
		if len(words) != 2 {
			return "", ""
		}
		key, value = words[0], words[1]
	}
	key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
	switch key {
	case "user-agent", "useragent", "user agent":
		return "user-agent", value
	case "disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw":
		return "disallow", value
	case "crawl-delay", "crawldelay", "crawl delay":
		return "crawl-delay", value
	case "sitemap", "site-map":
		return "sitemap", value
	}
	return key, value
}

// robotsAgent returns the product token that a user-agent line begins with.
func robotsAgent(value string) string {
	if value == "*" || strings.HasPrefix(value, "* ") || strings.HasPrefix(value, "*\t") {
		return "*"
	}
	n := 0
	for n < len(value) && (value[n] == '-' || value[n] == '_' ||
		'a' <= value[n]|0x20 && value[n]|0x20 <= 'z') {
		n++
	}
	return strings.ToLower(value[:n])
}

// robotsPattern writes a pattern as the path of a canonical URL is written.
func robotsPattern(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case c >= 0x80:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// Allowed tells whether agent, a product token such as "tocsin", may fetch a canonical
// URL.
func (r *Robots) Allowed(agent, canonical string) bool {
	path := robotsPath(canonical)
	allow, disallow := 0, 0
	for _, g := range r.of(agent) {
		for _, rule := range g.rules {
			n := len(rule.pattern)
			matched := robotsMatch(rule.pattern, path)
			if !matched && rule.allow {
				// Allowing an index page allows its folder.
				if i := strings.LastIndexByte(rule.pattern, '/'); i >= 0 && strings.HasPrefix(rule.pattern[i+1:], "index.htm") {
					folder := rule.pattern[:i+1] + "$"
					n, matched = len(folder), robotsMatch(folder, path)
				}
			}
			switch {
			case !matched:
			case rule.allow:
				allow = max(allow, n)
			default:
				disallow = max(disallow, n)
			}
		}
	}
	return disallow <= allow
}

// Delay returns the Crawl-delay for agent, 0 for none.
func (r *Robots) Delay(agent string) time.Duration {
	var d time.Duration
	for _, g := range r.of(agent) {
		d = max(d, g.delay)
	}
	return d
}

// Sitemaps returns the sitemaps that the file names, as it writes them.
func (r *Robots) Sitemaps() []string { return r.sitemaps }

// of returns the groups that count for agent.
func (r *Robots) of(agent string) []robotsGroup {
	agent = strings.ToLower(agent)
	var named, all []robotsGroup
	for _, g := range r.groups {
		for _, a := range g.agents {
			if a == agent && a != "" {
				named = append(named, g)
				break
			}
			if a == "*" {
				all = append(all, g)
			}
		}
	}
	if named != nil {
		return named
	}
	return all
}

// robotsPath returns the path and query of a URL, "/" at least.
func robotsPath(u string) string {
	if _, rest, ok := strings.Cut(u, "://"); ok {
		u = rest
	}
	u, _, _ = strings.Cut(u, "#")
	i := strings.IndexAny(u, "/?;")
	if i < 0 {
		return "/"
	}
	if u[i] != '/' {
		return "/" + u[i:]
	}
	return u[i:]
}

// robotsMatch tells whether pattern matches path from its start. It takes time in
// proportion to the product of their lengths at most: patterns are written by strangers.
func robotsMatch(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	path = path[len(parts[0]):]
	if len(parts) == 1 {
		return !anchored || path == ""
	}
	last := len(parts) - 1
	for _, p := range parts[1:last] {
		i := strings.Index(path, p)
		if i < 0 {
			return false
		}
		path = path[i+len(p):]
	}
	if anchored {
		return strings.HasSuffix(path, parts[last])
	}
	return strings.Contains(path, parts[last])
}
