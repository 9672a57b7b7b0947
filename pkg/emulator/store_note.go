package emulator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
)

// note is the file beside a store that says what the store holds. While rows change it does not say what history that
// is, so that a store whose emulator was killed then is made anew.
type note struct {
	Form    string `json:"form"` // see storeForm
	History *noted `json:"history,omitempty"`
}

// noted is a history in a note.
type noted struct {
	Fingerprint string    `json:"fingerprint"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	Sample      string    `json:"sample"`
}

// fingerprint tells histories apart that have different rows at the same moment. from is when the history has to begin,
// zero when a number of days says it.
func fingerprint(from time.Time, options contactcenter.GeneratorOptions) string {
	location := options.Location.String()
	options.From, options.To, options.Location = from, time.Time{}, nil
	return digest(map[string]any{"options": options, "location": location})
}

// sample tells generators apart that make other rows of the same options: the one that made a store may have been another
// version's.
func sample(options contactcenter.GeneratorOptions, from, to time.Time) (string, error) {
	options.From, options.To = from, to
	generator, err := contactcenter.NewGenerator(options)
	if err != nil {
		return "", err
	}
	return generator.Digest(), nil
}

func digest(content map[string]any) string {
	text, err := json.Marshal(content)
	if err != nil {
		return "" // nothing matches it; but all of this can be marshalled
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func (e *Emulator) notePath() string { return e.options.Path + ".note.json" }

// readNote returns the note beside the store, or nil.
func (e *Emulator) readNote() *note {
	var n note
	if text, err := os.ReadFile(e.notePath()); err != nil || json.Unmarshal(text, &n) != nil {
		return nil
	}
	return &n
}

// writeNote replaces the note at once.
func (e *Emulator) writeNote(history *noted) error {
	if e.options.Path == "" {
		return nil
	}
	text, err := json.Marshal(note{e.form, history})
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	next := e.notePath() + ".next"
	if err := os.WriteFile(next, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := os.Rename(next, e.notePath()); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// takeStore keeps others away from the store's file, and sees to it that the engine can open it.
func (e *Emulator) takeStore() (err error) {
	if e.options.Path == "" {
		return nil
	}
	if e.lock, err = lockStore(e.options.Path); err != nil {
		return err
	}
	if e.form, err = storeForm(context.Background(), e.options.Profile.schema()); err != nil {
		return err
	}
	return e.removeOutdated()
}

// removeOutdated removes a store that another version of the program made, by its note. A file without a note is left
// to the engine, as it may be anything.
func (e *Emulator) removeOutdated() error {
	n := e.readNote()
	if n == nil {
		return nil
	}
	if _, err := os.Stat(e.options.Path); errors.Is(err, fs.ErrNotExist) {
		return e.writeNote(nil) // the store was removed, the note was not
	}
	if n.Form == e.form {
		return nil
	}
	for _, suffix := range []string{"", "-wal", "-shm"} { // SQLite's
		if err := os.Remove(e.options.Path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("store: %w", err)
		}
	}
	return e.writeNote(nil) // what it says of a history is of the store that is gone
}

// keptHistory is what the store holds, if it is of that fingerprint and can be continued to the options' end.
func (e *Emulator) keptHistory(print string, options contactcenter.GeneratorOptions) (noted, bool) {
	n := e.readNote()
	if e.options.Path == "" || print == "" || n == nil || n.History == nil {
		return noted{}, false
	}
	h := *n.History
	// A store that ends before the wanted history begins is slower to continue than to make.
	if h.Fingerprint != print || h.To.After(options.To) || h.To.Before(options.From) || h.From.After(options.From) {
		return noted{}, false
	}
	now, err := sample(options, h.From, h.To)
	return h, err == nil && now == h.Sample
}

// forget has the note say nothing of a history, as rows are about to change.
func (e *Emulator) forget() error {
	e.historyMutex.Lock()
	e.history = nil
	e.historyMutex.Unlock()
	return e.writeNote(nil)
}
