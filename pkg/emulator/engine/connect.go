package engine

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"modernc.org/sqlite"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/guid"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
)

// connector opens connections to the store's file.
type connector struct {
	path     string
	binary   bool
	readOnly bool
	tables   map[string]bool // what a read-only connection may read, in lower case
}

// sqliteDriver and binaryDriver are drivers of the engine's own: their functions and their collations are not seen by
// other users of SQLite in the process.
var (
	sqliteDriver = newDriver(scalar.Compare)
	binaryDriver = newDriver(scalar.CompareBinary)
)

func newDriver(collation func(a, b string) int) *sqlite.Driver {
	d := &sqlite.Driver{}
	d.MustRegisterCollationUtf8(lite.Collation, collation)
	for name, f := range scalar.Functions {
		d.MustRegisterDeterministicScalarFunction(name, int32(f.Args), called(f, false))
		d.MustRegisterDeterministicScalarFunction(scalar.Try+name, int32(f.Args), called(f, true))
	}
	for name, a := range scalar.Aggregates {
		d.MustRegisterFunction(name, &sqlite.FunctionImpl{NArgs: int32(a.Args), Deterministic: true, MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) {
			return &aggregate{a.Make()}, nil
		}})
	}
	d.MustRegisterFunction(lite.Pack, &sqlite.FunctionImpl{NArgs: -1, Deterministic: true, MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) {
		return &packing{}, nil
	}})
	if err := d.RegisterModule(lite.Rows, rowsModule{}); err != nil {
		panic(err) // the name is taken, which it is not
	}
	d.MustRegisterScalarFunction(scalar.NewID, 0, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		id, err := uuid.NewRandom()
		return guid.Key(id), err
	})
	// Not deterministic: SQLite would otherwise raise the error while it prepares the statement.
	d.MustRegisterScalarFunction(scalar.Raise, 2, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		number, _ := args[0].(int64)
		text, _ := args[1].(string)
		return nil, scalar.Throw(int32(number), text)
	})
	return d
}

// called is a function as SQLite calls it; try says that an error of the statement's is NULL.
func called(f scalar.Function, try bool) func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
	return func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		v, err := f.Answer(anyOf(args))
		if _, thrown := scalar.Thrown(err); thrown && try {
			return nil, nil
		}
		return v, err
	}
}

func anyOf(args []driver.Value) []any {
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a
	}
	return values
}

// aggregate hands a group's values to one of package scalar's aggregates.
type aggregate struct{ scalar.Gatherer }

// Step is part of sqlite.AggregateFunction, as are the other methods.
func (a *aggregate) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	if args[0] == nil {
		return nil
	}
	return a.Add(anyOf(args))
}

func (a *aggregate) WindowValue(*sqlite.FunctionContext) (driver.Value, error) { return a.Value(), nil }

func (a *aggregate) WindowInverse(*sqlite.FunctionContext, []driver.Value) error {
	return errors.New("the aggregate has no window")
}

func (a *aggregate) Final(*sqlite.FunctionContext) {}

// Driver is part of driver.Connector.
func (c connector) Driver() driver.Driver { return c.driver() }

func (c connector) driver() *sqlite.Driver {
	if c.binary {
		return binaryDriver
	}
	return sqliteDriver
}

// Connect is part of driver.Connector. A reader is safe three times over: the file is opened read-only, the connection
// is in query_only mode, and the authorizer lets nothing be compiled but SELECTs of the schema's tables.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	mode := "rwc"
	if c.readOnly {
		mode = "ro"
	}
	conn, err := c.driver().Open("file:" + (&url.URL{Path: c.path}).EscapedPath() + "?_txlock=immediate&mode=" + mode)
	if err != nil {
		return nil, err
	}
	if err := c.prepare(ctx, conn); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare a connection to the store: %w", err), conn.Close())
	}
	return conn, nil
}

// pragmas are the settings of every connection. Pages are large and mapped into memory: the store's searches are for
// random ids, so what counts is the number of pages that each of them looks at. What a statement sorts or holds back beyond a
// few megabytes goes to a temporary file: a product of tables has more rows than the memory room.
const pragmas = "PRAGMA busy_timeout = 10000; PRAGMA page_size = 16384; PRAGMA cache_size = -32768; PRAGMA temp_store = file; PRAGMA mmap_size = 17179869184; PRAGMA trusted_schema = 0; CREATE VIRTUAL TABLE temp." + lite.Rows + " USING " + lite.Rows + "; "

// prepare makes the connection's settings.
func (c connector) prepare(ctx context.Context, conn driver.Conn) error {
	exec, ok := conn.(driver.ExecerContext)
	if !ok {
		return errors.New("the SQLite driver runs no statements")
	}
	if !c.readOnly {
		// The store is made anew from its source after a crash of the machine: it need not wait for the disk.
		_, err := exec.ExecContext(ctx, pragmas+"PRAGMA journal_mode = wal; PRAGMA synchronous = off", nil)
		return err
	}
	if _, err := exec.ExecContext(ctx, pragmas+"PRAGMA query_only = 1", nil); err != nil {
		return err
	}
	guard, ok := conn.(sqlite.AuthorizerRegisterer)
	if !ok {
		return errors.New("the SQLite driver has no authorizer")
	}
	return guard.RegisterAuthorizer(c.authorize)
}

// authorize lets a reader compile SELECTs over the tables it may read, and no other thing.
func (c connector) authorize(action sqlite.AuthorizerActionCode, arg1, _, _, _ string) sqlite.AuthorizerReturnCode {
	switch action {
	case sqlite.AuthSelect, sqlite.AuthFunction:
		return sqlite.AuthorizerOK
	case sqlite.AuthRead:
		// A derived table that is counted without a column of it has its own alias as its name, or none.
		if c.tables[strings.ToLower(arg1)] || internal(arg1) {
			return sqlite.AuthorizerOK
		}
	case sqlite.AuthTransaction:
		return sqlite.AuthorizerOK // BEGIN and COMMIT of a reader's snapshot
	}
	return sqlite.AuthorizerDeny
}

// internal reports whether a name is one that package lite gives a derived table.
func internal(name string) bool {
	if name == "" || name == "r" || name == lite.Rows {
		return true
	}
	return name[0] == 't' && strings.Trim(name[1:], "0123456789") == ""
}
