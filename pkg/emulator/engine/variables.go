package engine

import (
	"context"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/check"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// variables runs the statements before the SELECT, in their order; env is then what the SELECT is checked against.
func (e *Engine) variables(ctx context.Context, steps []ast.Step, env *check.Env) error {
	for _, step := range steps {
		var err error
		switch n := step.(type) {
		case *ast.Declare:
			err = e.declare(ctx, n, env)
		case *ast.Assign:
			err = e.assign(ctx, n, env)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// declare adds the variables of a DECLARE. A value cannot name a variable of the same DECLARE: they are added at its end.
func (e *Engine) declare(ctx context.Context, n *ast.Declare, env *check.Env) error {
	var added []check.Variable
	for _, v := range n.Variables {
		if parameter(env.Params, v.Name) != nil || find(env.Variables, v.Name) != nil || find(added, v.Name) != nil {
			return sqlerror.New(134, v.At, "The variable name '%s' has already been declared. Variable names must be unique within a query batch or stored procedure.", v.Name)
		}
		t, err := check.TypeOf(v.Type, *env)
		if err != nil {
			return err
		}
		p := check.Variable{Param: sqltype.Param{Name: v.Name, Type: t.Type}, Target: t}
		if v.Value != nil {
			q := &ast.Query{At: v.Value.Place(), Body: &ast.Select{At: v.At, Items: []ast.Item{{At: v.At, Expr: v.Value}}}}
			row, _, err := e.last(ctx, q, []check.Target{t}, *env)
			if err != nil {
				return err
			}
			p.Value = row[0]
		}
		added = append(added, p)
	}
	env.Variables = append(env.Variables, added...)
	return nil
}

// assign sets variables to the last row of a SELECT; without a row they stay what they are.
// https://learn.microsoft.com/sql/t-sql/language-elements/select-local-variable-transact-sql
func (e *Engine) assign(ctx context.Context, n *ast.Assign, env *check.Env) error {
	items := n.Query.Body.(*ast.Select).Items
	types := make([]check.Target, len(items))
	for i, item := range items {
		if find(env.Variables, item.Variable) == nil {
			p := parameter(env.Params, item.Variable)
			if p == nil {
				return undeclared(item.At, item.Variable)
			}
			env.Variables = append(env.Variables, check.Variable{Param: *p, Target: check.Target{Type: p.Type}})
		}
		types[i] = find(env.Variables, item.Variable).Target
	}
	row, count, err := e.last(ctx, n.Query, types, *env)
	for i := range row {
		find(env.Variables, items[i].Variable).Value = row[i]
	}
	env.RowCount = count
	return err
}

func undeclared(at token.Pos, name string) error {
	return sqlerror.New(137, at, `Must declare the scalar variable "%s".`, name)
}

// last is the last row of a SELECT, converted to types, and the number of rows; nil when there is none.
func (e *Engine) last(ctx context.Context, n *ast.Query, types []check.Target, env check.Env) (row []any, count int64, err error) {
	q, err := check.Assignment(n, types, env)
	if err != nil {
		return nil, 0, err
	}
	rows, err := e.run(ctx, plan{lite: lite.Print(q), columns: q.Columns, at: n.At})
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close() //nolint:errcheck // Err has it
	for rows.Next() {
		row = append(row[:0], rows.Row()...)
		count++
	}
	return row, count, rows.Err()
}

// find is the variable of that name; names are compared without case.
func find(variables []check.Variable, name string) *check.Variable {
	i := slices.IndexFunc(variables, func(v check.Variable) bool { return strings.EqualFold(v.Name, name) })
	if i < 0 {
		return nil
	}
	return &variables[i]
}

// parameter is the parameter of that name.
func parameter(params []sqltype.Param, name string) *sqltype.Param {
	i := slices.IndexFunc(params, func(p sqltype.Param) bool { return strings.EqualFold(p.Name, name) })
	if i < 0 {
		return nil
	}
	return &params[i]
}
