package extract

// Dates and times as machines and mastheads write them: ISO 8601, RFC 822, figures with any
// one mark between them (2023-03-22 15:44:53, 2021/10/05, 2021.10.5, 2021年10月5日 09:30).
// Times told in prose are the work of time.go.

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// parseStamp reads the date, and the time if there is one, at the start of s, which holds
// nothing else of weight. The month is written in figures or in English, as in mail and
// HTTP.
func parseStamp(s string) (Moment, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 80 {
		return Moment{}, false
	}
	if m, n := stampAt(s); n > 0 {
		return m, true
	}
	if all := strings.Trim(s, "0123456789") == ""; all && (len(s) == 10 || len(s) == 13) {
		seconds, err := strconv.ParseInt(s[:10], 10, 64)
		if err == nil && seconds > 631152000 {
			return momentOf(time.Unix(seconds, 0).UTC(), Second), true
		}
	}
	return parseMail(s)
}

// parseMail reads the layouts with the name of the month.
func parseMail(s string) (Moment, bool) {
	s, _, _ = strings.Cut(s, " (") // the name of the zone, behind its offset
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, ",", " ")), " ")
	s = strings.NewReplacer(".", "", "GMT+", "+", "GMT-", "-", "UTC+", "+", "UTC-", "-", " -- ", " ").Replace(s)
	fields := strings.Fields(s)
	if len(fields) > 1 && strings.Trim(fields[0], "0123456789") == fields[0] && !strings.ContainsAny(fields[1], ":") {
		if _, err := time.Parse("Jan", fields[0][:min(3, len(fields[0]))]); err != nil {
			fields = fields[1:] // the day of the week
		}
	}
	zone, offset, zoned := "", 0, false
	if len(fields) > 3 {
		if z, o, n := zoneAt(fields[len(fields)-1]); n == len(fields[len(fields)-1]) && n > 0 {
			zone, offset, zoned = z, o, true
			fields = fields[:len(fields)-1]
		}
	}
	s = strings.Join(fields, " ")
	for _, date := range []string{"2 Jan 2006", "2 January 2006", "Jan 2 2006", "January 2 2006", "2 Jan 06", "2-Jan-06", "2-Jan-2006", "Jan 2 15:04:05 2006"} {
		for _, clock := range []struct {
			layout    string
			precision Precision
		}{{"", Day}, {" 15:04:05", Second}, {" 15:04", Minute}, {" 3:04 PM", Minute}, {" 3:04 pm", Minute}, {" 3:04PM", Minute}, {" 3:04pm", Minute}} {
			t, err := time.Parse(date+clock.layout, s)
			if err != nil {
				continue
			}
			p := clock.precision
			if strings.Contains(date, ":") {
				p = Second
			}
			m := momentOf(t, p)
			m.Zone, m.Offset, m.ZoneSource = "", 0, ""
			if zoned && p > Day {
				m.Zone, m.Offset, m.ZoneSource = zone, offset, "stated"
			}
			return m, plausibleYear(m.Year)
		}
	}
	return Moment{}, false
}

// stampAt reads a date in figures, year first, at the start of s, and the time after it.
// It returns the number of bytes read, 0 if there is none.
func stampAt(s string) (Moment, int) {
	year, n := readFigures(s, 4)
	if n != 4 {
		return Moment{}, 0
	}
	if k := countFigures(s); k == 8 || k == 12 || k == 14 {
		return compactStamp(s, k)
	} else if k != 4 {
		return Moment{}, 0
	}
	at := 4 + markAt(s[4:])
	if at == 4 || !plausibleYear(year) {
		return Moment{}, 0
	}
	month, n := readFigures(s[at:], 2)
	if n == 0 || month < 1 || month > 12 {
		return Moment{}, 0
	}
	at += n
	k := markAt(s[at:])
	day, n := readFigures(s[at+k:], 2)
	if k == 0 || n == 0 || !validDay(year, month, day) || countFigures(s[at+k:]) > 2 {
		return Moment{}, 0
	}
	at += k + n
	m := Moment{Year: year, Month: month, Day: day, Precision: Day, DateSource: "stated", YearSource: "stated"}
	if r, size := utf8.DecodeRuneInString(s[at:]); unicode.Is(unicode.Han, r) {
		at += size
	}
	return withClock(m, s, at)
}

// compactStamp reads YYYYMMDD, YYYYMMDDThhmmss and YYYYMMDDhhmmss.
func compactStamp(s string, k int) (Moment, int) {
	year, _ := readFigures(s, 4)
	month, _ := readFigures(s[4:], 2)
	day, _ := readFigures(s[6:], 2)
	if !plausibleYear(year) || !validDay(year, month, day) {
		return Moment{}, 0
	}
	m := Moment{Year: year, Month: month, Day: day, Precision: Day, DateSource: "stated", YearSource: "stated"}
	rest, at := s[8:k], k
	if k == 8 && len(s) > 12 && s[8] == 'T' {
		if j := countFigures(s[9:]); j == 4 || j == 6 {
			rest, at = s[9:9+j], 9+j
		}
	}
	if rest == "" {
		return m, at
	}
	m.Hour, _ = readFigures(rest, 2)
	m.Minute, _ = readFigures(rest[2:], 2)
	m.Precision = Minute
	if len(rest) == 6 {
		m.Second, _ = readFigures(rest[4:], 2)
		m.Precision = Second
	}
	if m.Hour > 23 || m.Minute > 59 || m.Second > 60 {
		return Moment{}, 0
	}
	if zone, offset, n := zoneAt(s[at:]); n > 0 {
		m.Zone, m.Offset, m.ZoneSource = zone, offset, "stated"
		at += n
	}
	return m, at
}

// withClock adds the time of day that follows s[:at], if there is one.
func withClock(m Moment, s string, at int) (Moment, int) {
	rest := s[at:]
	skipped := 0
	for skipped < len(rest) && skipped < 8 {
		r, size := utf8.DecodeRuneInString(rest[skipped:])
		if !isSpace(r) && r != ',' && r != 'T' && r != 't' && r != '-' && r != '|' && r != '_' {
			break
		}
		skipped += size
	}
	c, n := clockAt(rest[skipped:])
	if n == 0 {
		return m, at
	}
	m.Hour, m.Minute, m.Second, m.Precision = c.Hour, c.Minute, c.Second, c.Precision
	m.Zone, m.Offset, m.ZoneSource = c.Zone, c.Offset, c.ZoneSource
	return m, at + skipped + n
}

// clockAt reads a time of day with its zone at the start of s: 14:30, 09:15:02.5+08:00,
// 11:55 AM PST. The moment has no date.
func clockAt(s string) (Moment, int) {
	hour, n := readFigures(s, 2)
	if n == 0 || n >= len(s) || s[n] != ':' && !strings.HasPrefix(s[n:], "：") {
		return Moment{}, 0
	}
	at := n + 1
	if s[n] != ':' {
		at = n + len("：")
	}
	minute, k := readFigures(s[at:], 2)
	if k != 2 || hour > 24 || minute > 59 {
		return Moment{}, 0
	}
	at += 2
	m := Moment{Hour: hour, Minute: minute, Precision: Minute}
	if at+2 < len(s) && s[at] == ':' {
		if second, k := readFigures(s[at+1:], 2); k == 2 && second <= 60 {
			m.Second, m.Precision = min(second, 59), Second
			at += 3
			if at+1 < len(s) && (s[at] == '.' || s[at] == ',') && s[at+1] >= '0' && s[at+1] <= '9' {
				for at++; at < len(s) && s[at] >= '0' && s[at] <= '9'; at++ {
				}
			}
		}
	}
	rest := strings.TrimLeft(s[at:], " \u00a0\u202f")
	if len(rest) >= 2 && (len(rest) == 2 || !asciiLetter(rune(rest[2]))) && hour >= 1 && hour <= 12 {
		switch strings.ToLower(rest[:2]) {
		case "am":
			m.Hour = hour % 12
			at = len(s) - len(rest) + 2
		case "pm":
			m.Hour = hour%12 + 12
			at = len(s) - len(rest) + 2
		}
	}
	if m.Hour == 24 {
		return Moment{}, 0
	}
	rest = strings.TrimLeft(s[at:], " \u00a0\u202f(")
	if zone, offset, n := zoneAt(rest); n > 0 {
		m.Zone, m.Offset, m.ZoneSource = zone, offset, "stated"
		at = len(s) - len(rest) + n
		if at < len(s) && s[at] == ')' {
			at++
		}
	}
	return m, at
}

// zoneAt reads a zone at the start of s: Z, +08:00, -0700, GMT, PST and the other names of
// RFC 822.
func zoneAt(s string) (zone string, offset, n int) {
	if s == "" {
		return "", 0, 0
	}
	if s[0] == '+' || s[0] == '-' {
		hours, k := readFigures(s[1:], 2)
		if k != 2 {
			return "", 0, 0
		}
		minutes, at := 0, 3
		rest := strings.TrimPrefix(s[3:], ":")
		if v, j := readFigures(rest, 2); j == 2 {
			minutes, at = v, len(s)-len(rest)+2
		}
		if hours > 14 || minutes > 59 || at < len(s) && s[at] >= '0' && s[at] <= '9' {
			return "", 0, 0
		}
		offset = hours*3600 + minutes*60
		if s[0] == '-' {
			offset = -offset
		}
		return signedOffset(offset), offset, at
	}
	for n < len(s) && asciiLetter(rune(s[n])) {
		n++
	}
	hours, ok := map[string]int{
		"Z": 0, "UT": 0, "UTC": 0, "GMT": 0,
		"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
		"CET": 1, "CEST": 2, "BST": 1, "JST": 9, "HKT": 8,
	}[s[:n]]
	if !ok {
		return "", 0, 0
	}
	return signedOffset(hours * 3600), hours * 3600, n
}

// signedOffset writes an offset as Moment.Zone wants it.
func signedOffset(seconds int) string {
	if seconds == 0 {
		return "+00:00"
	}
	return offset(seconds)
}

// readFigures reads up to limit ASCII digits.
func readFigures(s string, limit int) (value, n int) {
	for n < len(s) && n < limit && s[n] >= '0' && s[n] <= '9' {
		value = value*10 + int(s[n]-'0')
		n++
	}
	return value, n
}

func countFigures(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// markAt returns the length of the mark between two figures of a date: one of - / . or one
// Han character, with at most one space around it.
func markAt(s string) int {
	at := 0
	for i := range 3 {
		r, size := utf8.DecodeRuneInString(s[at:])
		switch {
		case strings.ContainsRune("-/.", r), unicode.Is(unicode.Han, r):
			at += size
			if strings.HasPrefix(s[at:], " ") {
				at++
			}
			return at
		case r == ' ' && i == 0:
			at++
		default:
			return 0
		}
	}
	return 0
}

func plausibleYear(year int) bool { return year >= 1990 && year <= 2100 }

func validDay(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}

// momentOf returns t as a moment, on its own wall clock.
func momentOf(t time.Time, p Precision) Moment {
	_, offset := t.Zone()
	return Moment{
		Year: t.Year(), Month: int(t.Month()), Day: t.Day(), Hour: t.Hour(), Minute: t.Minute(), Second: t.Second(),
		Precision: p, Zone: signedOffset(offset), Offset: offset,
		DateSource: "stated", YearSource: "stated", ZoneSource: "stated",
	}
}

// urlDate returns the day that a URL carries in its path: /2021/10/05/, /2021-10-05-, /20211005/.
func urlDate(address string) (Moment, bool) {
	_, path, ok := strings.Cut(address, "://")
	if !ok {
		return Moment{}, false
	}
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")[1:]
	for i := range parts {
		part := parts[i]
		if len(part) == 4 && i+1 < len(parts) {
			// /2021/10/05/ and /2021/1005/
			part = strings.Join(parts[i:min(i+3, len(parts))], "/")
			if next := parts[i+1]; countFigures(next) == 4 && len(next) == 4 {
				part = parts[i] + next
			}
		}
		if strings.Count(part, ".") > 1 { // version numbers
			continue
		}
		if m, n := stampAt(part); n > 0 && m.Precision >= Day && (n == len(part) || !asciiDigit(part[n])) {
			return Moment{Year: m.Year, Month: m.Month, Day: m.Day, Precision: Day, DateSource: "url", YearSource: "url"}, true
		}
	}
	return Moment{}, false
}

func asciiDigit(c byte) bool { return c >= '0' && c <= '9' }

// PostTime returns when the post behind url was made, which the numbers of X, Mastodon and
// Discord tell: their upper bits count milliseconds.
func PostTime(url string) (time.Time, bool) {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return time.Time{}, false
	}
	host, path, _ := strings.Cut(rest, "/")
	host = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(host), "www."), "mobile.")
	if cut := strings.IndexAny(path, "?#"); cut >= 0 {
		path = path[:cut]
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	number := func(s string) int64 {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || len(s) < 15 {
			return 0
		}
		return n
	}
	const x, discord = 1288834974657, 1420070400000
	switch {
	case host == "twitter.com", host == "x.com", host == "nitter.net", host == "fxtwitter.com", host == "vxtwitter.com":
		if i := slices.IndexFunc(parts, func(p string) bool { return p == "status" || p == "statuses" }); i >= 0 && i+1 < len(parts) {
			return milliseconds(number(parts[i+1])>>22, x)
		}
	case host == "discord.com" && parts[0] == "channels":
		return milliseconds(number(parts[len(parts)-1])>>22, discord)
	case len(parts) == 2 && strings.HasPrefix(parts[0], "@"), len(parts) == 4 && parts[0] == "users" && parts[2] == "statuses":
		if n := number(parts[len(parts)-1]); n > 0 {
			return milliseconds(n>>16, 0)
		}
	}
	return time.Time{}, false
}

// milliseconds returns epoch+ms as a time, false outside the years of social media.
func milliseconds(ms, epoch int64) (time.Time, bool) {
	t := time.UnixMilli(epoch + ms).UTC()
	return t, ms > 0 && t.Year() >= 2008 && t.Year() <= 2100
}
