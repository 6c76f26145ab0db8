package db

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"tocsin/crawler"
)

// asNobody gives this thread, for files, the rights of a user that owns none. It does
// nothing where the test does not run as root and has no more rights than that anyway.
func asNobody(t *testing.T) (back func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		return func() {}
	}
	runtime.LockOSThread()
	const nobody = 65534
	set := func(uid uintptr) {
		// The system call is of the thread; syscall.Setfsuid would ask for all threads.
		syscall.RawSyscall(syscall.SYS_SETFSUID, uid, 0, 0)
	}
	set(nobody)
	return func() {
		set(0)
		runtime.UnlockOSThread()
	}
}

func TestReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	for d := dir; strings.HasPrefix(d, os.TempDir()+"/"); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "t.db")
	s := openAt(t, path)
	if _, err := s.SavePage(t.Context(), &crawler.Page{URL: "http://a.example/", Body: []byte("kept")}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o444, dir: 0o555} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(name, mode|0o200) })
	}

	back := asNobody(t)
	defer back()
	if _, err := os.Create(filepath.Join(dir, "x")); err == nil {
		back()
		t.Skip("the folder can be written all the same, by a right that this test cannot put away")
	}
	for name, path := range map[string]string{"a new file": filepath.Join(dir, "new.db"), "the file": path} {
		if s, err := Open(t.Context(), path, Options{}); err == nil {
			s.Close()
			t.Errorf("opened %s for writing", name)
		} else if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "permissions") {
			t.Errorf("%s: %v, want an error that names it and the permissions", name, err)
		}
	}
	// What can be read is read, as from a CD or a mounted release.
	r, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := r.Page(t.Context(), 1); err != nil || string(p.Body) != "kept" {
		t.Errorf("page %v, %v", p, err)
	}
	if _, err := r.Query(t.Context(), "SELECT count(*) FROM page", nil, QueryOptions{}); err != nil {
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}
