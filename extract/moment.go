package extract

import (
	"fmt"
	"time"
)

// Precision says how finely a Moment is told.
type Precision int8

const (
	Unknown Precision = iota
	Year
	Month
	Day
	Hour
	Minute
	Second
)

// A Moment is a point in time as far as it is told, on the wall clock of Zone. Parts finer
// than Precision are zero. The zero Moment is "not told".
type Moment struct {
	Year, Month, Day, Hour, Minute, Second int

	Precision Precision
	Approx    bool   // "about", 左右, vers
	Zone      string // IANA name or ±hh:mm; "" where no zone is told or follows
	Offset    int    // seconds east of UTC at this moment; meaningful where Zone is set

	// Where each part came from: "stated", or what it was inferred from: "published",
	// "posted" (the post of a thread), "dateline", "modified", "url", "post id", "weekday", "text" (an earlier date), "outlet", "place".
	DateSource, YearSource, ZoneSource string
	Doubt                              string // e.g. "EST in summer"; "" none
}

// IsZero reports whether nothing is told.
func (m Moment) IsZero() bool { return m.Precision == Unknown }

// Location returns the zone of m, UTC where none is known.
func (m Moment) Location() *time.Location {
	if m.Zone == "" {
		return time.UTC
	}
	return time.FixedZone(m.Zone, m.Offset)
}

// Bounds returns the first instant of m and the first instant after it.
func (m Moment) Bounds() (from, until time.Time) {
	month, day := max(m.Month, 1), max(m.Day, 1)
	from = time.Date(m.Year, time.Month(month), day, m.Hour, m.Minute, m.Second, 0, m.Location())
	switch m.Precision {
	case Year:
		until = from.AddDate(1, 0, 0)
	case Month:
		until = from.AddDate(0, 1, 0)
	case Day:
		until = from.AddDate(0, 0, 1)
	case Hour:
		until = from.Add(time.Hour)
	case Minute:
		until = from.Add(time.Minute)
	default:
		until = from.Add(time.Second)
	}
	return from, until
}

// Date returns YYYY, YYYY-MM or YYYY-MM-DD, as much as is told, or "".
func (m Moment) Date() string {
	switch {
	case m.Precision >= Day:
		return fmt.Sprintf("%04d-%02d-%02d", m.Year, m.Month, m.Day)
	case m.Precision == Month:
		return fmt.Sprintf("%04d-%02d", m.Year, m.Month)
	case m.Precision == Year:
		return fmt.Sprintf("%04d", m.Year)
	}
	return ""
}

// ISO returns the moment with its time of day (ISO 8601, the offset where a zone is
// known), or "" where only a date or less is told.
func (m Moment) ISO() string {
	if m.Precision < Hour {
		return ""
	}
	s := m.Date() + fmt.Sprintf("T%02d:%02d", m.Hour, m.Minute)
	if m.Precision == Second {
		s += fmt.Sprintf(":%02d", m.Second)
	}
	if m.Zone == "" {
		return s
	}
	return s + offset(m.Offset)
}

// EDTF returns the moment in the Extended Date/Time Format (ISO 8601-2, level 1), with ~
// after an approximate one, or "".
func (m Moment) EDTF() string {
	s := m.ISO()
	if m.Precision == Hour {
		s = m.Date() + fmt.Sprintf("T%02d", m.Hour)
		if m.Zone != "" {
			s += offset(m.Offset)
		}
	}
	if s == "" {
		s = m.Date()
	}
	if s != "" && m.Approx {
		s += "~"
	}
	return s
}

// offset writes seconds east of UTC as ±hh:mm, and Z for none.
func offset(seconds int) string {
	if seconds == 0 {
		return "Z"
	}
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("%c%02d:%02d", sign, seconds/3600, seconds/60%60)
}

// Truncate returns m told no more finely than p.
func (m Moment) Truncate(p Precision) Moment {
	m.Precision = min(m.Precision, p)
	parts := []*int{&m.Year, &m.Month, &m.Day, &m.Hour, &m.Minute, &m.Second}
	for i := int(m.Precision); i < len(parts); i++ {
		*parts[i] = 0
	}
	return m
}
