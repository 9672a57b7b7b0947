package emulator

import (
	"context"
	"errors"
	"fmt"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/csvfile"
	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// Loader fills a store: a *contactcenter.Dataset or a *contactcenter.Generator.
type Loader interface {
	Load(ctx context.Context, store contactcenter.Store) error
}

var (
	_ Loader                  = (*contactcenter.Dataset)(nil)
	_ Loader                  = (*contactcenter.Generator)(nil)
	_ contactcenter.LiveStore = (*engine.Engine)(nil)
)

// Store is where the rows are, for tests that change them. A history that the store held is then no longer known.
func (e *Emulator) Store() contactcenter.LiveStore {
	if err := e.forget(); err != nil {
		e.options.Logger.Error("The note beside the store cannot be removed: remove the store before the next start", "error", err)
	}
	return e.store
}

// Load adds rows.
func (e *Emulator) Load(ctx context.Context, data Loader) error {
	if err := e.forget(); err != nil {
		return err
	}
	return data.Load(ctx, e.store)
}

// Reset replaces all rows, and forgets the statements and counters. With nil data the tables are empty.
func (e *Emulator) Reset(ctx context.Context, data *contactcenter.Dataset) error {
	if err := e.forget(); err != nil {
		return err
	}
	if err := e.engine.Clear(ctx); err != nil {
		return fmt.Errorf("empty the tables: %w", err)
	}
	e.log.clear()
	if data == nil {
		return nil
	}
	return data.Load(ctx, e.store)
}

// Import replaces all rows by those of a directory of CSV files, see package csvfile, and returns their number. All
// files are checked before a row is touched. When loading fails all the same, the tables are empty.
func (e *Emulator) Import(ctx context.Context, dir string) (rows int, err error) {
	directory, err := csvfile.Read(ctx, dir, schema.Default())
	if err != nil {
		return 0, err
	}
	if err := e.forget(); err != nil {
		return 0, err
	}
	if err := e.engine.Clear(ctx); err != nil {
		return 0, err
	}
	if err := directory.Load(ctx, e.store); err != nil {
		return 0, errors.Join(err, e.engine.Clear(context.WithoutCancel(ctx)))
	}
	return directory.Rows(), nil
}

// Export writes all tables to a directory of CSV files, see package csvfile. Those of a copy it refuses, as Import takes
// Dataverse's own.
func (e *Emulator) Export(ctx context.Context, dir string) error {
	if e.options.Profile.isCopy() {
		return errors.New("export: only Dataverse's own tables can be exported: leave the profile out")
	}
	return csvfile.Write(ctx, dir, schema.Default(), e.engine)
}
