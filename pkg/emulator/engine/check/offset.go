package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// A datetimeoffset is no number, as other times are: it is compared by its instant and taken apart by its local time.

func isOffset(t sqltype.Type) bool { return t.Kind == sqltype.DateTimeOffset }

func offsetType(scale int) sqltype.Type {
	return sqltype.Type{Kind: sqltype.DateTimeOffset, Scale: scale}
}

// moment is e as a time whose order and distance are those of instants.
func moment(at token.Pos, e *typed.Expr) (*typed.Expr, error) {
	e, err := toTime(e, at)
	if err != nil || !isOffset(e.Type) {
		return e, err
	}
	return call(at, "dv_offset_utc", sqltype.Type{Kind: sqltype.DateTime2, Scale: e.Type.Scale}, e)
}

// clock is e as a time that has the parts of the clock where it was.
func clock(at token.Pos, e *typed.Expr) (*typed.Expr, error) {
	e, err := toTime(e, at)
	if err != nil || !isOffset(e.Type) {
		return e, err
	}
	return call(at, "dv_offset_local", sqltype.Type{Kind: sqltype.DateTime2, Scale: e.Type.Scale}, e)
}

// moments are times, some of which have offsets, to be compared.
func moments(at token.Pos, list []*typed.Expr) ([]*typed.Expr, error) {
	list, _, err := together(at, list...)
	if err != nil {
		return nil, err
	}
	for i, e := range list {
		if list[i], err = moment(at, e); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// toOffset converts a time or a text to datetimeoffset; what has no offset is UTC.
func (c conversion) toOffset() (*typed.Expr, error) {
	if isOffset(c.e.Type) {
		if c.e.Type.Scale <= c.to.Scale {
			return as(c.e, c.to), nil
		}
		local, err := clock(c.at, c.e)
		if err != nil {
			return nil, err
		}
		return c.withOffset(local, c.e)
	}
	return c.withOffset(c.e, nil)
}

// withOffset gives a local time the offset of another, or none.
func (c conversion) withOffset(local, like *typed.Expr) (*typed.Expr, error) {
	local, err := implied(local, sqltype.Type{Kind: sqltype.DateTime2, Scale: c.to.Scale}, c.at)
	if err != nil {
		return nil, err
	}
	minutes := number(0)
	if like != nil {
		if minutes, err = call(c.at, "dv_offset_minutes", bigintType, like); err != nil {
			return nil, err
		}
	}
	return call(c.at, "dv_offset", c.to, local, minutes)
}

// zone is the argument of a function that is an offset: a text +hh:mm or a number of minutes.
func zone(at token.Pos, name string, e *typed.Expr) (*typed.Expr, error) {
	function := constant(name, nvarchar(20))
	if e.Type.IsText() {
		return call(at, "dv_offset_argument", bigintType, e, function)
	}
	minutes, err := implied(e, intType, at)
	if err != nil {
		return nil, err
	}
	return call(at, "dv_offset_range", bigintType, minutes, function)
}

// switchOffset is SWITCHOFFSET: the same instant elsewhere.
// https://learn.microsoft.com/sql/t-sql/functions/switchoffset-transact-sql
func switchOffset(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	t := offsetType(7)
	if isTime(args[0].Type) {
		t.Scale = args[0].Type.Scale
	}
	e, err := implied(args[0], t, at)
	if err != nil {
		return nil, err
	}
	minutes, err := zone(at, "switchoffset", args[1])
	if err != nil {
		return nil, err
	}
	utc, err := moment(at, e)
	if err != nil {
		return nil, err
	}
	local := infix(utc, "+", times(minutes, 600_000_000), bigintType)
	return call(at, "dv_offset", t, local, minutes)
}

// toDateTimeOffset is TODATETIMEOFFSET: a local time, somewhere.
// https://learn.microsoft.com/sql/t-sql/functions/todatetimeoffset-transact-sql
func toDateTimeOffset(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	e, err := clock(at, args[0])
	if err != nil {
		return nil, err
	}
	t := sqltype.Type{Kind: sqltype.DateTime2, Scale: e.Type.Scale}
	if e.Type.Kind == sqltype.DateTime {
		t.Scale = 3
	}
	if e, err = implied(e, t, at); err != nil {
		return nil, err
	}
	minutes, err := zone(at, "todatetimeoffset", args[1])
	if err != nil {
		return nil, err
	}
	return call(at, "dv_offset", offsetType(t.Scale), e, minutes)
}

// offsetFromParts is DATETIMEOFFSETFROMPARTS.
func offsetFromParts(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	scale, known := args[9].Value.(int64)
	if !known || args[9].Op != typed.Const || scale < 0 || scale > 7 {
		return nil, sqlerror.New(10760, at, "Scale argument is not valid. Valid expressions for data type datetimeoffset scale argument are integer constants and integer constant expressions.")
	}
	local, err := fromClock(at, sqltype.Type{Kind: sqltype.DateTime2, Scale: int(scale)}, "datetimeoffset", number(scale), args[:7])
	if err != nil {
		return nil, err
	}
	parts, err := allImplied(args[7:9], intType, at)
	if err != nil {
		return nil, err
	}
	minutes, err := call(at, "dv_offset_parts", bigintType, parts...)
	if err != nil {
		return nil, err
	}
	return call(at, "dv_offset", offsetType(int(scale)), local, minutes)
}

// offsetOfMoved moves the local time of a datetimeoffset and gives it the offset again.
func offsetOfMoved(c *checker, at token.Pos, p part, n, e *typed.Expr, move func(*checker, token.Pos, part, []*typed.Expr) (*typed.Expr, error)) (*typed.Expr, error) {
	local, err := clock(at, e)
	if err != nil {
		return nil, err
	}
	args := []*typed.Expr{local}
	if n != nil {
		args = []*typed.Expr{n, local}
	}
	if local, err = move(c, at, p, args); err != nil {
		return nil, err
	}
	return conversion{to: e.Type, at: at}.withOffset(local, e)
}
