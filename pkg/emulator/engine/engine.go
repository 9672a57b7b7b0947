package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/parse"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// Error is what a statement is refused or broken off with. Errors that are not of this type are the engine's own: a
// closed engine, a full disk, the context's.
type Error = sqlerror.Error

// Options are the settings of an engine. The zero value is ready to use.
type Options struct {
	Path         string           // file of the store; "" for a temporary one that Close deletes
	Clock        func() time.Time // what GETUTCDATE and its kin answer; nil for time.Now
	Binary       bool             // compare text by its bytes, as the collations of copies do; by default case is ignored
	Readers      int              // statements that run at the same time; 0 for twice the number of processors, at least 4
	Undocumented dialect.Set      // run what Dataverse's documentation is silent about; by default it is refused
	Limits       parse.Limits     // of a statement's text; the zero value for parse.DefaultLimits
}

// Engine answers T-SQL statements from a store. It is safe for concurrent use: statements see a consistent state of
// the store while writes go on.
type Engine struct {
	schema *schema.Schema
	system *schema.Schema
	opts   Options
	read   *sql.DB
	write  *sql.DB

	writing  sync.Mutex // held by the one write transaction
	ids      ids
	reserved int64  // the highest number of an id of the metadata
	folder   string // of a temporary store; "" when the caller named the file
}

// Open creates the tables of a schema, or opens the file that has them, and returns an engine over it.
func Open(s *schema.Schema, opts Options) (*Engine, error) {
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.Readers <= 0 {
		opts.Readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	if opts.Limits == (parse.Limits{}) {
		opts.Limits = parse.DefaultLimits
	}
	if err := valid(s); err != nil {
		return nil, fmt.Errorf("open engine: %w", err)
	}
	e := &Engine{schema: s, system: catalogue(), opts: opts}
	path := opts.Path
	if path == "" {
		folder, err := os.MkdirTemp("", "dataverse-")
		if err != nil {
			return nil, fmt.Errorf("open engine: create a folder for the temporary store: %w", err)
		}
		e.folder, path = folder, filepath.Join(folder, "store.db")
	}
	e.write = sql.OpenDB(connector{path: path, binary: opts.Binary})
	e.write.SetMaxOpenConns(1)
	e.read = sql.OpenDB(connector{path: path, binary: opts.Binary, readOnly: true, tables: e.readable()})
	e.read.SetMaxOpenConns(opts.Readers)
	e.read.SetMaxIdleConns(opts.Readers)
	if err := e.create(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("open engine: create the tables in the store: %w", err), e.Close())
	}
	return e, nil
}

// Close ends the engine and deletes a temporary store. Statements that still run are waited for.
func (e *Engine) Close() error {
	err := errors.Join(e.read.Close(), e.write.Close())
	if e.folder != "" {
		err = errors.Join(err, os.RemoveAll(e.folder))
	}
	if err != nil {
		return fmt.Errorf("close engine: %w", err)
	}
	return nil
}
