package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/exporter/config"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// queryArguments are the flags of the command query.
type queryArguments struct {
	environment, window, output string
	by                          []string
}

func (q *queryArguments) add(command *kingpin.CmdClause) {
	command.Flag("environment", "Name of the environment; not needed where there is only one.").StringVar(&q.environment)
	command.Flag("window", "Window of the catalogue: last_2h, today, last_24h, last_24h_open_3d or in_progress_now.").Default("today").StringVar(&q.window)
	command.Flag("by", "Dimension to group by; can be repeated.").StringsVar(&q.by)
	command.Flag("output", "How to print: table or json.").Default("table").EnumVar(&q.output, "table", "json")
}

// printCount counts once and prints it.
func (p *program) printCount(ctx context.Context) (err error) {
	e, err := p.chosen()
	if err != nil {
		return err
	}
	connection, err := e.Connect(version.Version, p.logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, connection.Close()) }()
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	result, err := countNow(ctx, connection, e, p.query.window, p.query.by...)
	var wrong *query.Error
	switch {
	case errors.As(err, &wrong) && strings.HasPrefix(wrong.Field, "groupBy"):
		return fmt.Errorf("--by: %s; %s", wrong.Problem, wrong.Remedy)
	case errors.As(err, &wrong) && wrong.Field == "window":
		return fmt.Errorf("--window: %s; %s", wrong.Problem, wrong.Remedy)
	case err != nil:
		return err
	}
	if p.query.output == "json" {
		return printJSON(p.stdout, result)
	}
	return printTable(p.stdout, result)
}

// chosen is the environment that the arguments name.
func (p *program) chosen() (config.Environment, error) {
	environments, err := p.settings.Load()
	if err != nil {
		return config.Environment{}, err
	}
	var names []string
	for _, e := range environments {
		if e.Name == p.query.environment || len(environments) == 1 && p.query.environment == "" {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return config.Environment{}, fmt.Errorf("choose an environment with --environment: %s", strings.Join(names, ", "))
}

func printTable(to io.Writer, result *tally.Result) error {
	cat, spec := catalog.Default(), result.Spec
	_, _ = fmt.Fprintf(to, "%s, %s to %s UTC\n", spec.Definition.Title, spec.Window.From.Format(time.DateTime), spec.Window.To.Format(time.DateTime))
	for _, notice := range result.Notices {
		_, _ = fmt.Fprintf(to, "%s: %s\n", notice.Severity, notice.Text)
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	var titles []string
	for _, dimension := range spec.GroupBy {
		titles = append(titles, strings.ToUpper(dimension.Title))
	}
	for _, metric := range cat.Metrics {
		titles = append(titles, strings.ToUpper(metric.Title))
	}
	_, _ = fmt.Fprintln(table, strings.Join(titles, "\t"))
	for _, cell := range result.Cells {
		var row []string
		for _, group := range cell.Group {
			row = append(row, group.Label)
		}
		for _, metric := range cat.Metrics {
			row = append(row, shownValue(result, cell, metric))
		}
		_, _ = fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the table: %w", err)
	}
	return nil
}

func shownValue(result *tally.Result, cell tally.Cell, metric catalog.Metric) string {
	value, ok := result.Value(catalog.Default(), cell, metric)
	switch {
	case !ok:
		return "-"
	case metric.Unit == "percentunit":
		return fmt.Sprintf("%.1f %%", value*100)
	default:
		return fmt.Sprintf("%g", value)
	}
}

// printed is the JSON form of a count.
type printed struct {
	Definition string         `json:"definition"`
	View       catalog.View   `json:"view"`
	Window     string         `json:"window"`
	From       time.Time      `json:"from"`
	To         time.Time      `json:"to"`
	AsOf       time.Time      `json:"asOf"`
	Rows       []printedRow   `json:"rows"`
	Notices    []tally.Notice `json:"notices,omitempty"`
}

type printedRow struct {
	Groups map[string]printedGroup `json:"groups,omitempty"` // by dimension
	Values map[string]*float64     `json:"values"`           // by metric; null where there is none
}

type printedGroup struct {
	Value *string `json:"value"` // null where there is none
	Label string  `json:"label"`
}

func printJSON(to io.Writer, result *tally.Result) error {
	spec := result.Spec
	out := printed{Definition: spec.Definition.ID, View: spec.View, Window: spec.Window.ID, From: spec.Window.From,
		To: spec.Window.To, AsOf: result.AsOf.UTC(), Notices: result.Notices, Rows: []printedRow{}}
	for _, cell := range result.Cells {
		row := printedRow{Values: map[string]*float64{}}
		for i, dimension := range spec.GroupBy {
			if row.Groups == nil {
				row.Groups = map[string]printedGroup{}
			}
			group := printedGroup{Label: cell.Group[i].Label}
			if !cell.Group[i].Null {
				group.Value = &cell.Group[i].Value
			}
			row.Groups[dimension.ID] = group
		}
		for _, metric := range catalog.Default().Metrics {
			row.Values[metric.ID] = nil
			if value, ok := result.Value(catalog.Default(), cell, metric); ok {
				row.Values[metric.ID] = &value
			}
		}
		out.Rows = append(out.Rows, row)
	}
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(out); err != nil {
		return fmt.Errorf("printing the count: %w", err)
	}
	return nil
}
