package engine

import (
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"modernc.org/sqlite"
	"modernc.org/sqlite/vtab"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
)

// SQLite lets no query of a FROM look at its neighbours, which APPLY is about, but it lets the argument of a table-valued
// function. So such a query is packed into one value by an aggregate, lite.Pack, and unpacked by a table, lite.Rows.

// mostPacked bounds the bytes of a packed result.
const mostPacked = 1 << 24

// packing is the aggregate: it writes its arguments one after another.
type packing struct{ bytes []byte }

// The kinds of packed values.
const (
	packedNull = iota
	packedInt
	packedFloat
	packedText
	packedBlob
)

// Step is part of sqlite.AggregateFunction, as are the other methods.
func (p *packing) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	if p.bytes == nil {
		p.bytes = binary.AppendUvarint(nil, uint64(len(args)))
	}
	for _, a := range args {
		switch v := a.(type) {
		case nil:
			p.bytes = append(p.bytes, packedNull)
		case int64:
			p.bytes = binary.AppendVarint(append(p.bytes, packedInt), v)
		case float64:
			p.bytes = binary.LittleEndian.AppendUint64(append(p.bytes, packedFloat), math.Float64bits(v))
		case string:
			p.bytes = append(binary.AppendUvarint(append(p.bytes, packedText), uint64(len(v))), v...)
		case []byte:
			p.bytes = append(binary.AppendUvarint(append(p.bytes, packedBlob), uint64(len(v))), v...)
		default:
			return fmt.Errorf("pack a %T", a)
		}
	}
	if len(p.bytes) > mostPacked {
		return scalar.Throw(8623, "The query processor ran out of internal resources and could not produce a query plan.")
	}
	return nil
}

func (p *packing) WindowValue(*sqlite.FunctionContext) (driver.Value, error) { return p.bytes, nil }

func (p *packing) WindowInverse(*sqlite.FunctionContext, []driver.Value) error {
	return errors.New("the aggregate has no window")
}

func (p *packing) Final(*sqlite.FunctionContext) {}

var errPacked = errors.New("the packed rows of an APPLY are damaged")

// unpack reads the rows that packing wrote.
func unpack(b []byte) (rows [][]driver.Value, err error) {
	if len(b) == 0 {
		return nil, nil
	}
	width, n := binary.Uvarint(b)
	if n <= 0 || width == 0 || width > lite.RowsColumns {
		return nil, errPacked
	}
	b = b[n:]
	for len(b) > 0 {
		row := make([]driver.Value, width)
		for i := range row {
			if row[i], b, err = unpackValue(b); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func unpackValue(b []byte) (v driver.Value, rest []byte, err error) {
	if len(b) == 0 {
		return nil, nil, errPacked
	}
	kind, b := b[0], b[1:]
	switch kind {
	case packedNull:
		return nil, b, nil
	case packedInt:
		i, n := binary.Varint(b)
		if n <= 0 {
			return nil, nil, errPacked
		}
		return i, b[n:], nil
	case packedFloat:
		if len(b) < 8 {
			return nil, nil, errPacked
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), b[8:], nil
	}
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) || kind > packedBlob {
		return nil, nil, errPacked
	}
	body := b[n : n+int(size)]
	if kind == packedText {
		return string(body), b[n+int(size):], nil
	}
	return append([]byte{}, body...), b[n+int(size):], nil
}

// rowsModule is the table of unpacked rows: columns c1, c2, … and the packed value, which it takes as its argument.
type rowsModule struct{}

// Create is part of vtab.Module, as are the other methods of the interfaces of package vtab.
func (rowsModule) Create(ctx vtab.Context, args []string) (vtab.Table, error) {
	return rowsModule{}.Connect(ctx, args)
}

func (rowsModule) Connect(ctx vtab.Context, _ []string) (vtab.Table, error) {
	var b strings.Builder
	b.WriteString("CREATE TABLE x (")
	for i := range lite.RowsColumns {
		fmt.Fprintf(&b, "c%d, ", i+1)
	}
	b.WriteString("packed HIDDEN)")
	return rowsTable{}, ctx.Declare(b.String())
}

type rowsTable struct{}

func (rowsTable) BestIndex(info *vtab.IndexInfo) error {
	for i := range info.Constraints {
		c := &info.Constraints[i]
		if c.Column == lite.RowsColumns && c.Op == vtab.OpEQ && c.Usable {
			c.ArgIndex, c.Omit = 0, true
			info.IdxNum, info.EstimatedCost, info.EstimatedRows = 1, 1, 10
			return nil
		}
	}
	info.EstimatedCost = 1e12 // without its argument it has no rows
	return nil
}

func (rowsTable) Open() (vtab.Cursor, error) { return &rowsCursor{}, nil }
func (rowsTable) Disconnect() error          { return nil }
func (rowsTable) Destroy() error             { return nil }

type rowsCursor struct {
	rows [][]driver.Value
	at   int
}

func (c *rowsCursor) Filter(number int, _ string, values []vtab.Value) (err error) {
	c.rows, c.at = nil, 0
	if number == 1 && len(values) == 1 {
		packed, _ := values[0].([]byte)
		c.rows, err = unpack(packed)
	}
	return err
}

func (c *rowsCursor) Next() error           { c.at++; return nil }
func (c *rowsCursor) Eof() bool             { return c.at >= len(c.rows) }
func (c *rowsCursor) Rowid() (int64, error) { return int64(c.at), nil }
func (c *rowsCursor) Close() error          { return nil }

func (c *rowsCursor) Column(i int) (vtab.Value, error) {
	if c.at >= len(c.rows) || i >= len(c.rows[c.at]) {
		return nil, nil
	}
	return c.rows[c.at][i], nil
}
