package db

// A page is a row that points to its body by SHA-256; a body is stored once, compressed.
// A page that came again as it was is not stored again: its row says when it was last seen.

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tocsin/crawler"
)

// A packed body is ready to be stored.
type packed struct {
	sum  string
	size int
	zstd []byte
}

// pack compresses body, outside of any transaction.
func (s *Store) pack(body []byte) packed {
	sum := sha256.Sum256(body)
	return packed{hex.EncodeToString(sum[:]), len(body), s.packer.EncodeAll(body, nil)}
}

// SavePage stores a page that no lease asked for, such as an imported file, and returns
// its number. A page that is already there as it is keeps its number.
func (s *Store) SavePage(ctx context.Context, p *crawler.Page) (id int64, err error) {
	body := s.pack(p.Body)
	err = s.update(ctx, func(tx *sql.Tx) error {
		id, err = savePage(tx, p, body, false)
		return err
	})
	return id, err
}

// savePage stores p as a new revision of its URL, or notes that the latest one was seen
// again. An answer "not modified" is such a note, and no page where nothing was known.
func savePage(tx *sql.Tx, p *crawler.Page, body packed, redirect bool) (int64, error) {
	fetched := p.Fetched.Unix()
	var id int64
	var sum string
	var status int
	err := tx.QueryRow(`SELECT id, body, status FROM page WHERE url = ? AND (url <> '' OR body = ?) ORDER BY id DESC LIMIT 1`,
		p.URL, body.sum).Scan(&id, &sum, &status)
	switch {
	case err == nil && (p.Status == http.StatusNotModified || sum == body.sum && status == p.Status):
		_, err = tx.Exec(`UPDATE page SET seen = max(seen, ?) WHERE id = ?`, fetched, id)
		return id, err
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return 0, err
	}
	if _, err := tx.Exec(`INSERT INTO body (sha256, size, zstd) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		body.sum, body.size, body.zstd); err != nil {
		return 0, err
	}
	header, err := json.Marshal(p.Header)
	if err != nil {
		return 0, err
	}
	if p.Header == nil {
		header = []byte("{}")
	}
	res, err := tx.Exec(`INSERT INTO page (url, source, reader, status, header, body, fetched, seen, truncated, redirect, lang, zone, channel)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.URL, p.Source, p.Reader, p.Status, string(header), body.sum, fetched, fetched,
		p.Truncated, redirect, p.Lang, p.Zone, p.Channel)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// Page returns the page with number id, its body unpacked and checked against its hash.
func (s *Store) Page(ctx context.Context, id int64) (*crawler.Page, error) {
	return s.page(ctx, "p.id = ?", id)
}

// LatestPage returns the latest revision of url, or nil and no error where there is none.
// Its headers hold what a conditional request needs.
func (s *Store) LatestPage(ctx context.Context, url string) (*crawler.Page, error) {
	p, err := s.page(ctx, "p.url = ?", url)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return p, err
}

func (s *Store) page(ctx context.Context, which string, arg any) (*crawler.Page, error) {
	var p crawler.Page
	var header, sum string
	var fetched int64
	var zip []byte
	err := s.read.QueryRowContext(ctx, `SELECT p.url, p.source, p.reader, p.status, p.header, p.fetched, p.truncated, p.lang, p.zone, p.channel, b.sha256, b.zstd
		FROM page p JOIN body b ON b.sha256 = p.body WHERE `+which+` ORDER BY p.id DESC LIMIT 1`, arg).Scan(
		&p.URL, &p.Source, &p.Reader, &p.Status, &header, &fetched, &p.Truncated, &p.Lang, &p.Zone, &p.Channel, &sum, &zip)
	if err != nil {
		return nil, fmt.Errorf("page %v: %w", arg, s.explain(err))
	}
	p.Fetched = time.Unix(fetched, 0).UTC()
	if err := json.Unmarshal([]byte(header), &p.Header); err != nil {
		return nil, fmt.Errorf("page %v: headers: %w", arg, err)
	}
	if p.Body, err = s.unpacker.DecodeAll(zip, nil); err != nil {
		return nil, fmt.Errorf("page %v: body %s is damaged: %w", arg, sum, err)
	}
	if got := sha256.Sum256(p.Body); hex.EncodeToString(got[:]) != sum {
		return nil, fmt.Errorf("page %v: body %s is damaged: its hash is %x", arg, sum, got)
	}
	return &p, nil
}

// Stale returns the numbers of up to limit pages after the one numbered after, in order,
// that were not read under these rules yet. Redirects and error pages are never read.
func (s *Store) Stale(ctx context.Context, rules string, after int64, limit int) ([]int64, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id FROM page
		WHERE id > ? AND rules <> ? AND redirect = 0 AND (status = 0 OR status BETWEEN 200 AND 299) ORDER BY id LIMIT ?`,
		after, rules, limit)
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, s.explain(err)
		}
		ids = append(ids, id)
	}
	return ids, s.explain(rows.Err())
}
