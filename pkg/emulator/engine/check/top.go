package check

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
)

// top checks TOP: a number that is known before the query runs.
func (c *checker) top(n *ast.Select, q *typed.Query) error {
	if n.Top == nil {
		return nil
	}
	at := n.Top.Place()
	if n.Ties && len(q.Order) == 0 {
		return sqlerror.New(1062, at, "The TOP N WITH TIES clause is not allowed without a corresponding ORDER BY clause.")
	}
	q.Ties, q.Percent = n.Ties, n.Percent
	var err error
	if !n.Percent {
		q.Limit, err = c.rows(n.Top, 1060, "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.")
		if err == nil && q.Limit.Value.(int64) < 0 {
			return sqlerror.New(127, at, "A TOP N or FETCH rowcount value may not be negative.")
		}
		return err
	}
	e, err := c.value(n.Top, nil)
	if err != nil {
		return err
	}
	if isNumber(e.Type) {
		e, err = implied(e, floatType, at)
	}
	share, known := e.Value.(float64)
	switch {
	case err != nil:
		return err
	case e.Op != typed.Const || !known:
		return sqlerror.New(1060, at, "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.")
	case share < 0 || share > 100:
		return sqlerror.New(1031, at, "Percent values must be between 0 and 100.")
	}
	q.Limit = e
	return nil
}

// rows checks a number of rows; what else it is, is the error of that number.
func (c *checker) rows(n ast.Expr, failure int32, message string) (*typed.Expr, error) {
	at := n.Place()
	e, err := c.value(n, nil)
	if err != nil {
		return nil, err
	}
	v, known := settled(e)
	if !known || !isInt(e.Type) {
		return nil, sqlerror.New(failure, at, "%s", message)
	}
	return constant(v, e.Type), nil
}

// settled is the value of a whole number, perhaps computed from others, that is known.
func settled(e *typed.Expr) (int64, bool) {
	if v, ok := e.Value.(int64); ok && e.Op == typed.Const {
		return v, true
	}
	if e.Op != typed.Infix {
		return 0, false
	}
	l, ok := settled(e.Args[0])
	r, known := settled(e.Args[1])
	if low, high := bounds(e); !ok || !known || low < -1e15 || high > 1e15 {
		return 0, false
	}
	switch e.Text {
	case "+":
		return l + r, true
	case "-":
		return l - r, true
	case "*":
		return l * r, true
	}
	return 0, false
}

// page checks OFFSET and FETCH.
// https://learn.microsoft.com/sql/t-sql/queries/select-order-by-clause-transact-sql
func (c *checker) page(n *ast.Query, q *typed.Query) (err error) {
	if n.Offset == nil {
		return nil
	}
	at := n.Offset.Place()
	if q.Limit != nil {
		return sqlerror.New(10741, at, "A TOP can not be used in the same query or sub-query as a OFFSET.")
	}
	if q.Offset, err = c.rows(n.Offset, 10743, "The number of rows provided for a OFFSET clause must be an integer."); err != nil {
		return err
	}
	if q.Offset.Value.(int64) < 0 {
		return sqlerror.New(10742, at, "The offset specified in a OFFSET clause may not be negative.")
	}
	if n.Fetch == nil {
		return nil
	}
	if q.Limit, err = c.rows(n.Fetch, 1060, "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer."); err != nil {
		return err
	}
	if at = n.Fetch.Place(); q.Limit.Value.(int64) < 1 {
		return sqlerror.New(10744, at, "The number of rows provided for a FETCH clause must be greater then zero.")
	}
	return nil
}
