package db

// A moment is kept as EDTF text and as the Unix seconds between which it lies, so that it
// can be read, sorted and compared. The text holds all of a Moment but where its parts
// came from, and momentOf reads it back.

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"tocsin/extract"
)

// A span of time as it is stored: NULL where nothing is told.
type bounds struct{ from, until, offset *int64 }

func boundsOf(m extract.Moment) bounds {
	if m.IsZero() {
		return bounds{}
	}
	from, until := m.Bounds()
	b := bounds{from: new(from.Unix()), until: new(until.Unix())}
	if m.Zone != "" {
		b.offset = new(int64(m.Offset))
	}
	return b
}

// periodOf returns the EDTF interval and the bounds of a time as told. An end that is not
// told leaves the interval open.
func periodOf(p extract.Period) (string, bounds) {
	start, end := p.Start.EDTF(), p.End.EDTF()
	b := boundsOf(p.Start)
	if !p.Window {
		return start, b
	}
	e := boundsOf(p.End)
	b.until = e.until
	if b.offset == nil {
		b.offset = e.offset
	}
	if start == "" {
		start = ".."
	}
	if end == "" {
		end = ".."
	}
	return start + "/" + end, b
}

// momentOf reads back what [extract.Moment.EDTF] wrote, with the zone and its seconds east
// of UTC that are kept beside it, since the form of a day has neither.
func momentOf(edtf, zone string, offset sql.NullInt64) (extract.Moment, error) {
	m := extract.Moment{Zone: zone, Offset: int(offset.Int64)}
	text, approx := strings.CutSuffix(edtf, "~")
	m.Approx = approx
	if text == "" {
		return extract.Moment{}, nil
	}
	day, clock, timed := strings.Cut(text, "T")
	layouts := []string{"2006-01-02", "2006-01", "2006"}
	precision := []extract.Precision{extract.Day, extract.Month, extract.Year}
	if timed {
		layouts = []string{"15:04:05", "15:04", "15"}
		precision = []extract.Precision{extract.Second, extract.Minute, extract.Hour}
		d, err := time.Parse("2006-01-02", day)
		if err != nil {
			return m, fmt.Errorf("moment %q: want a day before T", edtf)
		}
		m.Year, m.Month, m.Day = d.Year(), int(d.Month()), d.Day()
		text = clock
		if i := strings.LastIndexAny(text, "+-Z"); i >= 0 {
			text = text[:i]
		}
	}
	for i, layout := range layouts {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		m.Precision = precision[i]
		if timed {
			m.Hour, m.Minute, m.Second = t.Clock()
			return m, nil
		}
		m.Year = t.Year()
		if m.Precision >= extract.Month {
			m.Month = int(t.Month())
		}
		if m.Precision >= extract.Day {
			m.Day = t.Day()
		}
		return m, nil
	}
	return m, fmt.Errorf("moment %q: want EDTF such as 2021-12-07T12:00-05:00", edtf)
}
