package csvfile

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Source answers T-SQL, as an *engine.Engine does.
type Source interface {
	Query(ctx context.Context, text string, params []sqltype.Param) (*engine.Rows, error)
}

// Write writes every table to a file of a directory, which is made if it does not exist: all columns, the rows in the
// order of their keys. A file that is there is replaced at once, when all of its table is written. While rows change,
// the files may show different moments.
func Write(ctx context.Context, dir string, s *schema.Schema, source Source) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for i := range s.Tables {
		if err := writeTable(ctx, dir, &s.Tables[i], source); err != nil {
			return fmt.Errorf("export %s: %w", s.Tables[i].Name, err)
		}
	}
	return nil
}

func writeTable(ctx context.Context, dir string, t *schema.Table, source Source) (err error) {
	file, err := os.CreateTemp(dir, t.Name+".csv.*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // nothing is left after the renaming
	buffer := bufio.NewWriterSize(file, 1<<20)
	if err := errors.Join(writeRows(ctx, csv.NewWriter(buffer), t, source), buffer.Flush(), file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), filepath.Join(dir, t.Name+".csv"))
}

func writeRows(ctx context.Context, w *csv.Writer, t *schema.Table, source Source) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	if err := w.Write(names); err != nil {
		return err
	}
	rows, err := source.Query(ctx, fmt.Sprintf("SELECT [%s] FROM [%s] ORDER BY [%s]", strings.Join(names, "], ["), t.Name, t.Key), nil)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // its error is that of rows.Err
	cells := make([]string, len(names))
	for rows.Next() {
		for i, value := range rows.Row() {
			if cells[i], err = format(t.Columns[i].Type, value); err != nil {
				return fmt.Errorf("column %s: %w", names[i], err)
			}
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(rows.Err(), w.Error())
}
