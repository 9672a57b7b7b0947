package storefile

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// lock keeps other emulators, of this process and of others, away from a store. It is SQLite's own lock, of an
// empty database <file>.lock beside the store: the system lifts it when a process ends, however it ends, and it is there
// on every platform. The file stays, as to remove it would let two have it.
type lock struct{ conn driver.Conn }

// take takes the lock of a store, or says that somebody has it.
func take(path string) (*lock, error) {
	file, err := filepath.EvalSymlinks(path) // one lock, whatever the file is called
	switch {
	case errors.Is(err, fs.ErrNotExist):
		file = path
	case err != nil:
		return nil, fmt.Errorf("store: %w", err)
	}
	if file, err = filepath.Abs(file); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(file) + ".lock"}
	if filepath.VolumeName(file) != "" { // C:/…
		name.Path = "/" + name.Path
	}
	conn, err := (&sqlite.Driver{}).Open(name.String())
	if err == nil {
		_, err = conn.(driver.ExecerContext).ExecContext(context.Background(), "PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE", nil)
	}
	if err == nil {
		return &lock{conn}, nil
	}
	if conn != nil {
		err = errors.Join(err, conn.Close())
	}
	if busy := new(sqlite.Error); errors.As(err, &busy) && busy.Code()&0xff == sqlite3.SQLITE_BUSY {
		return nil, fmt.Errorf("store: %s is in use by another emulator: stop that one, or name another file", path)
	}
	return nil, fmt.Errorf("store: lock %s.lock: %w", path, err)
}

func (l *lock) release() error { return l.conn.Close() }
