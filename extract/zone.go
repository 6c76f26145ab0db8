package extract

// Zones. A name of zone.txt is an IANA zone, whose offset depends on the date (ET, 美东时间),
// or a fixed offset ±hh:mm (EST, GMT+8). of=ZONE beside a fixed one tells of which zone it is
// the abbreviation, so that an offset wrong for the season can be doubted.

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tocsin/extract/phrase"
)

func checkZone(name string) error {
	if _, ok := fixedOffset(name); ok {
		return nil
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" || name == "" {
		return fmt.Errorf("%q is no zone: want an IANA name (America/New_York) or an offset (-05:00)", name)
	}
	return nil
}

// buildZone refuses small letters where the margin says upper: "et" and "est" are words.
func buildZone(m *phrase.Match) any {
	if _, ok := m.Attrs["upper"]; ok && m.Words() != strings.ToUpper(m.Words()) {
		return nil
	}
	return m.Name
}

// fixedOffset reads ±hh:mm as seconds east of UTC.
func fixedOffset(zone string) (int, bool) {
	if zone == "UTC" {
		return 0, true
	}
	if len(zone) != 6 || zone[0] != '+' && zone[0] != '-' || zone[3] != ':' {
		return 0, false
	}
	h, err1 := strconv.Atoi(zone[1:3])
	m, err2 := strconv.Atoi(zone[4:6])
	if err1 != nil || err2 != nil || h > 14 || m > 59 {
		return 0, false
	}
	n := h*3600 + m*60
	if zone[0] == '-' {
		n = -n
	}
	return n, true
}

// zoneOffset returns the seconds east of UTC of a zone at a moment on its wall clock.
func zoneOffset(zone string, wall time.Time) (int, bool) {
	if n, ok := fixedOffset(zone); ok {
		return n, true
	}
	l, err := time.LoadLocation(zone)
	if err != nil {
		return 0, false
	}
	_, n := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, l).Zone()
	return n, true
}

// doubt says what speaks against a fixed offset, "" if nothing does.
func (w *when) doubt(wall time.Time) string {
	if w.zoneOf == "" || w.zoneOf == w.zone {
		return ""
	}
	told, ok := zoneOffset(w.zone, wall)
	real, known := zoneOffset(w.zoneOf, wall)
	if !ok || !known || told == real {
		return ""
	}
	return fmt.Sprintf("%s told, %s has %s then", w.zone, w.zoneOf, offset(real))
}
