package extract

// The date of a page that tells it in words only: "Friday 19 July 2024, 16:20 BST". The
// reader keeps the short lines near the headline; the phrase files of the language read
// them. A line counts that tells a whole date.

import (
	"slices"
	"time"

	"tocsin/extract/phrase"
)

// datelineOf dates a document without a date, or without a time of day, by its lines near
// the headline.
func datelineOf(d *Document, rules *phrase.Rules) {
	weak := d.Published.IsZero() || d.Published.DateSource == "modified"
	if len(d.datelines) == 0 || !weak && d.Published.Precision > Day {
		return
	}
	for _, line := range d.datelines {
		m, ok := wholeDate(line, rules)
		if !ok {
			continue
		}
		m = checkedMoment(m, d.Zone, d.fetched)
		if m.IsZero() || !weak && (m.Date() != d.Published.Date() || m.Precision <= d.Published.Precision) {
			continue
		}
		d.Published = m
		d.Quality = slices.DeleteFunc(d.Quality, func(q string) bool { return q == "undated" })
		datePosts(d)
		return
	}
}

// wholeDate returns the first time in a line that tells year, month and day.
func wholeDate(line string, rules *phrase.Rules) (Moment, bool) {
	for _, found := range rules.Scan(line).Matches {
		w, ok := found.Value.(*when)
		if !ok || found.Dim != "time" || w.from != nil || w.to != nil || w.base != nil || w.told&toldYear == 0 || w.told&toldMonth == 0 || w.told&toldDay == 0 {
			continue
		}
		s, ok := (reader{anchor: time.Date(w.year, 1, 1, 0, 0, 0, 0, time.UTC)}).read(w)
		if !ok || s.from.IsZero() {
			continue
		}
		m := momentAt(s.from, s.grain)
		m.DateSource, m.YearSource = "dateline", "dateline"
		if w.zone != "" && m.Precision >= Hour {
			if n, ok := zoneOffset(w.zone, s.from); ok {
				m.Zone, m.Offset, m.ZoneSource = w.zone, n, "stated"
				m.Doubt = w.doubt(s.from)
			}
		}
		return m, m.Precision >= Day
	}
	return Moment{}, false
}
