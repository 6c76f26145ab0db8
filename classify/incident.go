package classify

// Which reports tell of the same incident. Reports are taken in the order of their day and
// key, so the outcome depends on what they are and not on when they came. Each is held
// against the incidents of its services or providers that lie within a few days, and joins
// the one that it agrees with most, if it agrees enough. Reports without a day come last and
// need strong evidence. So the work grows with the number of reports, not with its square.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/extract"
)

// A Filed is a report and what is known of the document that it stands in.
type Filed struct {
	Report
	Key       string // permanent: the document's, and the report's place in it
	Document  string // key of the document
	Channel   string // of the document: official, press, aggregator, social
	Lang      string
	Published extract.Moment
	Weak      bool     // the document is a farm's, undated or repaired: it weighs less
	Print     uint64   // Print of the document's text
	Links     []string // of the document
}

// An Incident is one event of the world, as all its reports tell it.
type Incident struct {
	Reports []int    // indexes of the reports given, in the order of their keys
	Why     []string // for each report, why it was joined
	Chosen  []Chosen // the values that prevail
	Sources int      // independent documents: reprints of one text count once
}

// Agreement needed to join. The weights are in agree; see the package tests for what they
// were set on.
const (
	enough       = 4.0 // of reports that name a day
	enoughUndate = 4.5 // of reports that do not
	window       = 3   // days around a report in which its incident may lie
	lag          = 21  // days after an incident in which it is still told of without its day
)

// facts is what a report is compared by.
type facts struct {
	at        int // index among the reports given
	services  map[string]float64
	providers map[string]float64
	from      int64 // day number of the first day that it may mean, and of the last
	until     int64
	exact     bool // one day
	told      bool // a day, month or year is told
	soft      bool // the days are those before the document was published
	start     int64
	end       int64
	lengths   []float64
	counts    []float64
	causes    []string
	kind      string
}

type group struct {
	members []*facts
	why     []string
	from    int64 // of members that name a day
	until   int64
	dated   bool
}

// Incidents finds the incidents that reports tell of. The same reports in any order give
// the same incidents, ordered by their first report's key.
func Incidents(reports []Filed) []Incident {
	all := make([]*facts, len(reports))
	for i := range reports {
		all[i] = newFacts(i, &reports[i])
	}
	slices.SortFunc(all, func(a, b *facts) int {
		return cmp.Or(boolean(b.exact, a.exact), boolean(reports[b.at].Primary, reports[a.at].Primary), cmp.Compare(a.from, b.from), cmp.Compare(a.until, b.until),
			cmp.Compare(reports[a.at].Key, reports[b.at].Key))
	})
	var groups []*group
	// Service, provider or print to the incidents in which it stands, oldest first: those that
	// a headline told of first, and those told in passing.
	byName := map[string]*[2][]*group{}
	for _, f := range all {
		var best *group
		bestScore, bestWhy := 0.0, ""
		seen := map[*group]bool{}
		back := int64(window)
		if f.soft {
			back = lag
		}
		for name := range f.names(&reports[f.at]) {
			lists := byName[name]
			if lists == nil {
				continue
			}
			for _, near := range lists {
				for i := len(near) - 1; i >= 0; i-- {
					g := near[i]
					if f.from > 0 && g.until < f.from-back && !strings.HasPrefix(name, "print ") {
						break // those before lie further back
					}
					if seen[g] {
						continue
					}
					seen[g] = true
					score, why := f.agree(g, reports)
					if score > bestScore || score == bestScore && best != nil && less(reports, g, best) {
						best, bestScore, bestWhy = g, score, why
					}
				}
			}
		}
		need := enough
		if !f.exact {
			need = enoughUndate
		}
		if best == nil || bestScore < need {
			if !reports[f.at].Primary && !f.told {
				continue // a passing word of an undated outage is no incident of its own
			}
			best = &group{from: math.MaxInt64, until: math.MinInt64}
			bestWhy = "first report"
			groups = append(groups, best)
		}
		best.add(f, bestWhy)
		for name := range f.names(&reports[f.at]) {
			lists := byName[name]
			if lists == nil {
				lists = new([2][]*group)
				byName[name] = lists
			}
			l := &lists[0]
			if !reports[f.at].Primary || !f.exact {
				l = &lists[1]
			}
			if !slices.Contains((*l)[max(0, len(*l)-8):], best) {
				*l = append(*l, best)
			}
		}
	}
	out := make([]Incident, len(groups))
	for i, g := range groups {
		order := make([]int, len(g.members))
		for j := range order {
			order[j] = j
		}
		slices.SortFunc(order, func(a, b int) int {
			return cmp.Compare(reports[g.members[a].at].Key, reports[g.members[b].at].Key)
		})
		for _, j := range order {
			out[i].Reports = append(out[i].Reports, g.members[j].at)
			out[i].Why = append(out[i].Why, g.why[j])
		}
		out[i].Chosen, out[i].Sources = choose(reports, out[i].Reports)
	}
	slices.SortFunc(out, func(a, b Incident) int {
		return cmp.Compare(reports[a.Reports[0]].Key, reports[b.Reports[0]].Key)
	})
	return out
}

func boolean(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func less(reports []Filed, a, b *group) bool {
	return reports[a.members[0].at].Key < reports[b.members[0].at].Key
}

func newFacts(at int, r *Filed) *facts {
	f := &facts{at: at, services: map[string]float64{}, providers: map[string]float64{}}
	rank := 0
	for _, c := range r.Claims {
		switch c.Field {
		case Service:
			if f.services[c.Value] == 0 {
				f.services[c.Value] = 1 / float64(1+rank)
				rank++
			}
		case Provider:
			f.providers[c.Value] = 1
		case Kind:
			f.kind = c.Value
		case Date:
			from, until := c.Moment.Bounds()
			f.from, f.until = day(from), day(until.Add(-time.Second))
			f.exact = c.Moment.Precision >= extract.Day
			f.told = c.Derived == ""
		case Start:
			from, _ := c.Moment.Bounds()
			f.start = from.Unix()
			if c.Moment.Zone == "" {
				f.start = 0
			}
		case End:
			from, _ := c.Moment.Bounds()
			f.end = from.Unix()
		case Length:
			f.lengths = append(f.lengths, (c.Low+c.High)/2)
		case Affected:
			f.counts = append(f.counts, c.Low)
		case Cause:
			if c.Standing != RuledOut && c.Standing != Undisclosed {
				f.causes = append(f.causes, c.Value)
			}
		}
	}
	if f.from == 0 && !r.Published.IsZero() && r.Primary {
		// A report without a day is most often of the days before it was published.
		from, _ := r.Published.Bounds()
		f.from, f.until, f.soft = day(from)-window, day(from), true
	}
	return f
}

func day(t time.Time) int64 { return int64(math.Floor(float64(t.Unix()) / 86400)) }

// names yields what a report is filed under: its services, its providers and, so that
// reprints meet whatever their days are, the four quarters of its text's print.
func (f *facts) names(r *Filed) func(func(string) bool) {
	return func(yield func(string) bool) {
		keys := make([]string, 0, len(f.services)+len(f.providers)+4)
		for i := range 4 {
			if r.Print != 0 {
				keys = append(keys, fmt.Sprintf("print %d %04x", i, r.Print>>(16*i)&0xffff))
			}
		}
		for s := range f.services {
			keys = append(keys, s)
		}
		for p := range f.providers {
			keys = append(keys, "by "+p)
		}
		slices.Sort(keys)
		for _, k := range keys {
			if !yield(k) {
				return
			}
		}
	}
}

func (g *group) add(f *facts, why string) {
	g.members = append(g.members, f)
	g.why = append(g.why, why)
	if f.exact {
		g.dated = true
		g.from, g.until = min(g.from, f.from), max(g.until, f.until)
	}
}

// agree says how well a report fits an incident, and why. It compares with the member that
// fits best; two that contradict each other on the clock keep the report out.
func (f *facts) agree(g *group, reports []Filed) (float64, string) {
	best, why := 0.0, ""
	for i, m := range g.members {
		if i >= 32 {
			break // what 32 reports do not share the next will not either
		}
		if reports[m.at].Document == reports[f.at].Document {
			return 0, "" // a document tells its incidents apart
		}
		score, w, veto := f.compare(m, &reports[f.at], &reports[m.at])
		if veto {
			return 0, ""
		}
		if score > best {
			best, why = score, w
		}
	}
	return best, why
}

func (f *facts) compare(m *facts, rf, rm *Filed) (score float64, why string, veto bool) {
	var parts []string
	add := func(v float64, what string) {
		score += v
		parts = append(parts, fmt.Sprintf("%s %+.1f", what, v))
	}
	shared := 0.0
	for s, w := range f.services {
		if v := m.services[s]; v > 0 {
			shared = max(shared, min(1, math.Sqrt(v*w)*1.5))
		}
	}
	if shared > 0 {
		add(2*shared, "service")
	}
	for p := range f.providers {
		if m.providers[p] > 0 {
			add(1, "provider")
			break
		}
	}
	if score == 0 {
		return 0, "", false
	}
	near := reprint(rf, rm)
	switch {
	case f.exact && m.exact:
		gap := max(f.from-m.until, m.from-f.until, 0)
		switch {
		case gap == 0:
			add(2.5, "same day")
		case gap == 1:
			add(1, "next day") // time zones, nights
		case gap <= window:
			add(-1, "days apart")
		case near:
			add(0, "another date in a reprint")
		default:
			return 0, "", false
		}
	case f.from > 0 && m.from > 0 && f.from <= m.until && m.from <= f.until:
		add(2, "about then")
	case f.from > 0 && m.from > 0 && !(f.soft && f.from <= m.until+lag && m.from <= f.until):
		if !near {
			return 0, "", false
		}
	}
	if f.start != 0 && m.start != 0 {
		switch apart := math.Abs(float64(f.start - m.start)); {
		case apart <= 3600:
			add(1.5, "same start")
		case apart > 4*3600 && apart <= 86400 && f.end != 0 && m.end != 0 && (f.end < m.start || m.end < f.start):
			return 0, "", true // two outages of one day
		}
	}
	if sharesNumber(f.lengths, m.lengths, 0.02) {
		add(1.5, "duration")
	}
	if sharesNumber(f.counts, m.counts, 0.001) {
		add(2, "count")
	}
	for _, c := range f.causes {
		if slices.Contains(m.causes, c) {
			add(1, "cause")
			break
		}
	}
	if near {
		add(4, "same text")
	}
	if sharesLink(rf, rm) {
		add(2, "link")
	}
	return score, strings.Join(parts, ", "), false
}

func sharesNumber(a, b []float64, within float64) bool {
	for _, x := range a {
		for _, y := range b {
			if math.Abs(x-y) <= within*max(x, y) {
				return true
			}
		}
	}
	return false
}

func sharesLink(a, b *Filed) bool {
	for _, l := range a.Links {
		if slices.Contains(b.Links, l) {
			return true
		}
	}
	return false
}
