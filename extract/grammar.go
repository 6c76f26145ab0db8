package extract

// The grammar: every phrase file that may exist, in the order in which it is run. Values see
// the words before them, cues see all. The files themselves stand in extract/lang.

import (
	"slices"

	"tocsin/extract/phrase"
)

func grammar(l Language) phrase.Grammar {
	locale := localeOf(l)
	figures := shapes(locale)
	return phrase.Grammar{
		Dims: slices.Concat(valueWords(), wordDims(), valueDims(), cueDims()),
		Slots: slices.Concat(valueSlots(), []phrase.Slot{
			{Name: "down", Dim: "impact", Accept: func(m *phrase.Match) bool {
				return m.Name != "recovery" && m.Name != "unaffected" && m.Name != "maintenance"
			}},
			{Name: "well", Dim: "impact", Accept: func(m *phrase.Match) bool { return m.Name == "recovery" }},
		}),
		Shapes: func(s *phrase.Sentence) {
			figures(s)
			marks(s)
			names(s)
		},
	}
}

// cueDims are what is built last: counts, which need their nouns, and the cues.
func cueDims() []phrase.Dim {
	return []phrase.Dim{
		{Name: "count", Layer: phrase.Values, Names: []string{"count"}, Build: buildCount, Describe: describeCount},
		{Name: "cue", Layer: phrase.Cues, Names: []string{"start", "end", "not_time", "state", "over", "back", "not_over", "length", "not_length", "affected",
			"population", "cause", "not_cause", "failing", "spared", "refuge", "source"}},
	}
}
