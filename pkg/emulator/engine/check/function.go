package check

import (
	"maps"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// function is a function whose arguments are values.
type function struct {
	least, most int
	check       builtin
}

// builtin makes the call of a function out of its arguments.
type builtin func(c *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error)

// functions are the functions that the engine knows, besides aggregates and those that name a date part.
var functions map[string]function

func init() { // a function's check may come back to the table through value
	functions = map[string]function{}
	for _, family := range []map[string]function{conditional(), mathematical(), textual(), dated(), systemic(), formatted()} {
		maps.Copy(functions, family)
	}
}

// conditional are the functions that choose among their arguments.
func conditional() map[string]function {
	return map[string]function{
		"ISNULL": {2, 2, isNull}, "COALESCE": {2, 100, coalesce}, "NULLIF": {2, 2, nullIf}, "CHOOSE": {2, 100, chooseOne},
		"GREATEST": {1, 254, extreme("dv_greatest")}, "LEAST": {1, 254, extreme("dv_least")},
	}
}

// datePartFunctions name a date part in their first argument.
var datePartFunctions = map[string]struct {
	least, most int
	check       func(c *checker, at token.Pos, p part, args []*typed.Expr) (*typed.Expr, error)
}{
	"DATEADD": {3, 3, dateAdd}, "DATEDIFF": {3, 3, dateDiff(intType)}, "DATEDIFF_BIG": {3, 3, dateDiff(bigintType)},
	"DATEPART": {2, 2, datePart}, "DATENAME": {2, 2, dateName}, "DATETRUNC": {2, 2, dateTrunc}, "DATE_BUCKET": {3, 4, dateBucket},
}

// silentFunctions are the functions that the engine knows and the documentation does not.
var silentFunctions = map[string]dialect.Construct{
	"GREATEST": dialect.Extremes, "LEAST": dialect.Extremes, "DATETRUNC": dialect.DateTruncation, "DATE_BUCKET": dialect.DateTruncation,
}

// refusedFunction refuses a function that Dataverse may have or not. The parser has refused what is documented as unsupported.
func (c *checker) refusedFunction(n *ast.Call) error {
	reason, missing := dialect.Missing[n.Name]
	silent := silentFunctions[n.Name]
	switch {
	case missing:
		return sqlerror.RefusedBecause(n.At, "The function "+n.Name, reason)
	case dialect.Unmentioned[n.Name] || silent != "" && !c.env.Undocumented[silent]:
		return sqlerror.Refused(n.At, "The function "+n.Name)
	}
	return nil
}

func (c *checker) call(n *ast.Call, s *scope) (*typed.Expr, error) {
	if _, ok := aggregates[n.Name]; ok {
		return c.aggregate(n, s)
	}
	if err := c.refusedFunction(n); err != nil {
		return nil, err
	}
	if n.Name == "GROUPING" || n.Name == "GROUPING_ID" {
		return c.grouping(n, s)
	}
	if n.Distinct || n.Star || n.Order != nil {
		return nil, sqlerror.Near(n.At, n.Name)
	}
	if f, ok := datePartFunctions[n.Name]; ok {
		if len(n.Args) < f.least || len(n.Args) > f.most {
			return nil, wrongCount(n, f.least)
		}
		p, err := namedPart(n)
		if err != nil {
			return nil, err
		}
		args, err := c.values(n.Args[1:], s)
		if err != nil {
			return nil, err
		}
		return f.check(c, n.At, p, args)
	}
	f, ok := functions[n.Name]
	if !ok {
		return nil, sqlerror.New(195, n.At, "'%s' is not a recognized built-in function name.", n.Name)
	}
	if len(n.Args) < f.least || len(n.Args) > f.most {
		return nil, wrongCount(n, f.least)
	}
	args, err := c.values(n.Args, s)
	if err != nil {
		return nil, err
	}
	return f.check(c, n.At, args)
}

// optional is an argument that may be left out.
func optional(args []*typed.Expr, i int, otherwise *typed.Expr) *typed.Expr {
	if i < len(args) {
		return args[i]
	}
	return otherwise
}

func wrongCount(n *ast.Call, want int) error {
	return sqlerror.New(174, n.At, "The %s function requires %d argument(s).", strings.ToLower(n.Name), want)
}

// isNull is ISNULL: of the type of its first argument, unlike COALESCE.
func isNull(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if untyped(args[0]) {
		return args[1], nil
	}
	second, err := implied(args[1], args[0].Type, at)
	if err != nil {
		return nil, err
	}
	e := native("ifnull", args[0].Type, args[0], second)
	e.Nullable = second.Nullable
	return e, nil
}

func coalesce(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if allUntyped(args) {
		return nil, sqlerror.New(4127, at, "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.")
	}
	list, t, err := together(at, args...)
	if err != nil {
		return nil, err
	}
	e := native("coalesce", t, list...)
	e.Nullable = true
	for _, a := range list {
		e.Nullable = e.Nullable && a.Nullable
	}
	return e, nil
}

func nullIf(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	if untyped(args[0]) {
		return nil, sqlerror.New(4151, at, "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.")
	}
	pair, err := comparable(at, args...)
	if err != nil {
		return nil, err
	}
	e := choose(args[0].Type, compare(pair[0], "=", pair[1]), typed.Null(args[0].Type), args[0])
	e.Nullable = true
	return e, nil
}

func chooseOne(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
	index, err := implied(args[0], intType, at)
	if err != nil {
		return nil, err
	}
	var tests []*typed.Expr
	for i := range args[1:] {
		tests = append(tests, compare(index, "=", number(int64(i+1))))
	}
	return arms(at, tests, append(args[1:len(args):len(args)], typed.Null(sqltype.Type{})))
}

// extreme is GREATEST or LEAST: of the type that all arguments take together.
func extreme(name string) builtin {
	return func(_ *checker, at token.Pos, args []*typed.Expr) (*typed.Expr, error) {
		list, t, err := together(at, args...)
		if err != nil {
			return nil, err
		}
		return call(at, name, t, list...)
	}
}
