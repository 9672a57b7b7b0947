package check

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/guid"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// bindParams turns parameters and variables into constants. Their values are known here, so a conversion of one is done
// once.
func (c *checker) bindParams() error {
	c.params = make(map[string]*typed.Expr, len(c.env.Params)+len(c.env.Variables))
	for _, p := range c.env.Params {
		if p.Value == nil && !c.env.Undocumented[dialect.NullParameters] {
			return sqlerror.RefusedBecause(token.Start, "The NULL parameter "+p.Name, "Write IS NULL into the text.")
		}
		if err := c.env.mayName(p.Type, token.Start, "A parameter of the type "+kindName(p.Type)); err != nil {
			return err
		}
		if err := c.bind(p); err != nil {
			return err
		}
	}
	for _, v := range c.env.Variables {
		if err := c.bind(v.Param); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) bind(p sqltype.Param) error {
	key := strings.ToLower(p.Name)
	e := &typed.Expr{Op: typed.Const, Type: p.Type, Nullable: p.Value == nil, Param: key}
	if p.Value != nil {
		value, ok := Stored(p.Type, p.Value)
		if !ok {
			return sqlerror.New(8057, token.Start, "Parameter %s: The supplied value is not a valid instance of data type %s.", p.Name, p.Type)
		}
		e.Value = value
		if n, whole := value.(int64); whole {
			e.Low, e.High = float64(n), float64(n)
		}
	}
	c.params[key] = e
	return nil
}

func (c *checker) param(n *ast.Param) (*typed.Expr, error) {
	e, ok := c.params[strings.ToLower(n.Name)]
	if !ok {
		return nil, sqlerror.New(137, n.At, `Must declare the scalar variable "%s".`, n.Name)
	}
	return e, nil
}

// Stored is the SQLite value of a value as sqltype.Kind documents it; ok is false when it is none of that type.
func Stored(t sqltype.Type, v any) (stored any, ok bool) {
	switch t.Kind {
	case sqltype.Bit:
		switch b := v.(type) {
		case bool:
			if b {
				return int64(1), true
			}
			return int64(0), true
		case int64:
			return b, b == 0 || b == 1
		}
	case sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt:
		n, ok := v.(int64)
		low, high := kindBounds(t.Kind)
		return n, ok && float64(n) >= low && float64(n) <= high
	case sqltype.Float:
		switch f := v.(type) {
		case float64:
			return f, true
		case int64:
			return float64(f), true
		}
	case sqltype.Decimal, sqltype.Money:
		if s, text := v.(string); text {
			return storedExact(t, s)
		}
	case sqltype.NVarChar, sqltype.VarChar:
		s, ok := v.(string)
		return s, ok
	case sqltype.UniqueIdentifier:
		if id, ok := v.(uuid.UUID); ok {
			return guid.Key(id), true
		}
	case sqltype.DateTime:
		if at, ok := v.(time.Time); ok {
			return second(instant.DateTime(at))
		}
	case sqltype.DateTime2:
		if at, ok := v.(time.Time); ok {
			return second(instant.DateTime2(at, t.Scale))
		}
	case sqltype.DateTimeOffset:
		if at, ok := v.(time.Time); ok {
			return storedOffset(t, at)
		}
	case sqltype.Date:
		if at, ok := v.(time.Time); ok {
			return second(instant.Date(at))
		}
	}
	return nil, false
}

func second(n int64, ok bool) (any, bool) { return n, ok }

// storedOffset is the key of a datetimeoffset.
func storedOffset(t sqltype.Type, at time.Time) (any, bool) {
	ticks, ok := instant.DateTime2(at, t.Scale)
	_, seconds := at.Zone()
	key := instant.OffsetKey(ticks, min(max(seconds/60, -instant.MostOffset), instant.MostOffset))
	_, _, fits := instant.FromOffsetKey(key)
	return key, ok && fits
}

// storedExact is the key of a decimal or of money, rounded to its scale.
func storedExact(t sqltype.Type, text string) (any, bool) {
	precision, scale := t.Precision, t.Scale
	if t.Kind == sqltype.Money {
		precision, scale = 19, 4
	}
	n, ok := exact.Parse(text)
	if !ok {
		return nil, false
	}
	n = n.Round(scale)
	return n.Key(), n.Fits(precision - scale)
}
