// A canonical URL is how a page is named everywhere: in the frontier, in the database, in
// records. It is what a browser makes of a link (WHATWG URL Standard), and then
//
//   - it is http or https, without user name, password, fragment and empty query
//   - its host is lower case ASCII (Punycode) without a final dot or a default port
//   - parameters that only tell an advertiser where a reader came from are dropped; the
//     order, case and spelling of all others are kept, since a server may mean them
//   - a lone "%" is written "%25", so that net/url reads every canonical URL
//
// Canonical of a canonical URL is that URL.

package crawler

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// maxURL is the longest URL in bytes that is taken. Longer ones are data, session states
// or traps; common servers refuse them.
const maxURL = 8192

// Canonical returns the canonical form of ref as it stands in a page whose URL is base.
// base may be empty, ref must then be absolute. What is not http or https, or no URL at
// all, is an error.
func Canonical(base, ref string) (string, error) {
	parser := whatwg.NewParser(whatwg.WithPercentEncodeSinglePercentSign())
	if base == "" {
		return canonical(ref, parser.Parse)
	}
	b, err := parser.Parse(base)
	if err != nil {
		return "", fmt.Errorf("url: base %.200q is none: %w", base, err)
	}
	return canonical(ref, b.Parse)
}

// canonical is Canonical with a parser that knows the base, for many references of one
// page.
func canonical(ref string, parse func(string) (*whatwg.Url, error)) (string, error) {
	if len(ref) > maxURL {
		return "", fmt.Errorf("url: longer than %d bytes: %.60q…", maxURL, ref)
	}
	ref = strings.ToValidUTF8(ref, "\uFFFD")
	u, err := parse(ref)
	if err != nil {
		return "", fmt.Errorf("url: %.200q is none: %w", ref, err)
	}
	if u.Scheme() != "http" && u.Scheme() != "https" {
		return "", fmt.Errorf("url: %.200q is neither http nor https", ref)
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	if host == "" {
		return "", fmt.Errorf("url: %.200q has no host", ref)
	}
	if u.Port() != "" {
		host += ":" + u.Port()
	}
	c := u.Scheme() + "://" + host + u.Pathname()
	if q := withoutTracking(u.Query()); q != "" {
		c += "?" + q
	}
	if len(c) > maxURL {
		return "", fmt.Errorf("url: longer than %d bytes: %.60q…", maxURL, c)
	}
	if _, err := url.Parse(c); err != nil {
		return "", fmt.Errorf("url: %.200q cannot be asked for: %w", ref, errors.Unwrap(err))
	}
	return c, nil
}

// withoutTracking drops the parameters of a query that are known to follow readers, not
// pages.
func withoutTracking(query string) string {
	if query == "" {
		return ""
	}
	kept := make([]string, 0, 8)
	for param := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(param, "=")
		if param != "" && !tracking(strings.ToLower(name)) {
			kept = append(kept, param)
		}
	}
	return strings.Join(kept, "&")
}

// tracking knows only names that mean nothing else on any site: "ref", "from" and
// "source" choose the page on some.
func tracking(name string) bool {
	if strings.HasPrefix(name, "utm_") {
		return true
	}
	switch name {
	case "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "_ga", "_gl", // Google
		"fbclid", "igshid", "igsh", "msclkid", "twclid", "ttclid", "li_fat_id", "yclid",
		"mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "vero_id", // mailings
		"xtor", "at_medium", "at_campaign", "at_creation", "at_format", // AT Internet, French press
		"spm", "scm", "hmsr", "hmpl", "hmcu", "hmkw", "hmci": // Alibaba, Baidu
		return true
	}
	return false
}

// Host returns the host of a canonical URL, with its port if it is not the default one,
// or "" where there is none. It is what a frontier keeps a clock for.
func Host(canonical string) string {
	_, rest, ok := strings.Cut(canonical, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return rest
}
