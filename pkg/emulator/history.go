package emulator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/storefile"
)

// History is a generated contact center in the store, which live mode can continue. It is safe for concurrent use.
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
	last    storefile.History              // what the note said last
	failed  bool                           // a step has failed: the rows are those of no moment
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
	kept, known := e.kept(print, options)
	if err := e.forget(); err != nil {
		return nil, err
	}
	h := &History{From: options.From, emulator: e, print: print, options: options, to: options.To}
	if known {
		h.Reused, h.From, h.last = true, kept.From, kept
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
		if err := generator.Load(ctx, e.store); err != nil {
			return nil, err
		}
	}
	e.historyMutex.Lock()
	defer e.historyMutex.Unlock()
	e.history = h
	return h, h.note()
}

// note writes what the store holds, unless that is written already.
func (h *History) note() error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.noted || h.failed {
		return nil
	}
	if h.last.Sample == "" || !h.last.To.Equal(h.to) {
		sample, err := sample(h.options, h.From, h.to)
		if err != nil {
			return err
		}
		h.last = storefile.History{Fingerprint: h.print, From: h.From, To: h.to, Sample: sample}
	}
	if err := h.emulator.file.Note(&h.last); err != nil {
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
		return errors.New("live contact center: an earlier step has failed: start anew")
	}
	if !now.After(h.to) {
		return nil
	}
	if h.live == nil {
		generator, err := contactcenter.NewGenerator(h.options)
		if err != nil {
			return err
		}
		h.live = contactcenter.NewLive(generator, h.emulator.store)
	}
	if h.noted {
		if err := h.emulator.file.Note(nil); err != nil {
			return err
		}
		h.noted = false
	}
	if err := h.live.Step(ctx, now); err != nil {
		h.failed = true
		return fmt.Errorf("live contact center: %w", err)
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

// kept is the history that the store's file has, if it is of that fingerprint and can be continued to the options' end.
func (e *Emulator) kept(print string, options contactcenter.GeneratorOptions) (h storefile.History, ok bool) {
	noted := e.file.History()
	if noted == nil || print == "" {
		return h, false
	}
	h = *noted
	// A store that ends before the wanted history begins is slower to continue than to make.
	if h.Fingerprint != print || h.To.After(options.To) || h.To.Before(options.From) || h.From.After(options.From) {
		return h, false
	}
	now, err := sample(options, h.From, h.To)
	return h, err == nil && now == h.Sample
}

// forget has the note say nothing of a history, as rows are about to change.
func (e *Emulator) forget() error {
	e.historyMutex.Lock()
	e.history = nil
	e.historyMutex.Unlock()
	return e.file.Note(nil)
}
