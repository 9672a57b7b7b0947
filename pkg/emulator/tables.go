package emulator

import (
	"context"
	"errors"

	"github.com/dataverse-tally/tally/pkg/emulator/csvfile"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

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
	if err := directory.Load(ctx, e.engine); err != nil {
		return 0, errors.Join(err, e.engine.Clear(context.WithoutCancel(ctx)))
	}
	return directory.Rows(), nil
}

// Export writes all tables to a directory of CSV files, see package csvfile.
func (e *Emulator) Export(ctx context.Context, dir string) error {
	return csvfile.Write(ctx, dir, schema.Default(), e.engine)
}
