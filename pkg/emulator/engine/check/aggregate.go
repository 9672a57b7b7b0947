package check

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// aggregates are the aggregates by name, with SQLite's name.
// https://learn.microsoft.com/sql/t-sql/functions/aggregate-functions-transact-sql
var aggregates = map[string]string{
	"COUNT": "count", "COUNT_BIG": "count", "SUM": "sum", "AVG": "avg", "MIN": "min", "MAX": "max", "STRING_AGG": "group_concat",
}

func (c *checker) aggregate(n *ast.Call, s *scope) (*typed.Expr, error) {
	if err := s.mayAggregate(n); err != nil {
		return nil, err
	}
	want := 1
	if n.Name == "STRING_AGG" {
		want = 2
	}
	switch {
	case n.Star && (n.Name == "COUNT" || n.Name == "COUNT_BIG") && !n.Distinct:
		s.aggregates = true
		return counted(n, &typed.Expr{Op: typed.Aggregate, Text: "count"}), nil
	case n.Star:
		return nil, fault.Near(n.At.Line, n.At.Column, "*")
	case len(n.Args) != want:
		return nil, wrongCount(n, want)
	}
	s.aggregate = true
	args, err := c.values(n.Args, s)
	s.aggregate = false
	if err != nil {
		return nil, err
	}
	if err := c.ownColumns(n, args, s); err != nil {
		return nil, err
	}
	s.aggregates = true
	x := args[0]
	e := &typed.Expr{Op: typed.Aggregate, Text: aggregates[n.Name], Args: args, Distinct: n.Distinct, Type: x.Type, Nullable: true}
	switch n.Name {
	case "COUNT", "COUNT_BIG":
		if untyped(x) {
			return nil, invalid(n, sqltype.Type{})
		}
		return counted(n, e), nil
	case "MIN", "MAX":
		if untyped(x) || x.Type.Kind == sqltype.Bit {
			return nil, invalid(n, x.Type)
		}
		e.Low, e.High = x.Low, x.High
		return e, nil
	case "STRING_AGG":
		return c.stringAgg(n, e)
	}
	return sum(n, e)
}

// mayAggregate refuses an aggregate where SQL Server takes none.
func (s *scope) mayAggregate(n *ast.Call) error {
	if err := s.noSubquery(n.At); err != nil {
		return err
	}
	switch s.clause {
	case inWhere:
		return fault.New(147, n.At.Line, n.At.Column, "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.")
	case inOn:
		return fault.New(1015, n.At.Line, n.At.Column, "An aggregate cannot appear in an ON clause unless it is in a subquery contained in a HAVING clause or select list, and the column being aggregated is an outer reference.")
	}
	return nil
}

// ownColumns refuses an aggregate over columns of outer queries alone: SQL Server counts it to the outer query.
func (c *checker) ownColumns(n *ast.Call, args []*typed.Expr, s *scope) error {
	outer := false
	for _, a := range args {
		own := false
		typed.Walk(a, func(e *typed.Expr) bool {
			if e.Op == typed.Ref || e.Op == typed.Alias {
				if s.owns(e.Source) {
					own = true
				} else {
					outer = true
				}
			}
			return !own && e.Op != typed.Alias
		})
		if own {
			return nil
		}
	}
	if outer {
		return fault.Refused(n.At.Line, n.At.Column, "An aggregate of an outer query's column in a subquery") // assumed
	}
	return nil
}

func invalid(n *ast.Call, t sqltype.Type) error {
	return fault.New(8117, n.At.Line, n.At.Column, "Operand data type %s is invalid for %s operator.", kindName(t), strings.ToLower(n.Name))
}

// counted is COUNT or COUNT_BIG: int or bigint, never NULL.
func counted(n *ast.Call, e *typed.Expr) *typed.Expr {
	e.Type, e.Nullable = intType, false
	e.Low, e.High = 0, 1<<31-1
	if n.Name == "COUNT_BIG" {
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
	case sqltype.BigInt, sqltype.Money, sqltype.Float:
	case sqltype.Decimal:
		e.Type.Precision = 38
		if n.Name == "AVG" {
			e.Type.Scale = max(e.Type.Scale, 6)
		}
	default:
		return nil, invalid(n, x.Type)
	}
	if !isInt(e.Type) {
		if e.Type.Kind == sqltype.Float {
			return e, nil
		}
		scale := e.Type.Scale
		if e.Type.Kind == sqltype.Money {
			scale = 4
		}
		return call(n.At, "dv_round", e.Type, e, number(int64(scale)), number(0))
	}
	low, high := kindBounds(e.Type.Kind)
	e.Low, e.High = -9.2e18, 9.2e18 // SQLite breaks off beyond 64 bits
	if n.Name == "SUM" {
		return within(e, low, high, overflow(e.Type)), nil
	}
	e.Text = "sum"
	members := &typed.Expr{Op: typed.Aggregate, Text: "count", Args: e.Args, Distinct: e.Distinct, Type: bigintType}
	return infix(e, "/", members, e.Type), nil
}

func (c *checker) stringAgg(n *ast.Call, e *typed.Expr) (*typed.Expr, error) {
	args, err := texts(n.At, e.Args)
	if err != nil {
		return nil, err
	}
	if n.Distinct {
		return nil, fault.Near(n.At.Line, n.At.Column, "DISTINCT")
	}
	if args[1].Op != typed.Const {
		return nil, fault.New(8733, n.At.Line, n.At.Column, "Separator parameter for STRING_AGG must be a string literal or variable.")
	}
	e.Args, e.Type = args, args[0].Type
	if e.Type.Length != sqltype.Max {
		e.Type.Length = 4000
		if e.Type.Kind == sqltype.VarChar {
			e.Type.Length = 8000
		}
	}
	return e, nil
}
