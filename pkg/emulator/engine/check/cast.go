package check

import (
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// cast checks CAST, CONVERT and PARSE, and those of them that begin with TRY_.
func (c *checker) cast(n *ast.Cast, s *scope) (*typed.Expr, error) {
	to, err := typeOf(n.Type, c.env)
	if err != nil {
		return nil, err
	}
	e, err := c.value(n.X, s)
	if err != nil {
		return nil, err
	}
	convert := func(e *typed.Expr) (*typed.Expr, error) {
		if n.Name == "PARSE" {
			return c.parse(n, e, to, s)
		}
		style, err := c.style(n, s)
		if err != nil {
			return nil, err
		}
		if style.Value == nil {
			return typed.Null(to.Type), nil
		}
		return conversion{e: e, to: to.Type, form: to.form, at: n.At, explicit: true, style: style}.run()
	}
	if !n.Try {
		return convert(e)
	}
	return try(e, to.Type, convert)
}

func (c *checker) style(n *ast.Cast, s *scope) (*typed.Expr, error) {
	if n.Style == nil {
		return number(0), nil
	}
	style, err := c.value(n.Style, s)
	if err != nil {
		return nil, err
	}
	at := n.Style.Place()
	v, known := style.Value.(int64)
	switch {
	case style.Op == typed.Const && style.Value == nil:
		return style, nil
	case style.Op != typed.Const || !isInt(style.Type) || !known:
		return nil, sqlerror.RefusedBecause(at, "A style that is not a constant number", "Write the number of the style.") // not of Dataverse: the engine's limit
	case v == 130 || v == 131:
		return nil, sqlerror.RefusedBecause(at, "The style "+strconv.FormatInt(v, 10), "The emulator knows no Hijri calendar.") // not of Dataverse: the engine's limit
	}
	return style, nil
}

// try makes a conversion that is NULL where it fails. What fails for its types alone is an error all the same.
// https://learn.microsoft.com/sql/t-sql/functions/try-cast-transact-sql
func try(e *typed.Expr, to sqltype.Type, convert func(*typed.Expr) (*typed.Expr, error)) (*typed.Expr, error) {
	if e.Op != typed.Const { // what is converted fails as ever
		e = &typed.Expr{Op: typed.Same, Args: []*typed.Expr{e}, Type: e.Type, Nullable: e.Nullable, Low: e.Low, High: e.High}
	}
	converted, err := convert(e)
	switch f, failed := err.(*sqlerror.Error); {
	case err == nil:
		converted = tried(converted)
		converted.Nullable = true
		return converted, nil
	case !failed || clashes(err) || f.Number == sqlerror.NumberRefused || f.Class != 16:
		return nil, err
	}
	return typed.Null(to), nil
}

// tried is a conversion with each function in it replaced by its twin that gives NULL, down to what is converted.
func tried(e *typed.Expr) *typed.Expr {
	if e.Op == typed.Same || e.Op == typed.Const {
		return e
	}
	if e.Op == typed.Call && e.Text == scalar.Raise {
		return typed.Null(e.Type)
	}
	copied := *e
	if _, ours := scalar.Functions[e.Text]; e.Op == typed.Call && ours {
		copied.Text = scalar.Try + e.Text
	}
	copied.Args = make([]*typed.Expr, len(e.Args))
	for i, a := range e.Args {
		copied.Args[i] = tried(a)
	}
	return &copied
}

// collations are those that the engine compares under, by the names that SQL Server has for them.
var collations = token.Words("DATABASE_DEFAULT LATIN1_GENERAL_CI_AS SQL_LATIN1_GENERAL_CP1_CI_AS LATIN1_GENERAL_100_CI_AS LATIN1_GENERAL_100_CI_AS_SC")

// collate checks COLLATE: with the collation that texts have anyway it changes nothing.
func (c *checker) collate(n *ast.Collate, s *scope) (*typed.Expr, error) {
	x, err := c.value(n.X, s)
	if err != nil {
		return nil, err
	}
	switch {
	case !x.Type.IsText():
		return nil, sqlerror.New(447, n.At, "Expression type %s is invalid for COLLATE clause.", kindName(x.Type))
	case !collations[strings.ToUpper(n.Name)]:
		return nil, sqlerror.RefusedBecause(n.At, "The collation "+n.Name, "The emulator compares text under Latin1_General_CI_AS alone.") // not of Dataverse: the engine's limit
	}
	return x, nil
}
