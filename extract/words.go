package extract

// The words that an outage is told with, apart from values: what failed, for whom, why, who
// says so and how surely. The names here are closed lists; how they are said stands in the
// phrase files.

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/extract/phrase"
)

// wordDims are the files of the first layer that build no value.
func wordDims() []phrase.Dim {
	return []phrase.Dim{
		// Proper names: canonical ids at the margin, any number of them. The file
		// service.txt tells what else its margin says.
		{Name: "service", Check: checkID, Build: buildName},
		{Name: "provider", Check: checkID},
		{Name: "platform", Check: checkID, Build: buildName},
		{Name: "region", Check: checkRegion},
		{Name: "hashtag"}, // shapes; there are no files
		{Name: "name"},

		// Why. The causes of the Cloud Outage Study (Gunawi et al., SoCC 2016).
		{Name: "cause", Names: []string{"upgrade", "network", "bug", "config", "load", "dependency", "power",
			"security", "human", "storage", "server", "hardware", "natural_disaster"}},

		// What stopped working: Statuspage's words, and the words for being well again.
		{Name: "impact", Names: []string{"outage", "partial", "degraded", "symptom", "maintenance",
			"restriction", "breach", "recovery", "unaffected"}},

		// What is counted. Kinds of eval/README.md; none is what is no victim.
		{Name: "noun", Names: []string{"affected_users", "problem_reports", "other_affected", "none"}},

		// How surely, and whose word it is.
		{Name: "standing", Names: []string{"confirmed", "suspected", "ruled_out", "undisclosed"}},
		{Name: "speaker", Names: []string{"official", "users", "expert", "media", "attacker"}},

		// What kind of text it is.
		{Name: "topic", Names: []string{"incident", "howto", "promotion", "explainer", "survey", "finance",
			"electricity", "vehicle", "figurative", "sunset", "satire", "background"}},
	}
}

// buildName refuses a name that is an ordinary word too (cue on its margin) where it is
// written small.
func buildName(m *phrase.Match) any {
	if _, cue := m.Attrs["cue"]; cue {
		if r, _ := utf8.DecodeRuneInString(m.Words()); unicode.IsLower(r) {
			return nil
		}
	}
	return m.Name
}

func checkID(name string) error {
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return fmt.Errorf("%q is no id: small letters, digits and hyphens", name)
		}
	}
	return nil
}

func checkRegion(name string) error {
	if len(name) == 2 && strings.ToUpper(name) == name {
		return nil
	}
	if checkID(name) == nil && strings.Contains(name, "-") || name == "world" || name == "europe" ||
		name == "asia" || name == "africa" || name == "oceania" {
		return nil
	}
	return fmt.Errorf("%q is no region: an ISO 3166-1 code (FR), an ISO 3166-2 or cloud region in small letters (fr-idf, us-east-1), or world, europe, asia, africa, oceania", name)
}
