package tally

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// tableReference finds the tables of a statement by package tsql, which writes all of them this way.
var tableReference = regexp.MustCompile(`\b(?:FROM|JOIN) \[([^\]]+)\]`)

// Checks are what dataverse.Client.Check has to look at for a definition ("" for the catalogue's default), but for the
// count itself.
func Checks(known *catalog.Catalog, definition string) (dataverse.Checks, error) {
	checks, err := checksOf(known, definition, tsql.Dataverse)
	checks.Copy = func(ctx context.Context, profile dataverse.Profile, ask dataverse.Query) (string, dataverse.Checks, error) {
		return checkCopy(ctx, known, definition, DialectOf(profile), ask)
	}
	return checks, err
}

func checksOf(known *catalog.Catalog, definition string, dialect tsql.Dialect) (dataverse.Checks, error) {
	counted, grouped, err := tables(known, definition, dialect)
	if err != nil {
		return dataverse.Checks{}, err
	}
	return dataverse.Checks{Tables: counted, Names: grouped,
		History: dataverse.Column{Table: dialect.Table("msdyn_ocliveworkitem"), Name: "msdyn_createdon"}}, nil
}

// checkCopy finds out how a copy keeps its tables, and how fresh it is.
func checkCopy(ctx context.Context, known *catalog.Catalog, definition string, dialect tsql.Dialect, ask dataverse.Query) (string, dataverse.Checks, error) {
	source := New(known, asking(ask))
	source.dialects.current = dialect
	if err := source.learn(ctx); err != nil {
		return "", dataverse.Checks{}, err
	}
	checks, err := checksOf(known, definition, source.Dialect())
	if err != nil {
		return "", dataverse.Checks{}, err
	}
	latest, ok, err := source.Freshness(ctx)
	switch {
	case err != nil:
		return "", dataverse.Checks{}, err
	case !ok:
		return "it is empty", checks, nil
	}
	return "its latest change was at " + latest.UTC().Format(time.RFC3339), checks, nil
}

// asking is a Source that is a function.
type asking func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error)

// Query asks.
func (a asking) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	return a(ctx, text, args...)
}

// Tables returns the tables that an identity must be able to read for a definition ("" for the catalogue's default):
// those without which nothing is counted, and those that only groups and their names come from. Each list is sorted,
// and no table is in both. They are taken from the statements themselves. The error is one of package query or tsql.
func Tables(known *catalog.Catalog, definition string) (counted, grouped []string, err error) {
	return tables(known, definition, tsql.Dataverse)
}

func tables(known *catalog.Catalog, definition string, dialect tsql.Dialect) (counted, grouped []string, err error) {
	for _, view := range []catalog.View{catalog.Historical, catalog.RealTime} {
		tables, err := tablesOf(known, query.Query{View: view, Definition: definition}, dialect)
		if err != nil {
			return nil, nil, err
		}
		counted = append(counted, tables...)
	}
	for _, dimension := range known.Dimensions {
		tables, err := tablesOf(known, query.Query{GroupBy: []string{dimension.ID}, Definition: definition}, dialect)
		if err != nil {
			return nil, nil, fmt.Errorf("dimension %s: %w", dimension.ID, err)
		}
		grouped = append(grouped, tables...)
		if dimension.Lookup != nil {
			grouped = append(grouped, dialect.Table(dimension.Lookup.Table))
		}
	}
	slices.Sort(counted)
	counted = slices.Compact(counted)
	slices.Sort(grouped)
	grouped = slices.DeleteFunc(slices.Compact(grouped), func(table string) bool { return slices.Contains(counted, table) })
	return counted, grouped, nil
}

func tablesOf(known *catalog.Catalog, asked query.Query, dialect tsql.Dialect) ([]string, error) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) // the tables do not depend on it
	spec, err := asked.Resolve(known, query.Env{From: now.Add(-time.Hour), To: now, Now: now})
	if err != nil {
		return nil, err
	}
	statement, err := dialect.Build(spec)
	if err != nil {
		return nil, err
	}
	var tables []string
	for _, found := range tableReference.FindAllStringSubmatch(statement.Text, -1) {
		tables = append(tables, found[1])
	}
	return tables, nil
}
