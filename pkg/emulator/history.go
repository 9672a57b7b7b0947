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
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// storeRevision is that of the form in which the engine keeps rows. A store of another revision is made anew.
const storeRevision = 2

// History is a generated contact centre in the store, which live mode can continue. It is safe for concurrent use.
type History struct {
	// Reused says that the store's file had it already.
	Reused bool
	// From is when the first conversation may have arrived.
	From time.Time

	emulator *Emulator
	print    string

	mutex   sync.Mutex
	options contactcenter.GeneratorOptions // To is the end of what was generated at first
	live    *contactcenter.Live            // made with the first step, as it has to recall the open conversations
	to      time.Time                      // end of the rows
	noted   bool                           // the note says so
	failed  bool                           // a step has failed: the rows are those of no moment
}

// note is the file beside a store that says what the store holds. While rows change it does not say what history that
// is, so that a store whose emulator was killed then is made anew.
type note struct {
	Form    string `json:"form"` // of tables and rows
	History *noted `json:"history,omitempty"`
}

// noted is a history in a note.
type noted struct {
	Fingerprint string    `json:"fingerprint"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
}

// catchUp is how much of the time since a store's end is added in one step, which is held in memory.
const catchUp = 6 * time.Hour

// Generate replaces all rows by a generated history. Where Options.Path names a store that ends with such a history, of
// the same options and the same version of the generator, it takes that one and adds what has happened since, which is
// much faster. The options' To is the end of the history either way, and their Days its length at least.
func (e *Emulator) Generate(ctx context.Context, options contactcenter.GeneratorOptions) (*History, error) {
	generator, err := contactcenter.NewGenerator(options)
	if err != nil {
		return nil, err
	}
	print := fingerprint(options.From, generator.Options())
	options = generator.Options()
	kept, known := e.keptHistory(print, options)
	if err := e.forget(); err != nil {
		return nil, err
	}
	h := &History{From: options.From, emulator: e, print: print, options: options, to: options.To}
	if known {
		h.Reused, h.From = true, kept.From
		h.options.From, h.options.To, h.to = kept.From, kept.To, kept.To
		for next := h.to.Add(catchUp); h.to.Before(options.To); next = next.Add(catchUp) {
			if next.After(options.To) {
				next = options.To
			}
			if err := h.Step(ctx, next); err != nil {
				return nil, err
			}
		}
	} else {
		if err := e.engine.Clear(ctx); err != nil {
			return nil, err
		}
		if err := generator.Load(ctx, e.engine); err != nil {
			return nil, err
		}
	}
	e.historyMutex.Lock()
	defer e.historyMutex.Unlock()
	e.history = h
	return h, h.note()
}

// fingerprint tells histories apart that have different rows at the same moment. from is when the history has to begin,
// zero when a number of days says it.
func fingerprint(from time.Time, options contactcenter.GeneratorOptions) string {
	location := options.Location.String()
	options.From, options.To, options.Location = from, time.Time{}, nil
	return digest(map[string]any{"generator": contactcenter.Revision, "options": options, "location": location})
}

// storeForm tells stores apart that cannot be read by one another's programs.
func storeForm() string {
	return digest(map[string]any{"revision": storeRevision, "schema": schema.Default()})
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
	text, err := json.Marshal(note{storeForm(), history})
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

// removeOutdated removes a store that another version of the program made, by its note. A file without a note is left
// to the engine, as it may be anything.
func (e *Emulator) removeOutdated() error {
	n := e.readNote()
	if e.options.Path == "" || n == nil {
		return nil
	}
	if _, err := os.Stat(e.options.Path); errors.Is(err, fs.ErrNotExist) {
		return e.writeNote(nil) // the store was removed, the note was not
	}
	if n.Form == storeForm() {
		return nil
	}
	for _, suffix := range []string{"", "-wal", "-shm"} { // SQLite's
		if err := os.Remove(e.options.Path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("store: %w", err)
		}
	}
	return nil
}

// keptHistory is what the store holds, if it is of that fingerprint and can be continued to the options' end.
func (e *Emulator) keptHistory(print string, options contactcenter.GeneratorOptions) (noted, bool) {
	n := e.readNote()
	if e.options.Path == "" || print == "" || n == nil || n.History == nil {
		return noted{}, false
	}
	h := *n.History
	// A store that ends before the wanted history begins is slower to continue than to make.
	return h, h.Fingerprint == print && !h.To.After(options.To) && !h.To.Before(options.From) && !h.From.After(options.From)
}

// forget has the note say nothing of a history, as rows are about to change.
func (e *Emulator) forget() error {
	e.historyMutex.Lock()
	e.history = nil
	e.historyMutex.Unlock()
	return e.writeNote(nil)
}

// note writes what the store holds, unless that is written already.
func (h *History) note() error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.noted || h.failed {
		return nil
	}
	if err := h.emulator.writeNote(&noted{h.print, h.From, h.to}); err != nil {
		return err
	}
	h.noted = true
	return nil
}

// To is the moment that the rows stand at.
func (h *History) To() time.Time {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.to
}

// Step brings the rows to a later moment; one that is not later changes nothing. After an error the rows may be those
// of no moment, and every further step fails.
func (h *History) Step(ctx context.Context, now time.Time) error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.failed {
		return errors.New("live contact centre: an earlier step has failed: start anew")
	}
	if !now.After(h.to) {
		return nil
	}
	if h.live == nil {
		generator, err := contactcenter.NewGenerator(h.options)
		if err != nil {
			return err
		}
		h.live = contactcenter.NewLive(generator, h.emulator.engine)
	}
	if h.noted {
		if err := h.emulator.writeNote(nil); err != nil {
			return err
		}
		h.noted = false
	}
	if err := h.live.Step(ctx, now); err != nil {
		h.failed = true
		return fmt.Errorf("live contact centre: %w", err)
	}
	h.to = h.live.Now()
	return nil
}

// Run steps to the clock's time at every tick, until the context ends, which is not an error. A step that has begun is
// finished, so that the store stays good for the next start.
func (h *History) Run(ctx context.Context, clock func() time.Time, ticks <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticks:
			if err := h.Step(context.WithoutCancel(ctx), clock()); err != nil {
				return err
			}
		}
	}
}
