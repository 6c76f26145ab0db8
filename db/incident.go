package db

// Incidents are computed by classify from all reports; what is kept here is their names.
//
// An id is given once. Computed again, an incident takes the id with which it shares most
// reports, by the keys of reports, which outlive their rows. An id that is left without
// reports stays as a row: merged into the incident that has most of them now, or
// withdrawn. A new id follows from the first report's key, so the same reports mostly get
// the same ids in every database. All of it is written into the ledger incident_event.

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tocsin/classify"
	"tocsin/extract"
)

// Reports returns all reports of the latest revisions, in the order of their keys.
func (s *Store) Reports(ctx context.Context) ([]classify.Filed, error) {
	tx, err := s.read.BeginTx(ctx, nil) // both queries see one state
	if err != nil {
		return nil, s.explain(err)
	}
	defer tx.Rollback()
	filed, places, err := loadReports(ctx, tx)
	if err == nil {
		err = loadClaims(ctx, tx, filed, places)
	}
	if err != nil {
		return nil, fmt.Errorf("reading reports: %w", s.explain(err))
	}
	return filed, nil
}

// loadReports returns the reports without claims, and where each stands by its number.
func loadReports(ctx context.Context, tx *sql.Tx) ([]classify.Filed, map[int64]int, error) {
	rows, err := tx.QueryContext(ctx, `SELECT r.id, r.key, r.is_primary, d.key, d.channel, d.lang, d.published, d.published_zone, d.published_offset, d.published_source, d.quality, d.links, d.print
		FROM report r JOIN document d ON d.id = r.document WHERE d.current = 1 ORDER BY r.key`)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var filed []classify.Filed
	places := map[int64]int{}
	for rows.Next() {
		var id, print int64
		var f classify.Filed
		var published, zone, source, quality, links string
		var offset sql.NullInt64
		if err := rows.Scan(&id, &f.Key, &f.Primary, &f.Document, &f.Channel, &f.Lang, &published, &zone, &offset, &source, &quality, &links, &print); err != nil {
			return nil, nil, err
		}
		if f.Published, err = momentOf(published, zone, offset); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.Key, err)
		}
		f.Published.DateSource = source
		var flaws []string
		if err := errors.Join(json.Unmarshal([]byte(quality), &flaws), json.Unmarshal([]byte(links), &f.Links)); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.Key, err)
		}
		f.Weak = slices.ContainsFunc(flaws, func(q string) bool { return q == "farm" || q == "repaired" || q == "undated" })
		f.Print = uint64(print)
		places[id] = len(filed)
		filed = append(filed, f)
	}
	return filed, places, rows.Err()
}

func loadClaims(ctx context.Context, tx *sql.Tx, filed []classify.Filed, places map[int64]int) error {
	rows, err := tx.QueryContext(ctx, `SELECT c.report, c.field, c.value, coalesce(c.low, 0), coalesce(c.high, 0), c.bound, c.unit,
			c.edtf, c.zone, c.moment_offset, c.date_source, c.year_source, c.zone_source, c.doubt, c.standing, c.speaker, c.start_byte, c.end_byte, c.rule, c.derived
		FROM claim c JOIN report r ON r.id = c.report JOIN document d ON d.id = r.document WHERE d.current = 1 ORDER BY c.report, c.part`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var report int64
		var c classify.Claim
		var edtf, zone string
		var offset sql.NullInt64
		var m extract.Moment
		if err := rows.Scan(&report, &c.Field, &c.Value, &c.Low, &c.High, &c.Bound, &c.Unit,
			&edtf, &zone, &offset, &m.DateSource, &m.YearSource, &m.ZoneSource, &m.Doubt, &c.Standing, &c.Speaker, &c.Start, &c.End, &c.Rule, &c.Derived); err != nil {
			return err
		}
		at, err := momentOf(edtf, zone, offset)
		if err != nil {
			return err
		}
		at.DateSource, at.YearSource, at.ZoneSource, at.Doubt = m.DateSource, m.YearSource, m.ZoneSource, m.Doubt
		c.Moment = at
		f := &filed[places[report]]
		f.Claims = append(f.Claims, c)
	}
	return rows.Err()
}

// SaveIncidents stores incidents, whose indexes point into reports. Every report that is
// given is in exactly one of them. Incidents that share no report with those given stay as
// they are, unless no document tells of them any more.
func (s *Store) SaveIncidents(ctx context.Context, reports []classify.Filed, incidents []classify.Incident) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		l := &ledger{tx: tx, at: s.now().Unix(), reports: reports, incidents: incidents}
		return l.save()
	})
	if err != nil {
		return fmt.Errorf("saving incidents: %w", err)
	}
	return nil
}

// A ledger is one run of SaveIncidents.
type ledger struct {
	tx        *sql.Tx
	at        int64
	reports   []classify.Filed
	incidents []classify.Incident

	keys  [][]string        // of each incident, sorted
	was   map[string]string // report key to incident id, as stored
	ids   []string          // of each incident
	fresh []bool            // whether ids[i] was given to it just now
	taken map[string]int    // id to the incident that has it
}

func (l *ledger) save() error {
	seen := map[string]bool{}
	for _, inc := range l.incidents {
		var keys []string
		for _, r := range inc.Reports {
			if r < 0 || r >= len(l.reports) || seen[l.reports[r].Key] {
				return fmt.Errorf("report %d is unknown or in two incidents", r)
			}
			seen[l.reports[r].Key] = true
			keys = append(keys, l.reports[r].Key)
		}
		if len(keys) == 0 {
			return errors.New("an incident has no report")
		}
		slices.Sort(keys)
		l.keys = append(l.keys, keys)
	}
	if err := l.load(); err != nil {
		return err
	}
	l.match()
	for i := range l.incidents {
		if err := l.put(i); err != nil {
			return err
		}
	}
	return l.retire()
}

func (l *ledger) load() error {
	rows, err := l.tx.Query(`SELECT report_key, incident FROM incident_report`)
	if err != nil {
		return err
	}
	defer rows.Close()
	l.was = map[string]string{}
	for rows.Next() {
		var key, id string
		if err := rows.Scan(&key, &id); err != nil {
			return err
		}
		l.was[key] = id
	}
	return rows.Err()
}

// match gives each incident the id with which it shares most reports, the largest overlap
// first.
func (l *ledger) match() {
	type overlap struct {
		incident, n int
		id          string
	}
	var overlaps []overlap
	for i, keys := range l.keys {
		shared := map[string]int{}
		for _, key := range keys {
			if id := l.was[key]; id != "" {
				shared[id]++
			}
		}
		for id, n := range shared {
			overlaps = append(overlaps, overlap{i, n, id})
		}
	}
	slices.SortFunc(overlaps, func(a, b overlap) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.id, b.id), cmp.Compare(l.keys[a.incident][0], l.keys[b.incident][0]))
	})
	l.ids, l.fresh, l.taken = make([]string, len(l.keys)), make([]bool, len(l.keys)), map[string]int{}
	for _, o := range overlaps {
		if _, gone := l.taken[o.id]; l.ids[o.incident] == "" && !gone {
			l.ids[o.incident], l.taken[o.id] = o.id, o.incident
		}
	}
	live := map[string]bool{}
	for _, id := range l.was {
		live[id] = true
	}
	for i, keys := range l.keys {
		for salt := 0; l.ids[i] == ""; salt++ {
			id := mint(keys[0], salt)
			if _, gone := l.taken[id]; !gone && !live[id] {
				l.ids[i], l.fresh[i], l.taken[id] = id, true, i
			}
		}
	}
}

// mint makes an id of the key of a report. salt tells apart incidents that begin with the
// same report at different times.
func mint(key string, salt int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "incident %d %s", salt, key))
	// Crockford's letters: none that is read as a digit, no vowel but e and a.
	return "t-" + base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").EncodeToString(sum[:5])
}

// put writes one incident with its reports and choices.
func (l *ledger) put(i int) error {
	id, inc := l.ids[i], l.incidents[i]
	v := l.values(inc)
	var known bool
	if err := l.tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM incident WHERE id = ?)`, id).Scan(&known); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(strings.Join(l.keys[i], "\n")))
	start, end := boundsOf(v.start), boundsOf(v.end)
	if _, err := l.tx.Exec(`INSERT INTO incident (id, state, minted, reports_sha256, date, start, start_from, start_until, start_offset,
			end, end_from, end_until, end_offset, duration, duration_source, affected_low, affected_high, affected_kind,
			cause, cause_standing, kind, provider, service, services, regions, sources, languages)
		VALUES (?, 'live', ?, ?, ?,  ?, ?, ?, ?,  ?, ?, ?, ?,  ?, ?, ?, ?, ?,  ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = 'live', merged_into = NULL, reports_sha256 = excluded.reports_sha256, date = excluded.date,
			start = excluded.start, start_from = excluded.start_from, start_until = excluded.start_until, start_offset = excluded.start_offset,
			end = excluded.end, end_from = excluded.end_from, end_until = excluded.end_until, end_offset = excluded.end_offset,
			duration = excluded.duration, duration_source = excluded.duration_source, affected_low = excluded.affected_low,
			affected_high = excluded.affected_high, affected_kind = excluded.affected_kind, cause = excluded.cause,
			cause_standing = excluded.cause_standing, kind = excluded.kind, provider = excluded.provider, service = excluded.service,
			services = excluded.services, regions = excluded.regions, sources = excluded.sources, languages = excluded.languages`,
		id, l.at, hex.EncodeToString(sum[:]), v.date,
		v.start.EDTF(), start.from, start.until, start.offset, v.end.EDTF(), end.from, end.until, end.offset,
		v.duration, v.durationSource, v.low, v.high, v.affected,
		v.cause, v.standing, v.kind, v.provider, v.service, list(v.services), list(v.regions), inc.Sources, list(v.languages)); err != nil {
		return err
	}
	if l.fresh[i] {
		action, other := "mint", l.mostly(l.keys[i], l.was)
		if known {
			action = "revive"
		} else if other != "" {
			action = "split"
		}
		if err := l.event(action, id, other, l.keys[i]); err != nil {
			return err
		}
	}
	for j, r := range inc.Reports {
		why := ""
		if j < len(inc.Why) {
			why = inc.Why[j]
		}
		if _, err := l.tx.Exec(`INSERT INTO incident_report (report_key, incident, why) VALUES (?, ?, ?)
			ON CONFLICT (report_key) DO UPDATE SET incident = excluded.incident, why = excluded.why`, l.reports[r].Key, id, why); err != nil {
			return err
		}
	}
	if _, err := l.tx.Exec(`DELETE FROM incident_choice WHERE incident = ?`, id); err != nil {
		return err
	}
	for _, c := range inc.Chosen {
		if _, err := l.tx.Exec(`INSERT INTO incident_choice (incident, claim, rule, support, against)
			SELECT ?, c.id, ?, ?, ? FROM claim c JOIN report r ON r.id = c.report JOIN document d ON d.id = r.document
			WHERE r.key = ? AND d.current = 1 AND c.part = ?`,
			id, c.Rule, finite(c.Support), finite(c.Against), l.reports[c.Report].Key, c.Claim); err != nil {
			return err
		}
	}
	return nil
}

// retire marks the ids that have no report left.
func (l *ledger) retire() error {
	if _, err := l.tx.Exec(`DELETE FROM incident_report WHERE report_key NOT IN
		(SELECT r.key FROM report r JOIN document d ON d.id = r.document WHERE d.current = 1)`); err != nil {
		return err
	}
	empty, err := column[string](l.tx, `SELECT id FROM incident WHERE state = 'live'
		AND NOT EXISTS (SELECT 1 FROM incident_report WHERE incident = incident.id) ORDER BY id`)
	if err != nil {
		return err
	}
	now := map[string]string{}
	for i, keys := range l.keys {
		for _, key := range keys {
			now[key] = l.ids[i]
		}
	}
	for _, id := range empty {
		var keys []string
		for key, was := range l.was {
			if was == id {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		into := l.mostly(keys, now)
		action, state := "withdraw", "withdrawn"
		if into != "" {
			action, state = "merge", "merged"
		}
		if _, err := l.tx.Exec(`UPDATE incident SET state = ?, merged_into = nullif(?, ''), reports_sha256 = '' WHERE id = ?`, state, into, id); err != nil {
			return err
		}
		if _, err := l.tx.Exec(`DELETE FROM incident_choice WHERE incident = ?`, id); err != nil {
			return err
		}
		if err := l.event(action, id, into, keys); err != nil {
			return err
		}
	}
	return nil
}

// mostly returns the incident that has most of keys, or "".
func (l *ledger) mostly(keys []string, of map[string]string) string {
	n := map[string]int{}
	for _, key := range keys {
		if id := of[key]; id != "" {
			n[id]++
		}
	}
	best := ""
	for _, id := range slices.Sorted(maps.Keys(n)) {
		if best == "" || n[id] > n[best] {
			best = id
		}
	}
	return best
}

func (l *ledger) event(action, id, other string, keys []string) error {
	_, err := l.tx.Exec(`INSERT INTO incident_event (at, action, incident, other, reports) VALUES (?, ?, ?, nullif(?, ''), ?)`,
		l.at, action, id, other, list(keys))
	return err
}

// values are what the row of an incident shows.
type values struct {
	date                                      string
	start, end                                extract.Moment
	duration, low, high                       *float64
	durationSource, affected, cause, standing string
	kind, provider, service                   string
	services, regions, languages              []string
}

func (l *ledger) values(inc classify.Incident) values {
	var v values
	for _, c := range inc.Chosen {
		if c.Report < 0 || c.Report >= len(l.reports) || c.Claim < 0 || c.Claim >= len(l.reports[c.Report].Claims) {
			continue
		}
		claim := l.reports[c.Report].Claims[c.Claim]
		switch claim.Field {
		case classify.Date:
			v.date = claim.Moment.Date()
		case classify.Start:
			v.start = claim.Moment
		case classify.End:
			v.end = claim.Moment
		case classify.Length:
			v.duration, v.durationSource = number((claim.Low+claim.High)/2), "told"
		case classify.Affected:
			v.low, v.high, v.affected = number(claim.Low), number(claim.High), claim.Value
		case classify.Cause:
			v.cause, v.standing = claim.Value, string(claim.Standing)
		case classify.Kind:
			v.kind = claim.Value
		case classify.Provider:
			v.provider = named(claim)
		case classify.Service:
			v.service = named(claim)
		}
	}
	if v.date == "" {
		v.date = v.start.Date()
	}
	if v.duration == nil && v.start.Precision >= extract.Minute && v.end.Precision >= extract.Minute && (v.start.Zone == "") == (v.end.Zone == "") {
		start, _ := v.start.Bounds()
		end, _ := v.end.Bounds()
		if d := end.Sub(start); d > 0 && d < 366*24*time.Hour {
			v.duration, v.durationSource = number(d.Seconds()), "reckoned"
		}
	}
	services, regions, languages := map[string]int{}, map[string]int{}, map[string]int{}
	for _, r := range inc.Reports {
		if lang := l.reports[r].Lang; lang != "" {
			languages[lang]++
		}
		for _, c := range l.reports[r].Claims {
			switch {
			case c.Standing == classify.RuledOut:
			case c.Field == classify.Service:
				services[named(c)]++
			case c.Field == classify.Region:
				regions[named(c)]++
			}
		}
	}
	v.services, v.regions = commonest(services), commonest(regions)
	v.languages = slices.Sorted(maps.Keys(languages))
	return v
}

// named returns the canonical name of a claim's value, or the name as written where it is
// in no table.
func named(c classify.Claim) string {
	if (c.Value == "" || strings.HasPrefix(c.Value, classify.Unlisted)) && c.Unit != "" {
		return c.Unit
	}
	return c.Value
}

// commonest returns the names that are there, the most frequent first.
func commonest(n map[string]int) []string {
	delete(n, "")
	return slices.SortedFunc(maps.Keys(n), func(a, b string) int {
		return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b))
	})
}

// Resolve returns the id of the live incident that id stands for now, following merges, or
// "" where it was withdrawn. An id that was never given is an error.
func (s *Store) Resolve(ctx context.Context, id string) (string, error) {
	for range 100 {
		var state string
		var into sql.NullString
		err := s.read.QueryRowContext(ctx, `SELECT state, merged_into FROM incident WHERE id = ?`, id).Scan(&state, &into)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return "", fmt.Errorf("there is no incident %s", id)
		case err != nil:
			return "", s.explain(err)
		case state == "live":
			return id, nil
		case state == "withdrawn":
			return "", nil
		}
		id = into.String
	}
	return "", fmt.Errorf("incident %s was merged in a circle", id)
}
