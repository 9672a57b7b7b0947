// Package check binds the names of a parsed SELECT to a schema, gives every expression its SQL Server type, puts the
// implicit conversions in, and refuses what SQL Server or Dataverse refuses. The result is a typed tree.
//
// T-SQL's operations are turned into SQLite's here: a DATEDIFF becomes integer arithmetic, an int overflow a guard. A
// guard is left out where the bounds of the operands show that it can never strike.
package check

import (
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Env is what a statement is checked against.
type Env struct {
	Schema       *schema.Schema
	System       *schema.Schema // the tables of the schema sys; nil for none
	Params       []sqltype.Param
	Variables    []Variable  // what the batch declared or set so far: before parameters of the same name, and NULL is theirs to have
	RowCount     int64       // @@ROWCOUNT
	Now          time.Time   // GETUTCDATE and its kin
	Undocumented dialect.Set // what is taken although the documentation is silent about it
}

// Variable is a variable of a batch.
type Variable struct {
	sqltype.Param
	Target Target // its type
}

// Query checks a statement. Its errors are *sqlerror.Error.
func Query(q *ast.Query, env Env) (*typed.Query, error) {
	checked, err := topLevel(q, env)
	if err != nil {
		return nil, err
	}
	return checked, outermost(q, checked)
}

// Assignment checks a SELECT that sets variables of these types. Its items are converted as an assignment converts.
func Assignment(q *ast.Query, to []Target, env Env) (*typed.Query, error) {
	checked, err := topLevel(q, env)
	if err != nil {
		return nil, err
	}
	return checked, convertColumns(q.At, checked, to)
}

// topLevel checks a query that stands in no other.
func topLevel(q *ast.Query, env Env) (*typed.Query, error) {
	c := &checker{env: env}
	if err := c.bindParams(); err != nil {
		return nil, err
	}
	return c.query(q, nil)
}

type checker struct {
	env     Env
	params  map[string]*typed.Expr
	ids     int // of sources
	sizes   map[*typed.Expr]int
	level   int // of queries in one another
	lateral int // of outer joins whose missing side is being checked
	random  *scalar.Random
}

// outermost holds the result's column names to Dataverse's rule: "Duplicate columns" and columns "without unique column
// name and alias" are documented as unsupported. A SELECT without FROM needs no names, as drivers ping with SELECT 1
// (assumed).
func outermost(q *ast.Query, checked *typed.Query) error {
	first := firstSelect(q.Body)
	seen := map[string]bool{}
	for i, col := range checked.Columns {
		at := first.At
		if i < len(first.Items) {
			at = first.Items[i].At
		}
		if col.Name == "" {
			if len(first.From) == 0 {
				continue
			}
			return sqlerror.RefusedBecause(at, "A column without a name", "Give every column of the result its own alias.")
		}
		key := strings.ToLower(col.Name)
		if seen[key] {
			return sqlerror.RefusedBecause(at, "A second column named '"+col.Name+"'", "Give every column of the result its own alias.")
		}
		seen[key] = true
	}
	return nil
}

func firstSelect(b ast.Body) *ast.Select {
	for {
		switch n := b.(type) {
		case *ast.Union:
			b = n.Left
		case *ast.Select:
			return n
		}
	}
}

// clause is the part of a SELECT that an expression stands in; it decides whether an aggregate may.
type clause uint8

const (
	inSelect clause = iota
	inOn
	inWhere
	inGroup
	inHaving
	inOrder
)

// scope is what the names of one SELECT can mean.
type scope struct {
	outer      *scope
	sources    []*typed.Source
	filters    []*typed.Expr // what APPLYs add to WHERE
	groups     []*typed.Expr
	clause     clause
	aggregate  bool // inside of an aggregate's argument
	aggregates bool // the SELECT has an aggregate
}

// noSubquery refuses a subquery where SQL Server takes none.
func (s *scope) noSubquery(at token.Pos) error {
	if s.aggregate {
		return sqlerror.New(130, at, "Cannot perform an aggregate function on an expression containing an aggregate or a subquery.")
	}
	if s.clause == inGroup {
		return sqlerror.New(144, at, "Cannot use an aggregate or a subquery in an expression used for the group by list of a GROUP BY clause.")
	}
	return nil
}
