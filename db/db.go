// Package db keeps everything that tocsin knows in one SQLite file.
//
// One connection writes, a pool of others reads, and a further pool answers the SQL of
// users. Every exported method that writes is one transaction. The tables and their
// columns are described in schema/*.sql, and [Store.Dictionary] returns those words.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/mattn/go-sqlite3"
)

// Options of [Open]. The zero value opens for writing, logs nothing and uses the clock of
// the machine.
type Options struct {
	ReadOnly bool             // change nothing, create nothing
	Log      *slog.Logger     // nil discards
	Now      func() time.Time // nil is time.Now
}

// A Store is an open database. It may be used by many goroutines at once.
type Store struct {
	path  string
	log   *slog.Logger
	now   func() time.Time
	write *sql.DB // one connection; nil if opened read-only
	read  *sql.DB
	ask   *sql.DB // for SQL of users, see query.go

	packer   *zstd.Encoder
	unpacker *zstd.Decoder
}

// Open opens the database at path, creates it if there is none, and brings its schema up
// to date. A file that is no tocsin database, or that a newer tocsin has written, is left
// as it is and refused.
func Open(ctx context.Context, path string, opt Options) (*Store, error) {
	s := &Store{path: path, log: opt.Log, now: opt.Now}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if err := look(path, opt.ReadOnly); err != nil {
		return nil, err
	}
	if err := s.open(ctx, opt.ReadOnly); err != nil {
		s.Close()
		return nil, fmt.Errorf("cannot open database: %w", s.explain(err))
	}
	return s, nil
}

// look finds what SQLite would only call "unable to open database file".
func look(path string, readOnly bool) error {
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return fmt.Errorf("database %s is a folder: name a file in it", path)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("cannot open database: %w", err)
	case readOnly:
		return fmt.Errorf("database %s does not exist: run tocsin crawl or tocsin import first, or name another file with --db", path)
	}
	dir := filepath.Dir(path)
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("folder %s of database %s does not exist: create it or name another file with --db", dir, path)
	case err != nil:
		return fmt.Errorf("cannot open database: %w", err)
	case !info.IsDir():
		return fmt.Errorf("%s is no folder, so %s cannot be in it: name another file with --db", dir, path)
	}
	return nil
}

func (s *Store) open(ctx context.Context, readOnly bool) error {
	abs, err := filepath.Abs(s.path)
	if err != nil {
		return err
	}
	ro := url.Values{"mode": {"ro"}}
	if readOnly && sealed(abs) {
		// Nobody can write here, and SQLite could not create the shared memory it wants
		// beside a WAL database: immutable does without.
		ro.Set("immutable", "1")
	}
	s.read = sql.OpenDB(connector(abs, ro, prepareReader))
	s.read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	s.read.SetMaxIdleConns(max(4, runtime.NumCPU()))
	if _, err := os.Stat(abs); err == nil {
		// Before anything is written: opening for writing alone would already turn the
		// file of another program into a WAL database.
		if err := s.check(ctx, readOnly); err != nil {
			return err
		}
	}
	if !readOnly {
		s.write = sql.OpenDB(connector(abs, url.Values{
			"mode": {"rwc"},
			// A transaction that first reads and then writes must not fail in between.
			"_txlock": {"immediate"},
			// Preparing costs as much as running for the short statements of the frontier.
			"_stmt_cache_size": {"64"},
		}, prepareWriter))
		// SQLite has one writer at a time: others would only wait and fail.
		s.write.SetMaxOpenConns(1)
		s.write.SetMaxIdleConns(1)
		if err := s.migrate(ctx); err != nil {
			return err
		}
	}
	s.ask = sql.OpenDB(connector(abs, ro, prepareAsker))
	s.ask.SetMaxOpenConns(4)
	// 1 MB is more than any page that is worth a window; it bounds memory per encoder.
	if s.packer, err = zstd.NewWriter(nil, zstd.WithWindowSize(1<<20), zstd.WithEncoderConcurrency(2)); err != nil {
		return err
	}
	// A body that claims to be larger than any page we take was not written by us.
	s.unpacker, err = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(512<<20), zstd.WithDecoderConcurrency(2))
	return err
}

// sealed reports whether no file can be created beside path and no other process has left
// changes in a write-ahead log there.
func sealed(path string) bool {
	if _, err := os.Stat(path + "-wal"); err == nil {
		return false
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".tocsin-*")
	if err != nil {
		return true
	}
	f.Close()
	os.Remove(f.Name())
	return false
}

// Close writes the log back into the file, where it was opened for writing, and closes it.
func (s *Store) Close() error {
	var errs []error
	if s.ask != nil {
		errs = append(errs, s.ask.Close())
	}
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		// What the planner learned in this run serves the next one.
		if _, err := s.write.Exec("PRAGMA optimize"); err != nil {
			s.log.Debug("optimize", "database", s.path, "error", err)
		}
		errs = append(errs, s.write.Close())
	}
	if s.packer != nil {
		errs = append(errs, s.packer.Close())
	}
	if s.unpacker != nil {
		s.unpacker.Close()
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing database: %w", s.explain(err))
	}
	return nil
}

// Path returns the path that the store was opened with.
func (s *Store) Path() string { return s.path }

// A file opens connections to one database. It needs no driver registered by name.
type file struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

func connector(abs string, params url.Values, prepare func(*sqlite3.SQLiteConn) error) driver.Connector {
	u := url.URL{Scheme: "file", OmitHost: true, Path: abs, RawQuery: params.Encode()}
	return file{u.String(), &sqlite3.SQLiteDriver{ConnectHook: prepare}}
}

func (f file) Connect(context.Context) (driver.Conn, error) { return f.driver.Open(f.dsn) }
func (f file) Driver() driver.Driver                        { return f.driver }

func pragmas(c *sqlite3.SQLiteConn, list ...string) error {
	for _, p := range list {
		if _, err := c.Exec("PRAGMA "+p, nil); err != nil {
			return err
		}
	}
	return nil
}

func prepareWriter(c *sqlite3.SQLiteConn) error {
	return pragmas(c,
		// Another process may hold the lock for one transaction: wait rather than fail.
		"busy_timeout = 10000",
		// Readers go on while a crawl writes, and a commit is one append.
		"journal_mode = WAL",
		// In WAL this survives a killed program; only a power cut may lose the last
		// commits, and a crawl fetches those pages again.
		"synchronous = NORMAL",
		// Off by default in SQLite; the schema counts on it.
		"foreign_keys = ON",
		// 32 MB of pages, so that the indexes of a large frontier stay in memory.
		"cache_size = -32768",
		// Sorting needs no files.
		"temp_store = MEMORY",
		// The log is written back each 32 MB: a crawl changes the same index pages over and
		// over, and each writing back waits for the disk.
		"wal_autocheckpoint = 8000",
		// A log that grew in a long read is cut back to 64 MB.
		"journal_size_limit = 67108864",
	)
}

func prepareReader(c *sqlite3.SQLiteConn) error {
	return pragmas(c,
		// A reader waits only while the log is recovered after a crash.
		"busy_timeout = 10000",
		// A second lock beside mode=ro.
		"query_only = ON",
		// 8 MB for each of a few readers.
		"cache_size = -8192",
	)
}

// update runs f in one transaction. ctx is asked before it begins and before it commits;
// in between, statements are short and run to their end, so that a cancelled run leaves
// whole transactions or none.
func (s *Store) update(ctx context.Context, f func(*sql.Tx) error) error {
	if s.write == nil {
		return fmt.Errorf("database %s is open for reading only", s.path)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	t, err := s.write.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return s.explain(err)
	}
	defer t.Rollback()
	if err := f(t); err != nil {
		return s.explain(err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.explain(t.Commit())
}
