package extract

// A time as it is told, before anything is known of the document: parts of a calendar date
// and a clock, steps away from an anchor, windows of two ends. The words of the text fill
// one when after the other (build.go); resolve.go makes moments of them.

import (
	"fmt"
	"strings"
	"time"
)

// A grain is how long a told stretch of time is.
type grain int8

const (
	noGrain grain = iota
	second
	minute
	hour
	part // of a day
	day
	weekend
	week
	month
	quarter
	half
	year
	decade
	century
)

var grainNames = []string{"", "second", "minute", "hour", "part", "day", "weekend", "week", "month", "quarter", "half", "year", "decade", "century"}

// parseGrain returns the grain of a name, noGrain if there is none.
func parseGrain(s string) grain {
	for g, n := range grainNames {
		if n == s {
			return grain(g)
		}
	}
	return noGrain
}

// told says which parts of a when are told.
type told uint32

const (
	toldYear told = 1 << iota
	toldMonth
	toldDay
	toldWeekday
	toldHour
	toldMinute
	toldSecond
	toldPart
	toldMeridiem
	toldZone
	toldShift
	toldNth
	toldSeason
	toldClock // told so that it can be nothing but a clock
	toldDecade
	toldNow

	toldDate = toldYear | toldMonth | toldDay | toldWeekday | toldShift | toldNth | toldSeason | toldDecade | toldNow
	toldTime = toldHour | toldMinute | toldSecond | toldPart | toldMeridiem
)

// A shift is a step from the anchor: last week is -1 week. An exact one keeps the day and
// hour (three months ago).
type shift struct {
	grain grain
	n     float64
	exact bool
}

// An open window has one end.
type open int8

const (
	closed open = iota
	since       // from a time on
	until       // up to a time
)

type when struct {
	told                      told
	year, month, day, weekday int // weekday 1 is Monday
	hour, minute, second      int
	shortYear                 bool // two figures
	roc                       bool // counted from 1911
	fixed                     bool // a clock of 24 hours: 08:30
	pm                        bool // with toldMeridiem
	part, partEdge            string
	partHours                 [2]float64 // that the word itself tells, where it does
	season                    string
	zone                      string // IANA or ±hh:mm
	zoneOf                    string // IANA zone that a fixed offset is the abbreviation of: EST is of America/New_York
	shifts                    []shift
	direction                 int  // of a weekday or month told as last, this or next
	directed                  bool // direction is told
	nth                       int  // third week of; -1 the last
	nthGrain                  grain
	nthWeekday                int
	base                      *when // told from another time: two days after it
	text                      bool  // told from what the text told before: the next day
	span                      float64
	spanGrain                 grain // last three months: span -3
	edge                      string
	decade                    int // first year
	approx                    bool
	from, to                  *when // the ends of a window
	open                      open
	length                    *Duration // of a window told by its start
	nightTo                   int       // weekday on which a night ends (mardi à mercredi)
	bare                      bool      // a clock only beside a date
}

// merge takes the parts of o that w has not. It reports whether the two went together: a
// part told twice must be the same.
func (w *when) merge(o *when) bool {
	if o == nil {
		return true
	}
	if (w.from != nil || w.to != nil) && (o.from != nil || o.to != nil) {
		return false
	}
	both := w.told & o.told
	switch {
	case both&toldYear != 0 && w.year != o.year,
		both&toldMonth != 0 && w.month != o.month,
		both&toldDay != 0 && w.day != o.day,
		both&toldWeekday != 0 && w.weekday != o.weekday,
		both&toldHour != 0 && (w.hour%12 != o.hour%12 || w.minute != o.minute),
		both&toldPart != 0 && w.part != o.part && w.told&toldHour == 0 && o.told&toldHour == 0,
		both&toldZone != 0 && w.zone != o.zone && !sameZone(w, o),
		both&toldSeason != 0, both&toldNth != 0:
		return false
	}
	if o.told&toldYear != 0 && w.told&toldYear == 0 {
		w.year, w.shortYear, w.roc = o.year, o.shortYear, o.roc
	}
	if o.told&toldMonth != 0 {
		w.month = o.month
	}
	if o.told&toldDay != 0 {
		w.day = o.day
	}
	if o.told&toldWeekday != 0 {
		w.weekday = o.weekday
	}
	if o.told&toldHour != 0 && (w.told&toldHour == 0 || o.hour > w.hour) {
		w.hour, w.minute, w.second, w.fixed = o.hour, o.minute, o.second, o.fixed
	}
	if o.told&toldMeridiem != 0 {
		w.pm = o.pm
	}
	if o.told&toldPart != 0 && w.told&toldPart == 0 {
		w.part, w.partEdge, w.partHours = o.part, o.partEdge, o.partHours
	}
	if o.told&toldSeason != 0 {
		w.season = o.season
	}
	if o.told&toldZone != 0 && (w.told&toldZone == 0 || strings.Contains(o.zone, "/")) {
		w.zone, w.zoneOf = o.zone, o.zoneOf
	}
	if o.told&toldDecade != 0 {
		w.decade = o.decade
	}
	for _, s := range o.shifts {
		w.shifts = append(w.shifts[:len(w.shifts):len(w.shifts)], s)
	}
	if o.directed {
		w.directed, w.direction = true, o.direction
	}
	if o.told&toldNth != 0 {
		w.nth, w.nthGrain, w.nthWeekday = o.nth, o.nthGrain, o.nthWeekday
	}
	if o.span != 0 {
		w.span, w.spanGrain = o.span, o.spanGrain
	}
	if o.edge != "" {
		w.edge = o.edge
	}
	if o.base != nil {
		w.base = o.base
	}
	if o.from != nil || o.to != nil {
		w.from, w.to, w.open, w.length = o.from, o.to, o.open, o.length
	}
	if o.nightTo != 0 {
		w.nightTo = o.nightTo
	}
	w.text = w.text || o.text
	w.approx = w.approx || o.approx
	w.bare = w.bare && o.bare
	w.told |= o.told
	return true
}

// sameZone reports whether one of two zones is the other in other words: PST and US/Pacific.
func sameZone(a, b *when) bool {
	return a.zoneOf == b.zone || b.zoneOf == a.zone || a.zoneOf != "" && a.zoneOf == b.zoneOf
}

// plausible reports whether the fields that are not zero can be a date.
func (w *when) plausible() bool {
	if w.year != 0 && (w.year < 1000 || w.year > 2200) || w.month < 0 || w.month > 12 || w.day < 0 || w.day > 31 {
		return false
	}
	if w.month != 0 && w.day > 0 {
		y := w.year
		if y == 0 {
			y = 2024 // a leap year allows 29 February
		}
		return w.day <= daysIn(y, w.month)
	}
	return true
}

func daysIn(y, m int) int { return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// figures takes three groups of figures as a date. The year stands where four figures are;
// among short ones the order of the language decides, and where that gives no date, any does.
func (w *when) figures(a, b, c, order string) bool {
	n := func(s string) int {
		v := 0
		for _, d := range s {
			v = v*10 + int(d-'0')
			if v > 9999 {
				return 9999
			}
		}
		return v
	}
	x, y, z := n(a), n(b), n(c)
	try := func(year, month, day, width int) bool {
		v := when{year: year, month: month, day: day}
		if width == 2 {
			v.year = expandYear(year)
		}
		if month == 0 || day == 0 || !v.plausible() {
			return false
		}
		w.year, w.month, w.day, w.shortYear = v.year, month, day, width == 2
		w.told |= toldYear | toldMonth | toldDay
		return true
	}
	if len(b) > 2 {
		return false
	}
	switch {
	case len(a) == 4 && len(c) <= 2:
		return try(x, y, z, 4) || try(x, z, y, 4)
	case len(c) == 4 && len(a) <= 2:
		if order == "mdy" {
			return try(z, x, y, 4) || try(z, y, x, 4)
		}
		return try(z, y, x, 4) || try(z, x, y, 4)
	case len(a) == 3 && order == "ymd" && x < 200:
		w.roc = true
		return try(x+1911, y, z, 3)
	case len(a) <= 2 && len(c) == 2:
		switch order {
		case "mdy":
			return try(z, x, y, 2) || try(z, y, x, 2)
		case "dmy":
			return try(z, y, x, 2) || try(z, x, y, 2)
		}
		return len(a) == 2 && try(x, y, z, 2) || try(z, y, x, 2) || try(z, x, y, 2)
	}
	return false
}

// expandYear tells the century of a year of two figures.
func expandYear(y int) int {
	if y < 50 {
		return 2000 + y
	}
	return 1900 + y
}

// dayGrain returns the grain of the date told, noGrain if none is.
func (w *when) dayGrain() grain {
	switch {
	case w.span != 0:
		return w.spanGrain
	case w.told&toldNth != 0 && w.nthWeekday != 0:
		return day
	case w.told&toldNth != 0:
		return w.nthGrain
	case w.told&(toldDay|toldWeekday|toldNow) != 0:
		return day
	case w.told&toldMonth != 0:
		return month
	}
	g := noGrain
	for _, s := range w.shifts {
		x := s.grain
		if s.exact && x > day {
			x = day
		}
		if g == noGrain || x < g {
			g = x
		}
	}
	switch {
	case g != noGrain:
		if w.told&toldYear != 0 && g > year {
			g = year
		}
		return g
	case w.told&toldSeason != 0:
		return quarter
	case w.told&toldYear != 0:
		return year
	case w.told&toldDecade != 0:
		return decade
	}
	return noGrain
}

// clockGrain returns the grain of the time of day told, noGrain if none is.
func (w *when) clockGrain() grain {
	switch {
	case w.told&toldSecond != 0:
		return second
	case w.told&toldMinute != 0:
		return minute
	case w.told&toldHour != 0:
		return hour
	case w.told&toldPart != 0:
		return part
	}
	return noGrain
}

// grain returns the grain of the whole.
func (w *when) grain() grain {
	if g := w.clockGrain(); g != noGrain {
		return g
	}
	return w.dayGrain()
}

// String writes a when for examples: 2021-10-04, 10-04, mon, -1day, 14:30, am, morning,
// ±zone, from..to. It is short rather than complete.
func (w *when) String() string {
	if w == nil {
		return ""
	}
	var b []string
	add := func(s string) { b = append(b, s) }
	addf := func(format string, args ...any) { add(fmt.Sprintf(format, args...)) }
	if w.approx {
		add("~")
	}
	if w.base != nil {
		addf("(%s)", w.base)
	}
	if w.text {
		add("told")
	}
	if w.told&toldNow != 0 {
		add("now")
	}
	for _, s := range w.shifts {
		mark := ""
		if s.exact {
			mark = "!"
		}
		addf("%+g%s%s", s.n, grainNames[s.grain], mark)
	}
	if w.span != 0 {
		addf("%+g×%s", w.span, grainNames[w.spanGrain])
	}
	if w.edge != "" {
		add(w.edge)
	}
	if w.told&toldNth != 0 {
		what := grainNames[w.nthGrain]
		if w.nthWeekday != 0 {
			what = weekdayNames[w.nthWeekday-1]
		}
		addf("%d.%s", w.nth, what)
	}
	if w.directed {
		addf("%+d", w.direction)
	}
	if w.told&toldWeekday != 0 {
		add(weekdayNames[w.weekday-1])
	}
	if w.nightTo != 0 {
		addf("-%s", weekdayNames[w.nightTo-1])
	}
	if w.told&toldDecade != 0 {
		addf("%ds", w.decade)
	}
	date := ""
	if w.told&toldYear != 0 {
		date = fmt.Sprintf("%04d", w.year)
	}
	if w.told&toldMonth != 0 {
		if date != "" {
			date += "-"
		}
		date += fmt.Sprintf("%02d", w.month)
	}
	if w.told&toldDay != 0 {
		date += fmt.Sprintf("-%02d", w.day)
	}
	if date != "" {
		add(date)
	}
	if w.told&toldSeason != 0 {
		add(w.season)
	}
	if w.told&toldPart != 0 {
		add(strings.TrimPrefix(w.partEdge+"_"+w.part, "_"))
	}
	switch {
	case w.told&toldSecond != 0:
		addf("%02d:%02d:%02d", w.hour, w.minute, w.second)
	case w.told&toldMinute != 0:
		addf("%02d:%02d", w.hour, w.minute)
	case w.told&toldHour != 0:
		addf("%dh", w.hour)
	}
	if w.told&toldMeridiem != 0 {
		add(map[bool]string{false: "am", true: "pm"}[w.pm])
	}
	if w.told&toldZone != 0 && w.from == nil && w.to == nil {
		add(w.zone)
	}
	if w.from != nil || w.to != nil {
		addf("%s..%s", w.from, w.to)
	}
	if w.length != nil {
		addf("for %gs", w.length.Seconds())
	}
	return strings.Join(b, " ")
}

var weekdayNames = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
