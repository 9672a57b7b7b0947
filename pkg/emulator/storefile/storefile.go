// Package storefile keeps the file of a store from one start of an emulator to the next: it is used by one emulator at a
// time, it is removed when another version of the program made it, and a note beside it says what history it holds.
package storefile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// File is the file of a store that has been taken. A nil File is that of a store without a name, which nobody else knows
// and nobody opens again.
type File struct {
	path string
	form string
	lock *lock
}

// note is the file beside a store that says what the store holds. While rows change it does not say what history that
// is, so that a store whose emulator was killed then is made anew.
type note struct {
	Form    string   `json:"form"` // see formOf
	History *History `json:"history,omitempty"`
}

// History is what a note says of a generated history.
type History struct {
	Fingerprint string    `json:"fingerprint"` // of its settings
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	Sample      string    `json:"sample"` // of its rows
}

// Take keeps others away from a store's file, and sees to it that an engine with that schema can open it.
func Take(ctx context.Context, path string, s *schema.Schema) (*File, error) {
	lock, err := take(path)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, lock: lock}
	if f.form, err = formOf(ctx, s); err == nil {
		err = f.removeOutdated()
	}
	if err != nil {
		return nil, errors.Join(err, f.Release())
	}
	return f, nil
}

// Release leaves the file to others.
func (f *File) Release() error {
	if f == nil {
		return nil
	}
	return f.lock.release()
}

// removeOutdated removes a store that another version of the program made, by its note. A file without a note is left
// to the engine, as it may be anything.
func (f *File) removeOutdated() error {
	n := f.read()
	if n == nil {
		return nil
	}
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		return f.Note(nil) // the store was removed, the note was not
	}
	if n.Form == f.form {
		return nil
	}
	for _, suffix := range []string{"", "-wal", "-shm"} { // SQLite's
		if err := os.Remove(f.path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("store: %w", err)
		}
	}
	return f.Note(nil) // what it says of a history is of the store that is gone
}

// History is what the note says, or nil.
func (f *File) History() *History {
	if f == nil {
		return nil
	}
	n := f.read()
	if n == nil {
		return nil
	}
	return n.History
}

// Note replaces the note at once. A nil history says nothing of one.
func (f *File) Note(history *History) error {
	if f == nil {
		return nil
	}
	text, err := json.Marshal(note{f.form, history})
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	next := f.notePath() + ".next"
	if err := os.WriteFile(next, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := os.Rename(next, f.notePath()); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// read returns the note beside the store, or nil.
func (f *File) read() *note {
	var n note
	if text, err := os.ReadFile(f.notePath()); err != nil || json.Unmarshal(text, &n) != nil {
		return nil
	}
	return &n
}

func (f *File) notePath() string { return f.path + ".note.json" }
