package classify

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tocsin/extract"
)

// filed builds a report the way that a document's would look.
func filed(key, service, provider string, year, month, day int, more ...Claim) Filed {
	doc, _, _ := strings.Cut(key, "#")
	f := Filed{Key: key, Document: doc, Report: Report{Primary: true}}
	f.Claims = append(f.Claims, Claim{Field: Service, Value: service, Unit: service}, Claim{Field: Provider, Value: provider, Unit: provider})
	if year > 0 {
		f.Claims = append(f.Claims, Claim{Field: Date, Moment: extract.Moment{Year: year, Month: month, Day: day, Precision: extract.Day}})
	}
	f.Claims = append(f.Claims, more...)
	return f
}

func lasted(seconds float64) Claim { return Claim{Field: Length, Low: seconds, High: seconds} }

func hit(n float64) Claim { return Claim{Field: Affected, Value: "affected_users", Low: n, High: n} }

func because(cause string) Claim { return Claim{Field: Cause, Value: cause, Standing: Confirmed} }

func started(day, hour int) Claim {
	return Claim{Field: Start, Moment: extract.Moment{Year: 2021, Month: 10, Day: day, Hour: hour, Precision: extract.Minute, Zone: "UTC"}}
}

func ended(day, hour int) Claim {
	c := started(day, hour)
	c.Field = End
	return c
}

// groups returns the keys of each incident's reports.
func groups(reports []Filed) []string {
	var out []string
	for _, i := range Incidents(reports) {
		var keys []string
		for _, r := range i.Reports {
			keys = append(keys, reports[r].Key)
		}
		out = append(out, strings.Join(keys, " "))
	}
	return out
}

func TestIncidents(t *testing.T) {
	reprinted := filed("d#0", "facebook", "meta", 2011, 10, 4)
	reprinted.Print = 0xf0f0f0f0f0f0f0f0
	original := filed("a#0", "facebook", "meta", 2021, 10, 4)
	original.Print = 0xf0f0f0f0f0f0f0f1
	undated := filed("u#0", "facebook", "meta", 0, 0, 0, lasted(21600), because("config"))
	for name, c := range map[string]struct {
		reports []Filed
		want    []string
	}{
		"a day apart over the date line": {[]Filed{filed("a#0", "facebook", "meta", 2021, 10, 4), filed("b#0", "facebook", "meta", 2021, 10, 5, because("config")), filed("c#0", "facebook", "meta", 2021, 10, 4, because("config"))},
			[]string{"a#0 b#0 c#0"}},
		"other days":                      {[]Filed{filed("a#0", "facebook", "meta", 2021, 10, 4), filed("b#0", "facebook", "meta", 2021, 10, 8)}, []string{"a#0", "b#0"}},
		"other providers":                 {[]Filed{filed("a#0", "facebook", "meta", 2021, 10, 4), filed("b#0", "slack", "salesforce", 2021, 10, 4)}, []string{"a#0", "b#0"}},
		"a reprint with a wrong year":     {[]Filed{original, reprinted}, []string{"a#0 d#0"}},
		"undated, with strong evidence":   {[]Filed{filed("a#0", "facebook", "meta", 2021, 10, 4, lasted(21600), because("config")), undated}, []string{"a#0 u#0"}},
		"undated, with none":              {[]Filed{filed("a#0", "facebook", "meta", 2021, 10, 4), undated}, []string{"a#0", "u#0"}},
		"two of one day":                  {[]Filed{filed("a#0", "facebook", "meta", 2021, 10, 4, started(4, 2), ended(4, 5)), filed("b#0", "facebook", "meta", 2021, 10, 4, started(4, 15), ended(4, 21))}, []string{"a#0", "b#0"}},
		"one document tells them apart":   {[]Filed{filed("a#0", "facebook", "meta", 2021, 10, 4), filed("a#1", "facebook", "meta", 2021, 10, 4)}, []string{"a#0", "a#1"}},
		"a product of the same provider":  {[]Filed{filed("a#0", "facebook", "meta", 2021, 10, 4, because("config")), filed("b#0", "whatsapp", "meta", 2021, 10, 4, because("config"))}, []string{"a#0 b#0"}},
		"unlisted services by their name": {[]Filed{filed("a#0", "~megabank", "", 2021, 10, 4), filed("b#0", "~megabank", "", 2021, 10, 4)}, []string{"a#0 b#0"}},
	} {
		if got := groups(c.reports); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestIncidentsOrder shows that the outcome does not hang on the order of the reports.
func TestIncidentsOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var reports []Filed
	for i := range 300 {
		service := fmt.Sprintf("s%d", random.IntN(6))
		f := filed(fmt.Sprintf("d%03d#0", i), service, "p"+service[1:], 2021, 1+random.IntN(12), 1+random.IntN(28))
		if random.IntN(3) == 0 {
			f.Claims = append(f.Claims, lasted(float64(random.IntN(4))*3600), hit(float64(random.IntN(5)*1000)))
		}
		reports = append(reports, f)
	}
	want := groups(reports)
	for range 20 {
		random.Shuffle(len(reports), func(i, j int) { reports[i], reports[j] = reports[j], reports[i] })
		if got := groups(reports); !slices.Equal(got, want) {
			t.Fatal("another order gave other incidents")
		}
	}
}

func TestChoose(t *testing.T) {
	official := filed("z#0", "facebook", "meta", 2021, 10, 4, lasted(21000))
	official.Channel = "official"
	press := []Filed{
		filed("a#0", "facebook", "meta", 2021, 10, 4, lasted(21600)),
		filed("b#0", "facebook", "meta", 2021, 10, 4, lasted(21600)),
		filed("c#0", "facebook", "meta", 2021, 10, 4, lasted(25200)),
	}
	prevails := func(reports []Filed) (float64, string) {
		incidents := Incidents(reports)
		if len(incidents) != 1 {
			t.Fatalf("%d incidents", len(incidents))
		}
		for _, c := range incidents[0].Chosen {
			if c.Field == Length {
				return reports[c.Report].Claims[c.Claim].Low, c.Rule
			}
		}
		return 0, ""
	}
	if v, rule := prevails(press); v != 21600 || rule != "most_supported" {
		t.Errorf("press: %g by %s", v, rule)
	}
	if v, rule := prevails(append(slices.Clone(press), official)); v != 21000 || rule != "official" {
		t.Errorf("official: %g by %s", v, rule)
	}
	if v, rule := prevails(press[1:2]); v != 21600 || rule != "only" {
		t.Errorf("one: %g by %s", v, rule)
	}
}

func TestPrint(t *testing.T) {
	text := strings.Repeat("The service failed at nine and came back at noon. ", 1) + strings.Repeat("Engineers blamed a change to routers that took the network apart; users in many countries saw errors. ", 3)
	a, b := Filed{Print: Print(text)}, Filed{Print: Print(strings.ToUpper(text) + " Reporting by A.")}
	c := Filed{Print: Print(strings.Repeat("Une panne électrique a privé un quartier de courant pendant une heure, selon le gestionnaire du réseau. ", 4))}
	if !reprint(&a, &b) {
		t.Error("a reprint was not seen")
	}
	if reprint(&a, &c) {
		t.Error("two texts taken for one")
	}
	if Print("too short") != 0 {
		t.Error("a print of a short text")
	}
}

// BenchmarkIncidents shows how the work grows with the number of reports.
func BenchmarkIncidents(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		random := rand.New(rand.NewPCG(1, 2))
		reports := make([]Filed, n)
		for i := range reports {
			s := fmt.Sprintf("s%d", random.IntN(400))
			reports[i] = filed(fmt.Sprintf("d%06d#0", i), s, "p"+s, 2010+random.IntN(15), 1+random.IntN(12), 1+random.IntN(28), lasted(float64(random.IntN(9))*1800))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Incidents(reports)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/report")
		})
	}
}
