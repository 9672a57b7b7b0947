package check

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// The text functions. https://learn.microsoft.com/sql/t-sql/functions/string-functions-transact-sql

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// toText is e as text: itself, or as SQL Server converts a number or a date unasked.
func toText(e *typed.Expr, at token.Pos) (*typed.Expr, error) {
	if isText(e.Type) {
		return e, nil
	}
	return implied(e, nvarchar(4000), at)
}

// length is LEN: trailing blanks do not count. Characters beyond U+FFFF count once, as under a collation with _SC.
func length(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := toText(args[0], at)
	if err != nil {
		return nil, err
	}
	t := intType
	if x.Type.Length == sqltype.Max {
		t = bigintType
	}
	return native("length", t, native("rtrim", x.Type, x, constant(" ", nvarchar(1)))), nil
}

// sameText is a function from text to text of the same type.
func sameText(name string) func(*checker, token.Pos, []*typed.Expr) (*typed.Expr, error) {
	return func(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		x, err := toText(args[0], at)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(name, "dv_") {
			return call(at, name, x.Type, x)
		}
		return native(name, x.Type, x, constant(" ", nvarchar(1))), nil
	}
}

// cut is the type of a part of a text that is at most as long as n, when n is known.
func cut(t sqltype.Type, n *typed.Expr) sqltype.Type {
	if v, ok := n.Value.(int64); ok && n.Op == typed.Const && v > 0 && (t.Length == sqltype.Max || v < int64(t.Length)) && v <= 4000 {
		t.Length = int(v)
	}
	return t
}

func leftOrRight(name string) func(*checker, token.Pos, []*typed.Expr) (*typed.Expr, error) {
	return func(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		x, err := toText(args[0], at)
		if err != nil {
			return nil, err
		}
		n, err := implied(args[1], bigintType, at)
		if err != nil {
			return nil, err
		}
		return call(at, name, cut(x.Type, n), x, n)
	}
}

// substring is SUBSTRING. With a start and a length that are known and plain it is SQLite's own.
func substring(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x := args[0]
	if !isText(x.Type) && !untyped(x) {
		return nil, fault.New(8116, at.Line, at.Column, "Argument data type %s is invalid for argument 1 of substring function.", kindName(x.Type))
	}
	x, err := toText(x, at)
	if err != nil {
		return nil, err
	}
	start, err := implied(args[1], bigintType, at)
	if err != nil {
		return nil, err
	}
	count, err := implied(args[2], bigintType, at)
	if err != nil {
		return nil, err
	}
	t := cut(x.Type, count)
	from, known := start.Value.(int64)
	n, counted := count.Value.(int64)
	if known && counted && from >= 1 && n >= 0 && x.Op != typed.Const {
		return native("substr", t, x, start, count), nil
	}
	return call(at, "dv_substring", t, x, start, count)
}

func texts(at token.Pos, args []*typed.Expr) ([]*typed.Expr, error) {
	out := make([]*typed.Expr, len(args))
	for i, a := range args {
		x, err := toText(a, at)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}

func replace(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	list, err := texts(at, args)
	if err != nil {
		return nil, err
	}
	t := merge(merge(list[0].Type, list[1].Type), list[2].Type)
	if t.Length != sqltype.Max {
		t.Length = 4000
		if t.Kind == sqltype.VarChar {
			t.Length = 8000
		}
	}
	e, err := call(at, "dv_replace", t, list...)
	if err != nil || t.Length == sqltype.Max {
		return e, err
	}
	return call(at, "dv_left", t, e, number(int64(t.Length))) // a text that is not (max) is cut
}

func charIndex(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	list, err := texts(at, args[:2])
	if err != nil {
		return nil, err
	}
	start := number(1)
	if len(args) == 3 {
		if start, err = implied(args[2], bigintType, at); err != nil {
			return nil, err
		}
	}
	return call(at, "dv_charindex", intType, list[0], list[1], start)
}

// concatAll is CONCAT: NULL counts as ”.
func concatAll(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	list, err := texts(at, args)
	if err != nil {
		return nil, err
	}
	var all *typed.Expr
	for i, x := range list {
		if !isText(args[i].Type) {
			t := x.Type
			t.Length = 30
			x = as(x, t)
		}
		if x.Nullable {
			x = native("ifnull", x.Type, x, constant("", nvarchar(1)))
			x.Nullable = false
		}
		if all == nil {
			all = x
			continue
		}
		all = infix(all, "||", x, joined(all.Type, x.Type))
	}
	return all, nil
}
