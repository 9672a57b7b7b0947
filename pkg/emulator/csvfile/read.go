package csvfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// Error is what is wrong with a file. Line and Column count from 1, the column in bytes; both are 0 where it is the file
// as a whole.
type Error struct {
	File         string // path
	Line, Column int
	Problem      string // with the column's name, where it is about a value, and what to do
}

// Error is file:line:column: problem.
func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Problem)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
}

// Directory is a directory of files that have been checked from the first line to the last.
type Directory struct {
	files []file
	rows  int
}

// file is the file of a table.
type file struct {
	path  string
	table *schema.Table
}

// Store takes rows. Insert is one transaction.
type Store interface {
	Insert(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) error
}

// Read checks the files of a directory: their names, headers and every value, and that each key stands once. What a
// lookup points to need not exist, as rows of real environments may lack it too. The first thing that is wrong is the
// *Error returned. Rows are not kept in memory, only the keys of one table at a time.
func Read(ctx context.Context, dir string, s *schema.Schema) (*Directory, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("import: %w: give a directory of CSV files, such as an export writes", err)
	}
	d := &Directory{}
	for _, entry := range entries {
		name, isCSV := strings.CutSuffix(entry.Name(), ".csv")
		if entry.IsDir() || !isCSV {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		table, ok := s.Table(name)
		if !ok {
			return nil, &Error{File: path, Problem: fmt.Sprintf("there is no table %s: %s", name, oneOf("tables", name, tableNames(s)))}
		}
		if slices.ContainsFunc(d.files, func(other file) bool { return other.table == table }) {
			return nil, &Error{File: path, Problem: "another file of the directory is of the same table, in other letters: keep one"}
		}
		d.files = append(d.files, file{path, table})
	}
	if len(d.files) == 0 {
		return nil, fmt.Errorf("import: %s has no CSV files: give a directory with files such as %s.csv", dir, schema.SessionTable)
	}
	for _, f := range d.files {
		rows, err := f.check(ctx)
		if err != nil {
			return nil, err
		}
		d.rows += rows
	}
	return d, nil
}

// oneOf says which name was meant, or which there are.
func oneOf(what, name string, names []string) string {
	if closest, ok := spelling.Closest(name, names); ok {
		return "did you mean " + closest + "?"
	}
	return "the " + what + " are " + spelling.List(names, "and")
}

func tableNames(s *schema.Schema) []string {
	names := make([]string, len(s.Tables))
	for i, t := range s.Tables {
		names[i] = t.Name
	}
	return names
}

// Rows is the number of rows in all files.
func (d *Directory) Rows() int { return d.rows }

// Load inserts the rows, table by table. It fails halfway only where a file has changed since it was checked, the store
// has such keys already or cannot take more, or the context ends; empty the store then.
func (d *Directory) Load(ctx context.Context, store Store) error {
	for _, f := range d.files {
		reader, err := f.open()
		if err != nil {
			return err
		}
		err = store.Insert(ctx, f.table.Name, reader.names(), reader.allOrNone())
		if reader.err != nil {
			err = reader.err // the store only says that a row is missing
		} else if err != nil {
			err = fmt.Errorf("import %s: %w", f.path, err)
		}
		if err := errors.Join(err, reader.Close()); err != nil {
			return err
		}
	}
	return nil
}

// check reads a file to its end.
func (f file) check(ctx context.Context) (rows int, err error) {
	reader, err := f.open()
	if err != nil {
		return 0, err
	}
	defer reader.Close() //nolint:errcheck // it was only read
	var keys []uuid.UUID
	for row := range reader.all() {
		if rows++; rows%1024 == 0 && ctx.Err() != nil {
			return 0, fmt.Errorf("import %s: %w", f.path, ctx.Err())
		}
		keys = append(keys, row[reader.key].(uuid.UUID))
	}
	if reader.err != nil {
		return 0, reader.err
	}
	slices.SortFunc(keys, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	for i := 1; i < len(keys); i++ {
		if keys[i] == keys[i-1] {
			return 0, f.twice(keys[i])
		}
	}
	return rows, nil
}

// twice tells where a key stands the second time.
func (f file) twice(key uuid.UUID) error {
	reader, err := f.open()
	if err != nil {
		return err
	}
	defer reader.Close() //nolint:errcheck // it was only read
	first := 0
	for row := range reader.all() {
		if row[reader.key] != key {
			continue
		}
		line, column := reader.csv.FieldPos(reader.key)
		if first > 0 {
			return &Error{f.path, line, column, fmt.Sprintf("%s: the key %s stands in line %d already: a key belongs to one row", f.table.Key, key, first)}
		}
		first = line
	}
	return errors.Join(reader.err, &Error{File: f.path, Problem: "the file changes while it is read: try again"})
}

// reader reads the rows of a file.
type reader struct {
	file
	csv     *csv.Reader
	closer  io.Closer
	columns []*schema.Column
	key     int // which of the columns
	row     []any
	err     error // what ended all, or nil
}

func (r *reader) Close() error { return r.closer.Close() }

func (f file) open() (*reader, error) {
	opened, err := os.Open(f.path)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	r := &reader{file: f, closer: opened, key: -1}
	if err := r.header(opened); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return r, nil
}

// byteOrderMark is how some programs begin a file in UTF-8.
var byteOrderMark = []byte("\ufeff")

// header reads the names of the columns.
func (r *reader) header(content io.Reader) error {
	buffer := bufio.NewReaderSize(content, 1<<20)
	if begin, err := buffer.Peek(len(byteOrderMark)); err == nil && bytes.Equal(begin, byteOrderMark) {
		_, _ = buffer.Discard(len(byteOrderMark)) // they have just been seen
	}
	r.csv = csv.NewReader(buffer)
	r.csv.ReuseRecord = true
	names, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return &Error{r.path, 1, 1, "the file is empty: begin it with a line of column names"}
	}
	if err != nil {
		return r.broken(names, err)
	}
	for i, name := range names {
		column, ok := r.table.Column(name)
		if !ok {
			return r.wrong(i, r.unknown(name))
		}
		if slices.Contains(r.columns, column) {
			return r.wrong(i, column.Name+" stands twice: keep one")
		}
		if strings.EqualFold(column.Name, r.table.Key) {
			r.key = i
		}
		r.columns = append(r.columns, column)
	}
	for i := range r.table.Columns {
		if c := &r.table.Columns[i]; (c.NotNull || strings.EqualFold(c.Name, r.table.Key)) && !slices.Contains(r.columns, c) {
			return &Error{r.path, 1, 1, fmt.Sprintf("the column %s is missing: every row needs a value in it", c.Name)}
		}
	}
	r.row = make([]any, len(names))
	return nil
}

func (r *reader) unknown(name string) string {
	if base, ok := strings.CutSuffix(strings.ToLower(name), "name"); ok {
		if c, ok := r.table.Column(base); ok && (c.Options != nil || c.Target != "") {
			return fmt.Sprintf("%s follows from %s: leave it out", name, c.Name)
		}
	}
	names := make([]string, len(r.table.Columns))
	for i, c := range r.table.Columns {
		names[i] = c.Name
	}
	return fmt.Sprintf("%s has no column %s: %s", r.table.Name, spelling.Quote(name), oneOf("columns", name, names))
}

func (r *reader) names() []string {
	names := make([]string, len(r.columns))
	for i, c := range r.columns {
		names[i] = c.Name
	}
	return names
}

// all yields the rows; each is good until the next. What ends them early is err.
func (r *reader) all() iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for {
			record, err := r.csv.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				r.err = r.broken(record, err)
				return
			}
			for i, cell := range record {
				if r.row[i], err = r.value(i, cell); err != nil {
					r.err = err
					return
				}
			}
			if !yield(r.row) {
				return
			}
		}
	}
}

// allOrNone is all, with a row without values at the end when an error ended it, so that a store takes none.
func (r *reader) allOrNone() iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for row := range r.all() {
			if !yield(row) {
				return
			}
		}
		if r.err != nil {
			yield(nil)
		}
	}
}

func (r *reader) value(i int, cell string) (any, error) {
	column := r.columns[i]
	if cell == "" {
		if column.NotNull || i == r.key {
			return nil, r.wrong(i, column.Name+": the cell is empty, and every row needs a value here")
		}
		return nil, nil
	}
	value, err := parse(column.Type, cell)
	if err != nil {
		return nil, r.wrong(i, fmt.Sprintf("%s: %q %v", column.Name, shortened(cell), err))
	}
	return value, nil
}

// shortened is the beginning of a long cell.
func shortened(cell string) string {
	const most = 60
	if len(cell) <= most {
		return cell
	}
	return strings.ToValidUTF8(cell[:most], "") + "…"
}

// wrong is an error at a field of the record that was read last.
func (r *reader) wrong(field int, problem string) error {
	line, column := r.csv.FieldPos(field)
	return &Error{r.path, line, column, problem}
}

// broken is an error of package csv at a record, or one of the file system.
func (r *reader) broken(record []string, err error) error {
	var parse *csv.ParseError
	var system *fs.PathError
	switch {
	case errors.Is(err, csv.ErrFieldCount) && errors.As(err, &parse):
		odd := min(len(record)-1, len(r.columns)) // the first that is too many, or the last that is there
		return r.wrong(odd, fmt.Sprintf("the line has %d cells and the header %d: give as many, and quote those with a comma in them", len(record), len(r.columns)))
	case errors.Is(err, csv.ErrBareQuote) && errors.As(err, &parse):
		return &Error{r.path, parse.Line, parse.Column, `a quote in a cell that does not begin with one: put the cell in quotes, and write "" for a quote in it`}
	case errors.Is(err, csv.ErrQuote) && errors.As(err, &parse):
		return &Error{r.path, parse.Line, parse.Column, `a cell in quotes that does not end with one: write "" for a quote in it, and one quote at its end`}
	case errors.As(err, &parse):
		return &Error{r.path, parse.Line, parse.Column, parse.Err.Error()}
	case errors.As(err, &system):
		return fmt.Errorf("import: %w", err)
	}
	return fmt.Errorf("import %s: %w", r.path, err)
}
