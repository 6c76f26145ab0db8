package classify

// Which of the values that reports claim prevails in their incident. All claims stay; the
// choice is a view over them, and says by which rule it was made:
//
//	official        the newest word of the provider's own page
//	most_supported  told by most independent documents, weak ones counting half
//	median          of numbers that all disagree
//	only            nobody said anything else

import (
	"cmp"
	"slices"
	"strconv"

	"tocsin/extract"
)

// A Chosen is the value that prevails for a field.
type Chosen struct {
	Field   Field
	Report  int // index into the reports given
	Claim   int // index into its claims
	Rule    string
	Support float64 // independent documents that say the same
	Against float64 // that say something else
}

type vote struct {
	report, claim int
	value         string
	number        float64
}

// choose returns the prevailing values of the reports at members, and how many independent
// documents there are.
func choose(reports []Filed, members []int) ([]Chosen, int) {
	source := sources(reports, members)
	independent := map[int]bool{}
	for _, s := range source {
		independent[s] = true
	}
	votes := map[Field][]vote{}
	var fields []Field
	for _, m := range members {
		for i, c := range reports[m].Claims {
			v := vote{report: m, claim: i, value: c.Value}
			switch c.Field {
			case Length, Affected:
				v.number = (c.Low + c.High) / 2
				v.value = c.Value + " " + strconv.FormatFloat(v.number, 'g', 3, 64)
				if c.Field == Affected && c.Value != "affected_users" && c.Value != "problem_reports" {
					continue
				}
			case Date, Start, End:
				v.value = c.Moment.EDTF()
			case Cause:
				if c.Standing == RuledOut || c.Standing == Undisclosed {
					continue
				}
				if c.Standing == Confirmed {
					v.number = 1
				}
			case Breakdown, Region:
				continue
			}
			if len(votes[c.Field]) == 0 {
				fields = append(fields, c.Field)
			}
			votes[c.Field] = append(votes[c.Field], v)
		}
	}
	slices.Sort(fields)
	var out []Chosen
	for _, f := range fields {
		out = append(out, elect(reports, source, f, votes[f]))
	}
	return out, len(independent)
}

// sources maps each member to the first member whose text it reprints.
func sources(reports []Filed, members []int) map[int]int {
	source := map[int]int{}
	for i, m := range members {
		source[m] = m
		for _, o := range members[:i] {
			if reports[o].Document == reports[m].Document || reprint(&reports[o], &reports[m]) {
				source[m] = source[o]
				break
			}
		}
	}
	return source
}

func elect(reports []Filed, source map[int]int, f Field, votes []vote) Chosen {
	support := map[string]float64{}
	counted := map[string]map[int]bool{}
	for _, v := range votes {
		s := source[v.report]
		if counted[v.value] == nil {
			counted[v.value] = map[int]bool{}
		}
		if counted[v.value][s] {
			continue
		}
		counted[v.value][s] = true
		weight := 1.0
		if reports[v.report].Weak {
			weight = 0.5
		}
		if f == Cause && v.number == 0 {
			weight *= 0.5 // a guess
		}
		if f == Affected && reports[v.report].Claims[v.claim].Value == "affected_users" {
			weight *= 4 // people hit say more than reports filed
		}
		support[v.value] += weight
	}
	total := 0.0
	for _, s := range support {
		total += s
	}
	best := slices.MinFunc(votes, func(a, b vote) int {
		return cmp.Or(
			-boolean(reports[a.report].Channel == "official", reports[b.report].Channel == "official"),
			cmp.Compare(support[b.value], support[a.value]),
			cmp.Compare(precision(reports, b), precision(reports, a)),
			cmp.Compare(reports[a.report].Key, reports[b.report].Key),
			cmp.Compare(a.claim, b.claim))
	})
	rule := "most_supported"
	switch {
	case len(support) == 1:
		rule = "only"
	case reports[best.report].Channel == "official":
		rule = "official"
	case (f == Length || f == Affected) && support[best.value] <= 1:
		rule = "median"
		sorted := slices.Clone(votes)
		slices.SortFunc(sorted, func(a, b vote) int {
			return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(reports[a.report].Key, reports[b.report].Key), cmp.Compare(a.claim, b.claim))
		})
		best = sorted[len(sorted)/2]
	}
	return Chosen{f, best.report, best.claim, rule, support[best.value], total - support[best.value]}
}

// precision prefers, among moments as well supported, the one told most finely.
func precision(reports []Filed, v vote) extract.Precision {
	return reports[v.report].Claims[v.claim].Moment.Precision
}
