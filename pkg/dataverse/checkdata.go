package dataverse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// maxClockSkew is how far the clocks may be apart before it is worth a warning. Counts of "now" are off by as much.
const maxClockSkew = 30 * time.Second

// data tries what is there to be read.
func (k *checking) data(ctx context.Context) {
	arrive := k.try(CheckItem{ID: CheckParameters}, CheckFailed, func() (string, error) { return k.parameters(ctx) })
	if profile := k.client.config.Address.Profile(); k.checks.Copy != nil && profile.IsCopy() {
		known := k.try(CheckItem{ID: CheckCopy}, CheckFailed, func() (string, error) {
			found, instead, err := k.checks.Copy(ctx, profile, k.checks.Query)
			if err == nil {
				k.checks.Tables, k.checks.Names, k.checks.History = instead.Tables, instead.Names, instead.History
			}
			return found, err
		})
		k.over = k.over || !known // nobody knows what the tables are called
	}
	for _, table := range k.checks.Tables {
		k.table(ctx, table, CheckFailed)
	}
	for _, table := range k.checks.Names {
		k.table(ctx, table, CheckWarning)
	}
	k.try(CheckItem{ID: CheckClock}, CheckWarning, func() (string, error) { return k.clock(ctx) })
	if k.checks.History != (Column{}) {
		k.try(CheckItem{ID: CheckHistory}, CheckWarning, func() (string, error) { return k.history(ctx) })
	}
	if k.checks.Count != nil {
		k.over = k.over || !arrive // it would fail in the same way, and its remedy is not the one
		k.try(CheckItem{ID: CheckCount}, CheckFailed, func() (string, error) { return k.checks.Count(ctx) })
	}
}

// table reads one row of a table. Elastic tables have to be named: the SQL endpoint does not have them.
func (k *checking) table(ctx context.Context, table string, problem CheckStatus) {
	k.try(CheckItem{ID: CheckTable, Table: table}, problem, func() (string, error) {
		rows, err := k.checks.Query(ctx, "SELECT TOP 1 t.[createdon] AS [createdon] FROM "+bracket(table)+" AS t")
		var failure *Error
		switch {
		case errors.As(err, &failure) && failure.Class == ClassSchema:
			better := *failure
			better.Hint = "check that Dynamics 365 Contact Center is installed in this environment, and that the table is no elastic one: the SQL endpoint does not show those"
			return "", &better
		case err != nil:
			return "", err
		case len(rows.Values) == 0:
			return "it is empty", nil
		}
		return "", nil
	})
}

// clock compares the clocks, with half of the way there and back taken off.
func (k *checking) clock(ctx context.Context) (string, error) {
	asked := k.client.config.Now()
	rows, err := k.checks.Query(ctx, askTime)
	if err != nil {
		return "", err
	}
	answered := k.client.config.Now()
	theirs, ok := single(rows).(time.Time)
	if !ok {
		return "", newError(ClassUnexpected, "the time of Dataverse is no time", nil)
	}
	apart := theirs.Sub(asked.Add(answered.Sub(asked) / 2)).Round(10 * time.Millisecond)
	if apart.Abs() > maxClockSkew {
		return "", &concern{fmt.Sprintf("Dataverse's clock is %s ahead of this computer's", apart),
			"set this computer's clock by a time server: windows that end now are shifted by as much, and tokens seem expired or not yet valid"}
	}
	return fmt.Sprintf("%s apart", apart.Abs()), nil
}

// history tells how far the data goes back.
func (k *checking) history(ctx context.Context) (string, error) {
	table, column := bracket(k.checks.History.Table), "t."+bracket(k.checks.History.Name)
	rows, err := k.checks.Query(ctx, "SELECT TOP 1 "+column+" AS [oldest] FROM "+table+" AS t WHERE "+column+" IS NOT NULL ORDER BY "+column)
	if err != nil {
		return "", err
	}
	oldest, ok := single(rows).(time.Time)
	if !ok {
		return "", &concern{k.checks.History.Table + " has no rows that this identity may see",
			"check that there have been conversations, and that the security role has Read at the level Organization"}
	}
	return fmt.Sprintf("since %s; older rows, if there were any, are deleted or in long-term retention, which SQL does not reach", oldest.Format(time.DateOnly)), nil
}

// single is the value of a result of one row and column; nil for any other.
func single(rows *Rows) any {
	if len(rows.Values) != 1 || len(rows.Values[0]) != 1 {
		return nil
	}
	return rows.Values[0][0]
}

// bracket quotes any text as a name.
func bracket(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }
