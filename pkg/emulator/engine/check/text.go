package check

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// The text functions. https://learn.microsoft.com/sql/t-sql/functions/string-functions-transact-sql

// textual are the functions of texts.
func textual() map[string]function {
	return map[string]function{
		"LEN": {1, 1, length}, "LOWER": {1, 1, lower}, "UPPER": {1, 1, sameText("dv_upper")},
		"LTRIM": {1, 2, trimmed("ltrim")}, "RTRIM": {1, 2, trimmed("rtrim")}, "TRIM": {1, 2, trim},
		"LEFT": {2, 2, leftOrRight("dv_left")}, "RIGHT": {2, 2, leftOrRight("dv_right")}, "SUBSTRING": {3, 3, substring},
		"REPLACE": {3, 3, replace}, "CHARINDEX": {2, 3, charIndex}, "PATINDEX": {2, 2, patIndex}, "CONCAT": {2, 254, concatAll},
		"CONCAT_WS": {3, 254, concatWith}, "STUFF": {4, 4, stuff}, "REVERSE": {1, 1, sameText("dv_reverse")},
		"REPLICATE": {2, 2, replicate}, "SPACE": {1, 1, space}, "TRANSLATE": {3, 3, translate}, "QUOTENAME": {1, 2, quoteName},
		"STRING_ESCAPE": {2, 2, escapeText}, "ASCII": {1, 1, ofText("dv_ascii", intType)}, "UNICODE": {1, 1, ofText("dv_unicode", intType)},
		"CHAR": {1, 1, ofNumber("dv_char", sqltype.Type{Kind: sqltype.VarChar, Length: 1})}, "NCHAR": {1, 1, ofNumber("dv_nchar", nvarchar(1))},
		"SOUNDEX": {1, 1, ofText("dv_soundex", sqltype.Type{Kind: sqltype.VarChar, Length: 4})}, "DIFFERENCE": {2, 2, ofText("dv_difference", intType)},
	}
}

// FoldASCII is SQLite's own lower case, which knows ASCII alone. Indexes can be on it.
const FoldASCII = "lower"

// lower is LOWER.
func lower(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if e := args[0]; e.Op == typed.Ref && e.Source.Table != nil {
		if column, ok := e.Source.Table.Column(e.Text); ok && column.ASCII {
			return native(FoldASCII, e.Type, e), nil
		}
	}
	return sameText("dv_lower")(c, at, args)
}

// toText is e as text: itself, or as SQL Server converts a number or a date unasked.
func toText(e *typed.Expr, at token.Pos) (*typed.Expr, error) {
	if e.Type.IsText() {
		return e, nil
	}
	t := sqltype.Type{Kind: sqltype.VarChar, Length: 8000}
	if untyped(e) {
		t.Length = 1
	}
	return implied(e, t, at)
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
func sameText(name string) builtin {
	return func(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		x, err := toText(args[0], at)
		if err != nil {
			return nil, err
		}
		return call(at, name, x.Type, x)
	}
}

// trimmed is LTRIM or RTRIM, of blanks or of other characters.
func trimmed(name string) builtin {
	return func(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		if len(args) == 2 && name != "trim" && !c.env.Undocumented[dialect.TrimCharacters] {
			return nil, sqlerror.Refused(at, strings.ToUpper(name)+" of other characters than blanks")
		}
		list, err := texts(at, args)
		if err != nil {
			return nil, err
		}
		if len(list) == 1 {
			list = append(list, constant(" ", nvarchar(1)))
		}
		return native(name, list[0].Type, list...), nil
	}
}

// trim is TRIM([characters FROM] text).
func trim(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if len(args) == 2 {
		args = []*typed.Expr{args[1], args[0]}
	}
	return trimmed("trim")(c, at, args)
}

// cut is the type of a part of a text that is at most as long as n, when n is known.
func cut(t sqltype.Type, n *typed.Expr) sqltype.Type {
	if v, ok := n.Value.(int64); ok && n.Op == typed.Const && v > 0 && (t.Length == sqltype.Max || v < int64(t.Length)) && v <= 4000 {
		t.Length = int(v)
	}
	return t
}

func leftOrRight(name string) builtin {
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
	if !x.Type.IsText() && !untyped(x) {
		return nil, sqlerror.New(8116, at, "Argument data type %s is invalid for argument 1 of substring function.", kindName(x.Type))
	}
	x, err := toText(x, at)
	if err != nil {
		return nil, err
	}
	span, err := allImplied(args[1:], bigintType, at)
	if err != nil {
		return nil, err
	}
	start, count := span[0], span[1]
	t := cut(x.Type, count)
	from, known := start.Value.(int64)
	n, counted := count.Value.(int64)
	if known && counted && from >= 1 && n >= 0 && x.Op != typed.Const {
		return native("substr", t, x, start, count), nil
	}
	return call(at, "dv_substring", t, x, start, count)
}

func texts(at token.Pos, args []*typed.Expr) ([]*typed.Expr, error) {
	return each(args, func(a *typed.Expr) (*typed.Expr, error) { return toText(a, at) })
}

func replace(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	list, err := texts(at, args)
	if err != nil {
		return nil, err
	}
	return grown(at, "dv_replace", merge(merge(list[0].Type, list[1].Type), list[2].Type), list...)
}

// grown is a function whose text may be as long as its type can be, and is cut there.
func grown(at token.Pos, name string, t sqltype.Type, args ...*typed.Expr) (*typed.Expr, error) {
	if t.Length != sqltype.Max {
		t.Length = longestText(t)
	}
	e, err := call(at, name, t, args...)
	if err != nil {
		return nil, err
	}
	return shortened(at, e)
}

// shortened cuts a text that may be longer than its type.
func shortened(at token.Pos, e *typed.Expr) (*typed.Expr, error) {
	if e.Type.Length == sqltype.Max {
		return e, nil
	}
	return call(at, "dv_left", e.Type, e, number(int64(e.Type.Length)))
}

func charIndex(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	list, err := texts(at, args[:2])
	if err != nil {
		return nil, err
	}
	start, err := implied(optional(args, 2, number(1)), bigintType, at)
	if err != nil {
		return nil, err
	}
	return call(at, "dv_charindex", intType, list[0], list[1], start)
}

// concatAll is CONCAT: NULL counts as ”.
func concatAll(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	list, err := joinable(at, args)
	if err != nil {
		return nil, err
	}
	var all *typed.Expr
	for _, x := range list {
		if x.Nullable {
			x = native("ifnull", x.Type, x, constant("", nvarchar(1)))
			x.Nullable = false
		}
		if all == nil {
			all = x
			continue
		}
		if all, err = concat(at, all, x); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// joinable are the arguments of CONCAT and CONCAT_WS as texts; what was none is taken for 30 characters long.
func joinable(at token.Pos, args []*typed.Expr) ([]*typed.Expr, error) {
	list, err := texts(at, args)
	for i := range list {
		if !args[i].Type.IsText() {
			t := list[i].Type
			t.Length = 30
			list[i] = as(list[i], t)
		}
	}
	return list, err
}
