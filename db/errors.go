package db

// SQLite says what failed; explain adds which file it is and what can be done.

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/mattn/go-sqlite3"
)

// An explained error is one of SQLite that names the file and a way out.
type explained struct{ error }

func (e explained) Unwrap() error { return e.error }

// explain turns an error of SQLite into one that names the file and a way out. Other
// errors, and those that were explained before, stay as they are.
func (s *Store) explain(err error) error {
	var e sqlite3.Error
	if errors.As(err, new(explained)) || !errors.As(err, &e) {
		return err
	}
	dir := filepath.Dir(s.path)
	switch e.Code {
	case sqlite3.ErrFull:
		return explained{fmt.Errorf("disk of %s is full: make room there and run the same command again, nothing stored so far is lost (%w)", s.path, err)}
	case sqlite3.ErrReadonly:
		return explained{fmt.Errorf("%s cannot be written: check the permissions of the file and of folder %s, or name another file with --db (%w)", s.path, dir, err)}
	case sqlite3.ErrCantOpen, sqlite3.ErrPerm:
		return explained{fmt.Errorf("%s cannot be opened: check the permissions of the file and that folder %s can be written, or name another file with --db (%w)", s.path, dir, err)}
	case sqlite3.ErrNotADB:
		return explained{fmt.Errorf("%s is no SQLite file: name another file with --db (%w)", s.path, err)}
	case sqlite3.ErrCorrupt:
		return explained{fmt.Errorf("%s is damaged: restore a copy of it, or save what can be read with sqlite3 %s .recover (%w)", s.path, s.path, err)}
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return explained{fmt.Errorf("%s is locked by another program: end that one or wait for it (%w)", s.path, err)}
	case sqlite3.ErrIoErr:
		return explained{fmt.Errorf("disk of %s cannot be read or written (%w)", s.path, err)}
	}
	return err
}
