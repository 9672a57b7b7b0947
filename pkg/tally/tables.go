package tally

import (
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
	counted, grouped, err := Tables(known, definition)
	if err != nil {
		return dataverse.Checks{}, err
	}
	return dataverse.Checks{Tables: counted, Names: grouped, History: dataverse.Column{Table: "msdyn_ocliveworkitem", Name: "msdyn_createdon"}}, nil
}

// Tables returns the tables that an identity must be able to read for a definition ("" for the catalogue's default):
// those without which nothing is counted, and those that only groups and their names come from. Each list is sorted,
// and no table is in both. They are taken from the statements themselves. The error is one of package query or tsql.
func Tables(known *catalog.Catalog, definition string) (counted, grouped []string, err error) {
	for _, view := range []catalog.View{catalog.Historical, catalog.RealTime} {
		tables, err := tablesOf(known, query.Query{View: view, Definition: definition})
		if err != nil {
			return nil, nil, err
		}
		counted = append(counted, tables...)
	}
	for _, dimension := range known.Dimensions {
		tables, err := tablesOf(known, query.Query{GroupBy: []string{dimension.ID}, Definition: definition})
		if err != nil {
			return nil, nil, fmt.Errorf("dimension %s: %w", dimension.ID, err)
		}
		grouped = append(grouped, tables...)
		if dimension.Lookup != nil {
			grouped = append(grouped, dimension.Lookup.Table)
		}
	}
	slices.Sort(counted)
	counted = slices.Compact(counted)
	slices.Sort(grouped)
	grouped = slices.DeleteFunc(slices.Compact(grouped), func(table string) bool { return slices.Contains(counted, table) })
	return counted, grouped, nil
}

func tablesOf(known *catalog.Catalog, asked query.Query) ([]string, error) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) // the tables do not depend on it
	spec, err := asked.Resolve(known, query.Env{From: now.Add(-time.Hour), To: now, Now: now})
	if err != nil {
		return nil, err
	}
	statement, err := tsql.Build(spec)
	if err != nil {
		return nil, err
	}
	var tables []string
	for _, found := range tableReference.FindAllStringSubmatch(statement.Text, -1) {
		tables = append(tables, found[1])
	}
	return tables, nil
}
