package engine

import (
	"context"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/check"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
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
	var added []sqltype.Param
	for _, v := range n.Variables {
		if find(env.Params, v.Name) != nil || find(env.Variables, v.Name) != nil || find(added, v.Name) != nil {
			return fault.New(134, v.At.Line, v.At.Column, "The variable name '%s' has already been declared. Variable names must be unique within a query batch or stored procedure.", v.Name)
		}
		t, err := check.TypeOf(v.Type)
		if err != nil {
			return err
		}
		p := sqltype.Param{Name: v.Name, Type: t}
		if v.Value != nil {
			q := &ast.Query{At: v.Value.Place(), Body: &ast.Select{At: v.At, Items: []ast.Item{{At: v.At, Expr: v.Value}}}}
			row, err := e.last(ctx, q, []sqltype.Type{t}, *env)
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
	types := make([]sqltype.Type, len(items))
	for i, item := range items {
		if find(env.Variables, item.Variable) == nil {
			p := find(env.Params, item.Variable)
			if p == nil {
				return undeclared(item.At, item.Variable)
			}
			env.Variables = append(env.Variables, *p)
		}
		types[i] = find(env.Variables, item.Variable).Type
	}
	row, err := e.last(ctx, n.Query, types, *env)
	for i := range row {
		find(env.Variables, items[i].Variable).Value = row[i]
	}
	return err
}

func undeclared(at token.Pos, name string) error {
	return fault.New(137, at.Line, at.Column, `Must declare the scalar variable "%s".`, name)
}

// last is the last row of a SELECT, converted to types; nil when there is none.
func (e *Engine) last(ctx context.Context, n *ast.Query, types []sqltype.Type, env check.Env) ([]any, error) {
	q, err := check.Assignment(n, types, env)
	if err != nil {
		return nil, err
	}
	rows, err := e.run(ctx, plan{lite: lite.Print(q), columns: q.Columns, at: n.At})
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err has it
	var row []any
	for rows.Next() {
		row = append(row[:0], rows.Row()...)
	}
	return row, rows.Err()
}

// find is the parameter of that name; names are compared without case.
func find(params []sqltype.Param, name string) *sqltype.Param {
	i := slices.IndexFunc(params, func(p sqltype.Param) bool { return strings.EqualFold(p.Name, name) })
	if i < 0 {
		return nil
	}
	return &params[i]
}
