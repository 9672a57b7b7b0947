package engine

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/url"
	"strings"

	"modernc.org/sqlite"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
)

// connector opens connections to the store's file.
type connector struct {
	path     string
	readOnly bool
	tables   map[string]bool // what a read-only connection may read, in lower case
}

// sqliteDriver is a driver of the engine's own: its functions and its collation are not seen by other users of SQLite in
// the process.
var sqliteDriver = newDriver()

func newDriver() *sqlite.Driver {
	d := &sqlite.Driver{}
	d.MustRegisterCollationUtf8(lite.Collation, scalar.Compare)
	for name, f := range scalar.Functions {
		d.MustRegisterDeterministicScalarFunction(name, int32(f.Args), func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			values := make([]any, len(args))
			for i, a := range args {
				if a == nil {
					return nil, nil
				}
				values[i] = a
			}
			return f.Call(values)
		})
	}
	// Not deterministic: SQLite would otherwise raise the error while it prepares the statement.
	d.MustRegisterScalarFunction(scalar.Raise, 2, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		number, _ := args[0].(int64)
		text, _ := args[1].(string)
		return nil, scalar.Throw(int32(number), text)
	})
	return d
}

// Driver is part of driver.Connector.
func (c connector) Driver() driver.Driver { return sqliteDriver }

// Connect is part of driver.Connector. A reader is safe three times over: the file is opened read-only, the connection
// is in query_only mode, and the authorizer lets nothing be compiled but SELECTs of the schema's tables.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q := url.Values{}
	pragmas := []string{"busy_timeout(10000)", "cache_size(-32768)", "temp_store(memory)", "mmap_size(268435456)", "trusted_schema(0)"}
	if c.readOnly {
		q.Set("mode", "ro")
		pragmas = append(pragmas, "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
		pragmas = append(pragmas, "journal_mode(wal)", "synchronous(off)")
	}
	q["_pragma"] = pragmas
	conn, err := sqliteDriver.Open("file:" + (&url.URL{Path: c.path}).EscapedPath() + "?" + q.Encode())
	if err != nil || !c.readOnly {
		return conn, err
	}
	guard, ok := conn.(sqlite.AuthorizerRegisterer)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver has no authorizer")
	}
	if err := guard.RegisterAuthorizer(c.authorize); err != nil {
		return nil, fmt.Errorf("guard the connection: %w", err)
	}
	return conn, nil
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
	if name == "" || name == "r" {
		return true
	}
	return name[0] == 't' && strings.Trim(name[1:], "0123456789") == ""
}
