package check

import (
	"bytes"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

const (
	dateTimeMin = float64(instant.Min)
	dateTimeMax = float64(instant.Max)
	time2Max    = float64(instant.Max2)
	dateMax     = float64(instant.Last)
)

// conversion is one conversion on its way: from e to the type, asked for by CAST or CONVERT or implied.
type conversion struct {
	e        *typed.Expr
	to       sqltype.Type
	form     form // of to
	at       token.Pos
	explicit bool
	style    *typed.Expr // of CONVERT; never nil
}

// implied converts e to a type as SQL Server does unasked.
func implied(e *typed.Expr, to sqltype.Type, at token.Pos) (*typed.Expr, error) {
	return conversion{e: e, to: to, at: at, style: number(0)}.run()
}

// allImplied converts all of a list.
func allImplied(list []*typed.Expr, to sqltype.Type, at token.Pos) ([]*typed.Expr, error) {
	return each(list, func(e *typed.Expr) (*typed.Expr, error) { return implied(e, to, at) })
}

// run makes the conversion.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#implicit-conversions
func (c conversion) run() (*typed.Expr, error) {
	if untyped(c.e) {
		return typed.Null(c.to), nil
	}
	e, err := c.base()
	if err != nil || c.form == plain {
		return e, err
	}
	return c.formed(e)
}

// base converts to the type, whatever its form.
func (c conversion) base() (*typed.Expr, error) {
	from := c.e.Type
	switch {
	case from == c.to:
		return c.e, nil
	case from.IsText():
		return c.fromText()
	case c.to.IsText():
		return c.toText()
	case isNumber(from) && isNumber(c.to):
		return c.numbers()
	case isTime(from) && isTime(c.to):
		return c.times()
	case from.Kind == sqltype.DateTime && isNumber(c.to):
		return c.dateTimeNumber()
	case c.to.Kind == sqltype.DateTime && isNumber(from):
		return c.numberDateTime()
	}
	return nil, c.clash()
}

func (c conversion) clash() error {
	if c.explicit {
		return sqlerror.New(529, c.at, "Explicit conversion from data type %s to %s is not allowed.", kindName(c.e.Type), kindName(c.to))
	}
	return clash(c.e.Type, c.to, c.at)
}

func clash(a, b sqltype.Type, at token.Pos) error {
	return sqlerror.New(206, at, "Operand type clash: %s is incompatible with %s", kindName(a), kindName(b))
}

func (c conversion) call(name string, args ...*typed.Expr) (*typed.Expr, error) {
	return call(c.at, name, c.to, append([]*typed.Expr{c.e}, args...)...)
}

// clashes reports whether a conversion fails because of its types alone, whatever the value.
func clashes(err error) bool {
	f, ok := err.(*sqlerror.Error)
	return !ok || f.Number == 206 || f.Number == 257 || f.Number == 529
}

// together converts expressions to the one type they take by precedence. Untyped NULLs take it over.
func together(at token.Pos, list ...*typed.Expr) ([]*typed.Expr, sqltype.Type, error) {
	t := sqltype.Type{}
	winner := 0
	for i, e := range list {
		if untyped(e) {
			continue
		}
		if precedence[e.Type.Kind] > precedence[t.Kind] {
			winner = i
		}
		if t.Kind == sqltype.Unknown {
			t = e.Type
			continue
		}
		t = merge(t, e.Type)
	}
	if t.Kind == sqltype.Unknown {
		t = intType
	}
	out := make([]*typed.Expr, len(list))
	for i, e := range list {
		converted, err := implied(e, t, at)
		if f, ok := err.(*sqlerror.Error); ok && f.Number == 206 && i > winner {
			err = clash(t, e.Type, at) // the message names the types in the order of the text
		}
		if err != nil {
			return nil, t, err
		}
		out[i] = converted
	}
	return out, t, nil
}

// comparable converts expressions to what SQLite compares as SQL Server does. Texts stay as they are, as a comparison has
// no use for a length, and so do numbers of one representation.
func comparable(at token.Pos, list ...*typed.Expr) ([]*typed.Expr, error) {
	texts, whole, exact, float := true, true, true, true
	for _, e := range list {
		null := untyped(e)
		texts = texts && (e.Type.IsText() || null)
		whole = whole && (isInt(e.Type) || null)
		exact = exact && (isInt(e.Type) || isExact(e.Type) || null)
		float = float && (isNumber(e.Type) || null)
	}
	for _, e := range list {
		if isOffset(e.Type) {
			return moments(at, list)
		}
	}
	switch {
	case texts || whole:
		return list, nil
	case exact:
		return alike(at, list, exactly)
	case float:
		return alike(at, list, func(at token.Pos, e *typed.Expr) (*typed.Expr, error) { return implied(e, floatType, at) })
	}
	out, _, err := together(at, list...)
	return out, err
}

func alike(at token.Pos, list []*typed.Expr, convert func(token.Pos, *typed.Expr) (*typed.Expr, error)) ([]*typed.Expr, error) {
	if whole, ok := wholes(list); ok {
		return whole, nil
	}
	return each(list, func(e *typed.Expr) (*typed.Expr, error) { return convert(at, e) })
}

// wholes are the expressions when all decimals among them are whole constants, which then are integers: a column of
// integers stays bare and finds its index.
func wholes(list []*typed.Expr) ([]*typed.Expr, bool) {
	out := make([]*typed.Expr, len(list))
	for i, e := range list {
		out[i] = e
		if isInt(e.Type) || untyped(e) {
			continue
		}
		key, ok := e.Value.([]byte)
		if !ok || e.Op != typed.Const || e.Param != "" {
			return nil, false
		}
		n, ok := exact.FromKey(key)
		if !ok {
			return nil, false
		}
		v, fits := n.Int64()
		if !fits || !bytes.Equal(exact.Int(v).Key(), key) {
			return nil, false
		}
		out[i] = number(v)
	}
	return out, true
}
