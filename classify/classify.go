// Package classify makes of a document's mentions what it claims of which incident, and of
// all documents' reports the incidents that they tell of.
package classify

import "tocsin/extract"

// A Field is what a Claim gives a value to.
type Field string

const (
	Service   Field = "service"   // Value: canonical id, or Unlisted and the folded name; Unit: the name as written
	Provider  Field = "provider"  // Value: canonical id, or Unlisted and the folded name; Unit: the name
	Kind      Field = "kind"      // Value: major_outage, partial_outage, degraded_performance, maintenance, access_restriction, security_breach
	Date      Field = "date"      // Moment, precision day or coarser; Value: EDTF
	Start     Field = "start"     // Moment; Value: ISO 8601
	End       Field = "end"       // Moment; Value: ISO 8601
	Length    Field = "duration"  // Low, High: seconds
	Affected  Field = "count"     // Low, High; Value: affected_users, problem_reports, other_affected; Unit
	Breakdown Field = "breakdown" // Low, High; Value: ISO 3166-1 alpha-2 or "other": parts of a count
	Cause     Field = "cause"     // Value: one of the 13 categories
	Region    Field = "region"    // Value: ISO 3166-1 alpha-2 or a cloud region
)

// A Standing says how surely a claim is made.
type Standing string

const (
	Confirmed   Standing = "confirmed"   // stated as fact, or by the provider
	Suspected   Standing = "suspected"   // hedged, or told as someone's guess
	RuledOut    Standing = "ruled_out"   // denied
	Undisclosed Standing = "undisclosed" // said to be unknown or not told
)

// Unlisted begins the Value of a service or provider that is in no table.
const Unlisted = "~"

// A Claim is a value that a document gives to a field of an incident, with the words that
// say so: Document.Text[Start:End] is the evidence.
type Claim struct {
	extract.Span
	Field     Field
	Value     string
	Low, High float64
	Bound     extract.Bound
	Unit      string // of a count the noun counted, of a service, provider or region its name
	Moment    extract.Moment
	Standing  Standing
	Speaker   string // whose word it is, where told
	Derived   string // "" where told; else from what: "window", "first post", …
	Rule      string // phrase file and line
}

// A Report is all that one document claims of one incident.
type Report struct {
	Primary bool
	Claims  []Claim
}

// A Judgement is what classify makes of one document.
type Judgement struct {
	Relevant  bool
	Relevance float64   // 0 to 1
	Features  []Feature // why, heaviest first
	Reports   []Report  // none where not Relevant; else exactly one is Primary
	Signals   []extract.Signal
}

// A Feature is one term of the relevance score.
type Feature struct {
	Name   string
	Weight float64
	Value  float64
	Words  string // an example from the text
}
