package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// ofText is a function of texts.
func ofText(name string, t sqltype.Type) builtin {
	return func(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		list, err := texts(at, args)
		if err != nil {
			return nil, err
		}
		e, err := call(at, name, t, list...)
		if err == nil {
			e.Nullable = true // of the empty text
		}
		return e, err
	}
}

// ofNumber is a function of an int.
func ofNumber(name string, t sqltype.Type) builtin {
	return func(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		n, err := implied(args[0], intType, at)
		if err != nil {
			return nil, err
		}
		e, err := call(at, name, t, n)
		if err == nil {
			e.Nullable = true
		}
		return e, err
	}
}

// concatWith is CONCAT_WS(separator, text, text, …).
func concatWith(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	list, err := joinable(at, args)
	if err != nil {
		return nil, err
	}
	t := list[1].Type
	for _, x := range list[2:] {
		t = joined(joined(t, list[0].Type), x.Type)
	}
	e, err := call(at, "dv_concat_ws", t, list...)
	if err != nil {
		return nil, err
	}
	e.Nullable = false
	if t.Length < longestText(t) {
		return e, nil
	}
	return shortened(at, e)
}

// stuff is STUFF(text, start, length, with); a NULL for what to put in puts in nothing.
func stuff(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := toText(args[0], at)
	if err != nil {
		return nil, err
	}
	span, err := allImplied(args[1:3], bigintType, at)
	if err != nil {
		return nil, err
	}
	with, err := toText(args[3], at)
	if err != nil {
		return nil, err
	}
	if with.Nullable {
		with = native("ifnull", with.Type, with, constant("", nvarchar(1)))
	}
	t := joined(x.Type, with.Type)
	e, err := call(at, "dv_stuff", t, x, span[0], span[1], with)
	if err != nil {
		return nil, err
	}
	e.Nullable = true
	if x.Type.Length+with.Type.Length <= t.Length {
		return e, nil
	}
	return shortened(at, e)
}

// replicate is REPLICATE(text, times).
func replicate(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	x, err := toText(args[0], at)
	if err != nil {
		return nil, err
	}
	return repeated(at, x, args[1])
}

func repeated(at token.Pos, x, times *typed.Expr) (*typed.Expr, error) {
	n, err := implied(times, bigintType, at)
	if err != nil {
		return nil, err
	}
	t, most := x.Type, number(0)
	if t.Length != sqltype.Max {
		t.Length = longestText(t)
		most = number(int64(t.Length))
	}
	e, err := call(at, "dv_replicate", t, x, n, most)
	if err == nil {
		e.Nullable = true // less than no times
	}
	return e, err
}

// space is SPACE(n).
func space(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	return repeated(at, constant(" ", sqltype.Type{Kind: sqltype.VarChar, Length: 1}), args[0])
}

func translate(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	list, err := texts(at, args)
	if err != nil {
		return nil, err
	}
	return call(at, "dv_translate", list[0].Type, list...)
}

// quoteName is QUOTENAME(text [, quote]).
func quoteName(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if len(args) == 1 {
		args = append(args, constant("[", nvarchar(1)))
	}
	return ofText("dv_quotename", nvarchar(258))(nil, at, args)
}

// escapeText is STRING_ESCAPE(text, 'json').
func escapeText(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if args[1].Op != typed.Const || !args[1].Type.IsText() {
		return nil, sqlerror.New(13612, at, "An invalid value was specified for argument 2.")
	}
	list, err := texts(at, args)
	if err != nil {
		return nil, err
	}
	return call(at, "dv_escape_json", nvarchar(sqltype.Max), list...)
}

// patIndex is PATINDEX(pattern, text).
func patIndex(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	list, err := texts(at, args)
	if err != nil {
		return nil, err
	}
	t := intType
	if list[1].Type.Length == sqltype.Max {
		t = bigintType
	}
	return call(at, "dv_patindex", t, list...)
}
