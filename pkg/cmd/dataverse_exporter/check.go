package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/version"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/exporter/config"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// check tries what the exporter needs, environment by environment, and prints it as a table: the way to Dataverse, each
// table, one count. It fails when an item failed.
func (p *program) check(ctx context.Context) error {
	environments, err := p.settings.Load()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ENVIRONMENT\tCHECK\tRESULT\tDETAILS")
	failures := 0
	for _, e := range environments {
		list, err := p.checklist(ctx, e)
		if err != nil {
			return fmt.Errorf("environment %s: %w", e.Name, err)
		}
		for _, item := range list {
			details := item.Found
			if item.Hint != "" {
				details += "; " + item.Hint
			}
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", e.Name, item.Title(), item.Status, details)
		}
		if _, failed := list.Failure(); failed {
			failures++
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the table: %w", err)
	}
	if failures > 0 {
		return fmt.Errorf("%d of %d environments cannot be counted", failures, len(environments))
	}
	return nil
}

// checklist is that of one environment. Its error is one of the configuration.
func (p *program) checklist(ctx context.Context, e config.Environment) (list dataverse.Checklist, err error) {
	connection, err := e.Connect(version.Version, p.logger)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, connection.Close()) }()
	checks, err := tally.Checks(catalog.Default(), e.Definition)
	if err != nil {
		return nil, err
	}
	checks.Query = connection.Budget.Source(connection.Client).Query
	checks.Count = func(ctx context.Context) (string, error) {
		result, err := countNow(ctx, connection, e, "today")
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d bot conversations today, read in %s", result.Cells[0].Counts.Total, result.RunTime.Round(time.Millisecond)), nil
	}
	return connection.Client.Check(ctx, checks), nil
}

// countNow asks one of the exporter's questions.
func countNow(ctx context.Context, connection *config.Connection, e config.Environment, window string, by ...string) (*tally.Result, error) {
	asked := query.Query{View: catalog.RealTime, Window: window, GroupBy: by}
	spec, err := asked.Resolve(catalog.Default(), query.Env{Definition: e.Definition, TimeZone: e.TimeZone, Now: time.Now()})
	if err != nil {
		return nil, err
	}
	return connection.Counter.Count(ctx, spec)
}
