package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// form tells types apart that are one to the rest of the engine, as they are to package wire: char is a varchar that is
// filled up, real a float of 32 bits, smalldatetime a datetime of whole minutes, smallmoney money of a smaller range.
type form uint8

const (
	plain form = iota
	filled
	short
	minutes
	small
)

// Target is the type of a variable, or one that a CAST names.
type Target struct {
	Type sqltype.Type
	form form
}

// TypeOf is the type that a statement names.
func TypeOf(n ast.Type, env Env) (Target, error) { return typeOf(n, env) }

// formed is a value of the type in its form.
func (c conversion) formed(e *typed.Expr) (*typed.Expr, error) {
	switch c.form {
	case filled:
		return call(c.at, "dv_fill", c.to, e, number(int64(c.to.Length)))
	case short:
		return call(c.at, "dv_real", c.to, e)
	case minutes:
		return call(c.at, "dv_minutes", c.to, e, typeName(c.e.Type))
	case small:
		return call(c.at, "dv_exact", c.to, e, number(10), number(4), typeName(c.e.Type), constant("smallmoney", nvarchar(20)))
	}
	return e, nil
}
