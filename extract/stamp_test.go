package extract

import "testing"

func TestParseStamp(t *testing.T) {
	for s, want := range map[string]string{
		"2023-03-22 15:44:53":                "2023-03-22T15:44:53",
		"2021-10-05T02:30:50Z":               "2021-10-05T02:30:50Z",
		"2021-10-05T02:30:50.123+08:00":      "2021-10-05T02:30:50+08:00",
		"2021-10-05T02:30-0700":              "2021-10-05T02:30-07:00",
		"2021/10/5 9:05":                     "2021-10-05T09:05",
		"2021.10.05":                         "2021-10-05",
		"2021年10月5日 09:30":                   "2021-10-05T09:30",
		"2021年10月5日":                         "2021-10-05",
		"20211005":                           "2021-10-05",
		"20211005T093000Z":                   "2021-10-05T09:30:00Z",
		"Tue, 05 Oct 2021 09:30:00 GMT":      "2021-10-05T09:30:00Z",
		"Tue, 5 Oct 2021 09:30:00 -0400":     "2021-10-05T09:30:00-04:00",
		"05 Oct 2021 09:30 EST":              "2021-10-05T09:30-05:00",
		"October 5, 2021":                    "2021-10-05",
		"Oct 5, 2021 3:04 PM PDT":            "2021-10-05T15:04-07:00",
		"1633425000":                         "2021-10-05T09:10:00Z",
		"1633425000000":                      "2021-10-05T09:10:00Z",
		"2021-13-05":                         "",
		"2021-02-30":                         "",
		"1.2021.10":                          "",
		"0001-01-01T00:00:00Z":               "",
		"192.168.0.1":                        "",
		"":                                   "",
		"2021-10-05 25:00":                   "2021-10-05",
		"2022-05-01T00:00:00.000000000 CEST": "2022-05-01T00:00:00+02:00",
	} {
		m, _ := parseStamp(s)
		if got := m.EDTF(); got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}

func TestURLDate(t *testing.T) {
	for s, want := range map[string]string{
		"https://news.example/2021/10/05/outage.html": "2021-10-05",
		"https://news.example/a/2021-10-05-outage":    "2021-10-05",
		"https://news.example/2021/1005/c1001.html":   "2021-10-05",
		"https://news.example/20211005/outage":        "2021-10-05",
		"https://news.example/news/361292.html":       "",
		"https://news.example/2021/13/05/":            "",
		"https://news.example/a/202110051234567.html": "",
		"2021-10-05":                    "",
		"https://news.example/2021/10/": "",
		"https://docs.example/v2021.10.5.1/release-notes": "",
	} {
		m, _ := urlDate(s)
		if got := m.Date(); got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}

func TestPostTime(t *testing.T) {
	for s, want := range map[string]string{
		"https://twitter.com/somebody/status/1445155265355239428":             "2021-10-04",
		"https://x.com/i/status/1643312603551129601?s=20":                     "2023-04-04",
		"https://discord.com/channels/1/2/894684561234567890":                 "2021-10-04",
		"https://mastodon.example/@somebody/107044551234567890":               "2021-10-04",
		"https://mastodon.example/users/somebody/statuses/107044551234567890": "2021-10-04",
		"https://twitter.com/somebody":                                        "",
		"https://twitter.com/somebody/status/abc":                             "",
		"https://twitter.com/somebody/status/20":                              "",
		"https://medium.example/@somebody/a-title":                            "",
		"no url": "",
	} {
		got := ""
		if when, ok := PostTime(s); ok {
			got = when.Format("2006-01-02")
		}
		if got != want {
			t.Errorf("%q was posted %q, want %q", s, got, want)
		}
	}
}

func FuzzParseStamp(f *testing.F) {
	f.Add("2021-10-05T02:30:50.123+08:00")
	f.Add("Oct 5, 2021 3:04 PM PDT")
	f.Fuzz(func(t *testing.T, s string) {
		if m, ok := parseStamp(s); ok {
			if m.Precision < Day || !validDay(m.Year, m.Month, m.Day) || m.Hour > 23 || m.Minute > 59 || m.Second > 59 {
				t.Errorf("%q is %+v", s, m)
			}
			from, until := m.Bounds()
			if !from.Before(until) {
				t.Errorf("%q lasts from %v to %v", s, from, until)
			}
		}
		urlDate("https://a.example/" + s)
		PostTime("https://x.com/" + s)
		labelStamp(s)
		stampIn(s)
	})
}
