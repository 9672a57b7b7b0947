package check

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// aggregates are the aggregates by name, with SQLite's name.
// https://learn.microsoft.com/sql/t-sql/functions/aggregate-functions-transact-sql
var aggregates = map[string]string{
	"COUNT": "count", "COUNT_BIG": "count", "SUM": "sum", "AVG": "avg", "MIN": "min", "MAX": "max", "STRING_AGG": "dv_string_agg",
	"APPROX_COUNT_DISTINCT": "count", "CHECKSUM_AGG": "dv_checksum_agg",
	"STDEV": "dv_stdev", "STDEVP": "dv_stdevp", "VAR": "dv_var", "VARP": "dv_varp",
}

func (c *checker) aggregate(n *ast.Call, s *scope) (*typed.Expr, error) {
	want := 1
	if n.Name == "STRING_AGG" {
		want = 2
	}
	switch {
	case n.Star && (n.Name == "COUNT" || n.Name == "COUNT_BIG") && !n.Distinct && n.Order == nil:
		if err := s.mayAggregate(n); err != nil {
			return nil, err
		}
		s.aggregates = true
		return counted(n, &typed.Expr{Op: typed.Aggregate, Text: "count"}), nil
	case n.Star:
		return nil, sqlerror.Near(n.At, "*")
	case len(n.Args) != want:
		return nil, wrongCount(n, want)
	case n.Order != nil && n.Name != "STRING_AGG":
		return nil, sqlerror.Near(n.At, "WITHIN")
	}
	if err := s.noSubquery(n.At); err != nil {
		return nil, err
	}
	args, order, err := c.aggregated(n, s)
	if err != nil {
		return nil, err
	}
	if err := c.countsTo(n, append(orderExprs(order), args...), s); err != nil {
		return nil, err
	}
	e := &typed.Expr{Op: typed.Aggregate, Text: aggregates[n.Name], Args: args, Order: order, Distinct: n.Distinct, Type: args[0].Type, Nullable: true}
	return aggregateOf(n, e)
}

// aggregated checks what an aggregate takes, and its order.
func (c *checker) aggregated(n *ast.Call, s *scope) (args []*typed.Expr, order []typed.Order, err error) {
	s.aggregate = true
	defer func() { s.aggregate = false }()
	if args, err = c.values(n.Args, s); err != nil {
		return nil, nil, err
	}
	for _, o := range n.Order {
		e, err := c.value(o.Expr, s)
		if err != nil {
			return nil, nil, err
		}
		if e.Op == typed.Const {
			return nil, nil, sqlerror.New(5308, o.Expr.Place(), "Windowed functions, aggregates and NEXT VALUE FOR functions do not support integer indices as ORDER BY clause expressions.")
		}
		order = append(order, typed.Order{Expr: e, Desc: o.Desc})
	}
	return args, order, nil
}

func orderExprs(order []typed.Order) (out []*typed.Expr) {
	for _, o := range order {
		out = append(out, o.Expr)
	}
	return out
}

// mayAggregate refuses an aggregate where SQL Server takes none.
func (s *scope) mayAggregate(n *ast.Call) error {
	if err := s.noSubquery(n.At); err != nil {
		return err
	}
	switch s.clause {
	case inWhere:
		return sqlerror.New(147, n.At, "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.")
	case inOn:
		return sqlerror.New(1015, n.At, "An aggregate cannot appear in an ON clause unless it is in a subquery contained in a HAVING clause or select list, and the column being aggregated is an outer reference.")
	}
	return nil
}

// countsTo says of which SELECT an aggregate is one: its own, or, when it looks at columns of an outer query alone, that
// one's, as SQLite has it, too.
func (c *checker) countsTo(n *ast.Call, args []*typed.Expr, s *scope) error {
	owner := (*scope)(nil)
	for _, a := range args {
		typed.Walk(a, func(e *typed.Expr) bool {
			if e.Op == typed.Ref || e.Op == typed.Alias {
				for at := s; at != nil; at = at.outer {
					if at.owns(e.Source) && (owner == nil || at.within(owner)) {
						owner = at
					}
				}
			}
			return e.Op != typed.Alias
		})
	}
	if owner == nil {
		owner = s
	}
	if owner != s && (!c.env.Undocumented[dialect.OuterAggregate] || owner.clause > inWhere) { // SQLite has none of HAVING
		return sqlerror.Refused(n.At, "An aggregate of an outer query's column in a subquery")
	}
	if err := owner.mayAggregate(n); err != nil {
		return err
	}
	owner.aggregates = true
	return nil
}

// within reports whether s is the scope of a query within that of outer.
func (s *scope) within(outer *scope) bool {
	for at := s.outer; at != nil; at = at.outer {
		if at == outer {
			return true
		}
	}
	return false
}

// aggregateOf gives an aggregate its type.
func aggregateOf(n *ast.Call, e *typed.Expr) (*typed.Expr, error) {
	x := e.Args[0]
	switch n.Name {
	case "COUNT", "COUNT_BIG", "APPROX_COUNT_DISTINCT":
		if untyped(x) {
			return nil, invalid(n, sqltype.Type{})
		}
		e.Distinct = e.Distinct || n.Name == "APPROX_COUNT_DISTINCT"
		return counted(n, e), nil
	case "MIN", "MAX":
		if untyped(x) || x.Type.Kind == sqltype.Bit {
			return nil, invalid(n, x.Type)
		}
		e.Low, e.High = x.Low, x.High
		return e, nil
	case "STRING_AGG":
		return stringAgg(n, e)
	case "STDEV", "STDEVP", "VAR", "VARP":
		return spread(n, e)
	case "CHECKSUM_AGG":
		if !isInt(x.Type) || x.Type.Kind == sqltype.BigInt || x.Type.Kind == sqltype.Bit {
			return nil, invalid(n, x.Type)
		}
		e.Type = intType
		return e, nil
	}
	return sum(n, e)
}

// spread is a standard deviation or a variance: of any number, a float.
func spread(n *ast.Call, e *typed.Expr) (*typed.Expr, error) {
	x := e.Args[0]
	if !isNumber(x.Type) || x.Type.Kind == sqltype.Bit {
		return nil, invalid(n, x.Type)
	}
	x, err := implied(x, floatType, n.At)
	if err != nil {
		return nil, err
	}
	e.Args, e.Type = []*typed.Expr{x}, floatType
	return e, nil
}

func invalid(n *ast.Call, t sqltype.Type) error {
	return sqlerror.New(8117, n.At, "Operand data type %s is invalid for %s operator.", kindName(t), strings.ToLower(n.Name))
}

// counted is COUNT, an int, or another count, a bigint; never NULL. A count that may be approximate is exact here.
func counted(n *ast.Call, e *typed.Expr) *typed.Expr {
	e.Type, e.Nullable = intType, false
	e.Low, e.High = 0, 1<<31-1
	if n.Name != "COUNT" {
		e.Type, e.High = bigintType, 9.2e18
	}
	return e
}

// sum is SUM or AVG. Of small integers both are int; AVG truncates.
func sum(n *ast.Call, e *typed.Expr) (*typed.Expr, error) {
	x := e.Args[0]
	switch x.Type.Kind {
	case sqltype.TinyInt, sqltype.SmallInt, sqltype.Int:
		e.Type = intType
	case sqltype.BigInt:
	case sqltype.Float:
		return call(n.At, "dv_finite", floatType, e)
	case sqltype.Money, sqltype.Decimal:
		return exactSum(n, e)
	default:
		return nil, invalid(n, x.Type)
	}
	low, high := kindBounds(e.Type.Kind)
	e.Low, e.High = -9.2e18, 9.2e18 // SQLite breaks off beyond 64 bits
	if n.Name == "SUM" {
		return within(e, low, high, overflow(e.Type)), nil
	}
	e.Text = "sum"
	return infix(e, "/", members(e), e.Type), nil
}

// members is the number of values that an aggregate takes.
func members(e *typed.Expr) *typed.Expr {
	return &typed.Expr{Op: typed.Aggregate, Text: "count", Args: e.Args, Distinct: e.Distinct, Type: bigintType}
}

// exactSum is SUM or AVG of decimals or money: a decimal has 38 digits then, and an average six after the point at least.
func exactSum(n *ast.Call, e *typed.Expr) (*typed.Expr, error) {
	e.Text = "dv_exact_sum"
	if e.Type.Kind == sqltype.Decimal {
		e.Type.Precision = exact.Digits
	}
	if n.Name == "AVG" {
		t := e.Type
		if t.Kind == sqltype.Decimal {
			t.Scale = max(t.Scale, 6)
		}
		precision, scale := digits(t) // no guard: there is a value, or the sum is NULL
		return call(n.At, exactOperations["/"], t, e, members(e), precision, scale, typeName(t))
	}
	precision, scale := digits(e.Type)
	return call(n.At, "dv_exact", e.Type, e, precision, scale, constant("expression", nvarchar(20)), typeName(e.Type))
}

// stringAgg is STRING_AGG(text, separator) [WITHIN GROUP (ORDER BY …)].
// https://learn.microsoft.com/sql/t-sql/functions/string-agg-transact-sql
func stringAgg(n *ast.Call, e *typed.Expr) (*typed.Expr, error) {
	args, err := texts(n.At, e.Args)
	if err != nil {
		return nil, err
	}
	if n.Distinct {
		return nil, sqlerror.Near(n.At, "DISTINCT")
	}
	if args[1].Op != typed.Const {
		return nil, sqlerror.New(8733, n.At, "Separator parameter for STRING_AGG must be a string literal or variable.")
	}
	e.Type = args[0].Type
	most := number(0)
	if e.Type.Length != sqltype.Max {
		e.Type.Length = longestText(e.Type)
		most = number(int64(e.Type.Length))
	}
	e.Args = append(args, most)
	return e, nil
}
