package extract

import "tocsin/extract/phrase"

// A Mention is a place in a document where a value is told. Of the values at the end, the
// one that Dim calls for is set.
type Mention struct {
	Span
	Dim      string            // number, duration, time, count, cause, impact, service, region, standing, …: a phrase file's name
	Name     string            // the name at the margin of the phrase file: power, AWS, suspected
	Rule     string            // file and line of the phrase: fr/cause.txt:14
	Sentence int               // index into Reading.Sentences; -1 in a title
	Attrs    map[string]string // what else the margin says of Name: by=openai, dir=after; shared, never written

	Number   *Number
	Duration *Duration
	Time     *Period
	Count    *Count
	Parts    []Mention // what filled the slots of the phrase, in order
}

// A Bound says how a number stands to the value that it is told for.
type Bound string

const (
	Exact   Bound = "exact"
	Approx  Bound = "approx"
	AtLeast Bound = "at_least"
	AtMost  Bound = "at_most"
	Range   Bound = "range" // Low and High differ
)

// A Number is a quantity without unit. Low and High are the same unless Bound is Range.
type Number struct {
	Low, High float64
	Bound     Bound
	Percent   bool
	Ordinal   bool
}

// A Duration is a length of time in seconds (a month is 30 days, a year 365).
type Duration struct {
	Low, High float64
	Bound     Bound
	Vague     bool // "for hours", 数小时: no value to publish
}

// Seconds returns the length, the midpoint of a range.
func (d Duration) Seconds() float64 { return (d.Low + d.High) / 2 }

// A Count is a number of somebody or something that was hit.
type Count struct {
	Number
	Kind string // affected_users, problem_reports, other_affected; "" for what is no victim at all (staff, prices, a user base)
	Unit string // the noun counted, as the phrase file names it: users, reports, flights
}

// A Period is a time as told: an instant or a day (End is zero), or a window.
type Period struct {
	Start, End Moment
	Window     bool // two ends were told, one of them may be zero ("until 5 pm")
}

// A Signal is a measure of public attention or of trouble told by users.
type Signal struct {
	Span
	Type     string // hashtag, downdetector, search_volume, social_posts, quote
	Platform string // as the text names it, "" unknown
	Value    string // the tag, or the number as plain digits
	Text     string // the words
	Time     Moment
	Rule     string
}

// mention makes a Mention of a finding of the phrase files. Times have their value from
// resolving, which needs the whole document.
func mention(m *phrase.Match) Mention {
	out := Mention{Span: Span{m.Start, m.End}, Dim: m.Dim, Name: m.Name, Rule: m.Rule, Sentence: m.Sentence, Attrs: m.Attrs}
	switch v := m.Value.(type) {
	case *numeral:
		out.Number = &v.Number
	case *span:
		out.Duration = &v.Duration
	case *Count:
		out.Count = v
	}
	for _, f := range m.Slots {
		out.Parts = append(out.Parts, mention(f.Match))
	}
	return out
}
