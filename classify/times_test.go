package classify

import (
	"strings"
	"testing"

	"tocsin/extract"
	"tocsin/extract/lang"
)

// judged reads a file and judges its first document.
func judged(t *testing.T, name, body string) (*extract.Document, Judgement) {
	t.Helper()
	reader, err := extract.NewReader(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	x, err := extract.New(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	docs, err := reader.ReadFile(name, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	r, err := x.Read(docs[0])
	if err != nil {
		t.Fatal(err)
	}
	return docs[0], c.Judge(docs[0], r)
}

// told returns start and end of the primary report, each with what it is derived from.
func told(j Judgement) string {
	var out []string
	for _, r := range j.Reports {
		for _, c := range r.Claims {
			if r.Primary && (c.Field == Start || c.Field == End) {
				v := string(c.Field) + " " + c.Moment.ISO()
				if c.Derived != "" {
					v += " " + c.Derived
				}
				out = append(out, v)
			}
		}
	}
	return strings.Join(out, ", ")
}

// labelled makes a page whose entries begin with a label that tells their time of day.
func labelled(day string, posts ...string) string {
	var b strings.Builder
	b.WriteString(`<html lang="en"><head><title>Slow uploads</title><meta property="article:published_time" content="` + day + `"></head><body><article><h1>Slow uploads</h1>`)
	for _, p := range posts {
		at, text, _ := strings.Cut(p, "|")
		b.WriteString(`<div><span class="yellowfg">` + at + `</span>&nbsp;` + text + `</div>`)
	}
	return b.String() + "</article></body></html>"
}

// stamped makes a page whose entries begin with a machine's stamp.
func stamped(posts ...string) string {
	var b strings.Builder
	b.WriteString(`<html lang="en"><head><title>Object Store incident</title></head><body><article><h1>Object Store incident</h1><p>We are looking into errors of Object Store.</p>`)
	for _, p := range posts {
		at, text, _ := strings.Cut(p, "|")
		b.WriteString(`<div class="update"><time datetime="` + at + `">` + at + `</time>`)
		for line := range strings.SplitSeq(text, "\n") {
			b.WriteString("<p>" + line + "</p>")
		}
		b.WriteString("</div>")
	}
	return b.String() + "</article></body></html>"
}

// story makes an incident of a history page that tells it in one piece.
func story(day string, paragraphs ...string) string {
	return `<html lang="en"><body><div class="incident-history-item"><div class="hide-text">` + day + `</div><div class="incident-history-title">Sign-in errors</div><p>` +
		strings.Join(paragraphs, "</p><p>") + `</p></div></body></html>`
}

func TestThreads(t *testing.T) {
	for name, c := range map[string]struct{ page, want string }{
		"the summary beats the first guess": {
			labelled("2024-02-05",
				"2:40 PM PST|We are investigating increased error rates for uploads. We see them since 2:20 PM PST.",
				"4:05 PM PST|Between 2:08 PM and 3:51 PM PST, uploads failed for some customers. The issue has been resolved and the service is operating normally."),
			"start 2024-02-05T14:08-08:00, end 2024-02-05T15:51-08:00"},
		"neither is told": {
			labelled("2024-02-05",
				"9:12 AM PST|We are investigating increased error rates for uploads.",
				"9:58 AM PST|The issue has been resolved and the service is operating normally."),
			"start 2024-02-05T09:12-08:00 posted, end 2024-02-05T09:58-08:00 posted"},
		"a window over midnight": {
			labelled("2024-02-05",
				"12:35 AM PST|Between 11:40 PM and 12:20 AM PST, uploads failed. The issue has been resolved."),
			"start 2024-02-04T23:40-08:00, end 2024-02-05T00:20-08:00"},
		"posts that go past midnight": {
			labelled("2024-02-05",
				"11:20 PM PST|We are investigating increased error rates for uploads.",
				"1:10 AM PST|Starting at 10:58 PM PST, uploads failed. By 12:10 AM PST, most of them worked, and by 12:40 AM PST, uploads had fully recovered. The issue has been resolved."),
			"start 2024-02-05T22:58-08:00, end 2024-02-06T00:40-08:00"},
		"one post without a window": {
			labelled("2024-02-05", "9:12 AM PST|We are investigating increased error rates for uploads."),
			""},
		"still going on": {
			labelled("2024-02-05",
				"9:12 AM PST|We are investigating increased error rates for uploads.",
				"9:50 AM PST|Uploads should be resolved for some customers, and we expect a full resolution within the next hour."),
			"start 2024-02-05T09:12-08:00 posted"},
		"stamps, and a text in another zone": {
			stamped("2024-05-02T05:10:00Z|We are experiencing an issue with Object Store beginning at Wednesday, 2024-05-01 21:30 US/Pacific.\nWe will provide an update by Wednesday, 2024-05-01 23:00 US/Pacific.",
				"2024-05-02T06:12:00Z|The issue with Object Store has been resolved for all affected users as of 22:47 US/Pacific."),
			"start 2024-05-01T21:30-07:00, end 2024-05-01T22:47-07:00"},
		"the newest post first": {
			stamped("2024-05-02T06:12:00Z|Requests have been fully restored since 05:50 UTC. The incident is resolved.",
				"2024-05-02T05:10:00Z|Requests fail in one region."),
			"start 2024-05-02T05:10:00Z posted, end 2024-05-02T05:50Z"},
		"a report with labels, zone told once": {
			stamped("2024-05-02T05:10:00Z|Requests fail in one region.",
				"2024-05-02T06:12:00Z|The issue has been resolved.",
				"2024-05-03T18:00:00Z|Incident start: 1 May 2024 21:26\nIncident end: 1 May 2024 22:51\nAll times are US/Pacific. Errors were back to normal at 22:51 US/Pacific."),
			"start 2024-05-01T21:26-07:00, end 2024-05-01T22:51-07:00"},
		"only the days are told": {
			stamped("2024-05-02T05:10:00Z|Jobs fail.",
				"2024-05-06T18:00:00Z|Incident start: 27 April 2024.\nIncident end: 4 May 2024.\nThe issue has been resolved."),
			""},
		"a story": {
			story("03/09/2024", "What happened?",
				"Between 16:00 UTC on 8 March 2024 and 04:30 UTC on 9 March 2024, customers may have seen errors when they signed in.",
				"At 17:12 UTC engineers were told of it. Sign-in recovered at 02:10 UTC in most regions."),
			"start 2024-03-08T16:00Z, end 2024-03-09T04:30Z"},
		"two windows of one paragraph": {
			labelled("2024-02-05",
				"8:30 PM PST|Between 2:00 PM and 5:40 PM PST, uploads were slow. Between 2:00 PM and 8:15 PM PST, metrics were not available. The issue has been resolved."),
			"start 2024-02-05T14:00-08:00, end 2024-02-05T20:15-08:00"},
		"everything said twice": {
			labelled("2024-02-05",
				"9:12 AM PST|アップロードのエラー率の上昇を調査しています。 | We are investigating increased error rates for uploads to the object store in this region.",
				"9:58 AM PST|この問題は解決し、現在サービスは正常に動作しています。 | Between 8:51 AM and 9:40 AM PST, uploads to the object store failed. The issue has been resolved and the service is operating normally."),
			"start 2024-02-05T08:51-08:00, end 2024-02-05T09:40-08:00"},
	} {
		t.Run(name, func(t *testing.T) {
			d, j := judged(t, "page.html", c.page)
			if !j.Relevant {
				t.Fatalf("not relevant: %v", j.Features)
			}
			if got := told(j); got != c.want {
				t.Errorf("told %q, want %q\n%s", got, c.want, d.Text)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a start and an end": {
			"WhatsApp went down at 10:15 a.m. EST on March 4, 2024. The outage hit users in three countries. Messages were fully restored by 1:40 p.m. EST.",
			"start 2024-03-04T10:15-05:00, end 2024-03-04T13:40-05:00"},
		"the last of two ends": {
			"WhatsApp went down on March 4, 2024 at 10:15 UTC. It was back online at 12:00 UTC and fully restored at 12:30 UTC.",
			"start 2024-03-04T10:15Z, end 2024-03-04T12:30Z"},
		"a promise is no end": {
			"WhatsApp went down at 10:15 UTC on March 4, 2024. The company expects it to be restored by 18:00 UTC.",
			"start 2024-03-04T10:15Z"},
		"the state at a time is no start": {
			"On March 4, 2024, WhatsApp suffered an outage. As of 15:30 UTC, the app was down for many users.",
			""},
		"a part of the day is no clock": {
			"WhatsApp went down in the middle of the night of March 4, 2024. The outage hit users in three countries.",
			""},
		"the zone told once": {
			"WhatsApp went down on March 4, 2024 at 10:15 UTC. The outage ended on March 5, 2024 at 02:20.",
			"start 2024-03-04T10:15Z, end 2024-03-05T02:20Z"},
	} {
		t.Run(name, func(t *testing.T) {
			_, j := judged(t, "page.txt", "# WhatsApp outage\n\n"+c.text+"\n")
			if got := told(j); got != c.want {
				t.Errorf("told %q, want %q (relevant %v)", got, c.want, j.Relevant)
			}
		})
	}
}
