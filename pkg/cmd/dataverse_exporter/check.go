package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/version"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/exporter"
	"github.com/dataverse-tally/tally/pkg/exporter/config"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// step is one thing that check tried.
type step struct {
	environment, name string
	failed            error
	found             string
}

// check tries what the exporter needs, environment by environment, and prints it as a table. It fails when a step
// failed.
func (p *program) check(ctx context.Context) error {
	environments, err := p.settings.Load()
	if err != nil {
		return err
	}
	var steps []step
	for _, e := range environments {
		tried, err := p.checkEnvironment(ctx, e)
		if err != nil {
			return fmt.Errorf("environment %s: %w", e.Name, err)
		}
		steps = append(steps, tried...)
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ENVIRONMENT\tCHECK\tRESULT\tDETAILS")
	failures := 0
	for _, s := range steps {
		result, details := "ok", s.found
		if s.failed != nil {
			failures++
			result, details = "FAILED", strings.Join(strings.Fields(s.failed.Error()), " ")
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", s.environment, s.name, result, details)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the table: %w", err)
	}
	if failures > 0 {
		return fmt.Errorf("%d of %d checks failed", failures, len(steps))
	}
	return nil
}

// checkEnvironment stops at the first step without which the following ones cannot succeed. Its error is one of the
// configuration.
func (p *program) checkEnvironment(ctx context.Context, e config.Environment) (steps []step, err error) {
	connection, err := e.Connect(version.Version, p.logger)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, connection.Client.Close()) }()
	try := func(name string, do func(context.Context) (string, error)) bool {
		ctx, cancel := context.WithTimeout(ctx, e.Timeout)
		defer cancel()
		found, failed := do(ctx)
		steps = append(steps, step{e.Name, name, failed, found})
		return failed == nil
	}
	hasToken := try("token", func(ctx context.Context) (string, error) {
		token, err := connection.Token(ctx)
		if err != nil {
			return "", err
		}
		if expiry, ok := exporter.TokenExpiry(token); ok {
			return "good until " + expiry.UTC().Format(time.DateTime) + " UTC", nil
		}
		return "of unknown expiry", nil
	})
	if !hasToken {
		return steps, nil
	}
	counted := try("login and count", func(ctx context.Context) (string, error) {
		result, err := countNow(ctx, connection, e, "today")
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d bot conversations today, read in %s", result.Cells[0].Counts.Total, result.RunTime.Round(time.Millisecond)), nil
	})
	if !counted {
		return steps, nil
	}
	try("tables for in progress", func(ctx context.Context) (string, error) {
		result, err := countNow(ctx, connection, e, "in_progress_now")
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d bot conversations in progress", result.Cells[0].Counts.InProgress), nil
	})
	for _, by := range e.Breakdowns {
		try("tables for by "+by, func(ctx context.Context) (string, error) {
			result, err := countNow(ctx, connection, e, "last_24h", by)
			if err != nil {
				return "", err
			}
			unnamed := slices.IndexFunc(result.Notices, func(n tally.Notice) bool { return n.Severity == tally.Warning })
			if unnamed >= 0 {
				return "", errors.New(result.Notices[unnamed].Text)
			}
			return fmt.Sprintf("%d groups in the last 24 hours", len(result.Cells)), nil
		})
	}
	return steps, nil
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
