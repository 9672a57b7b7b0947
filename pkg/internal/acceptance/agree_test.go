package acceptance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"pgregory.net/rapid"
)

// A failure prints the smallest contact center and query that rapid finds; run it again with -rapid.seed.
func TestRandomContactCentersAgreeWithOracle(t *testing.T) {
	t.Run(usualLane.String(), func(t *testing.T) { rapid.Check(t, agreement(openLane(t, usualLane))) })
	// Rows of a copy take several times as long to load, since there are more of them.
	for _, lane := range copyLanes {
		t.Run(lane.String(), func(t *testing.T) { checkFewer(t, 2, agreement(openLane(t, lane))) })
	}
	for _, lane := range literalLanes {
		t.Run(lane.String(), func(t *testing.T) { checkFewer(t, 20, agreement(openLane(t, lane))) })
	}
}

// agreement is the law that a road counts what the oracle counts.
func agreement(road *road) func(*rapid.T) {
	cat := catalog.Default()
	return func(t *rapid.T) {
		s := drawScene(t)
		data := drawCenter(t, s)
		if err := road.load(t.Context(), data); err != nil {
			t.Fatalf("loading the contact center: %v\n%s", err, show(data))
		}
		questions := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) question { return drawQuestion(t, cat, s) }), 1, 5)
		for _, q := range questions.Draw(t, "questions") {
			spec := resolve(t, cat, q)
			result, err := road.count(t.Context(), spec)
			if err != nil {
				t.Fatalf("%v\n%s", err, report(data, q, spec, result))
			}
			if problem := compare(cat, oracle.Count(data, spec), result); problem != "" {
				t.Fatalf("%s\n%s", problem, report(data, q, spec, result))
			}
		}
	}
}

// resolve parses and resolves a question, and checks that what comes out is what the definitions say.
func resolve(t *rapid.T, cat *catalog.Catalog, q question) query.Spec {
	parsed, err := query.Parse(q.raw())
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, q.raw())
	}
	spec, err := parsed.Resolve(cat, q.env)
	if err != nil {
		t.Fatalf("Resolve: %v\n%s\n%+v", err, q.raw(), q.env)
	}
	if problem := misread(cat, q, spec); problem != "" {
		t.Fatalf("%s\n%s\n%+v", problem, q.raw(), q.env)
	}
	return spec
}

// misread says what of a spec is not what the question asks, or nothing.
func misread(cat *catalog.Catalog, q question, spec query.Spec) string {
	if rules, known := wantedRules(cat, q); !known || spec.Rules != rules {
		return fmt.Sprintf("rules in force are %+v, want %+v", spec.Rules, rules)
	}
	if window := wantedWindow(cat, q); !sameWindow(spec.Window, window) {
		return fmt.Sprintf("window is %v, want %v", spec.Window, window)
	}
	if spec.Location == nil || spec.Location.String() != q.zone() {
		return fmt.Sprintf("zone is %v, want %s", spec.Location, q.zone())
	}
	if spec.Window.From.Equal(spec.Window.To) {
		return "" // today at its first instant: whatever the buckets, nothing lies in them
	}
	switch bucket := q.saved.Bucket; bucket {
	case "", "none":
		if spec.Buckets.Len() != 0 {
			return fmt.Sprintf("%d buckets, want none", spec.Buckets.Len())
		}
	case "auto": // which one is the product's choice; that it covers the window is not
		starts := spec.Buckets.Starts()
		if len(starts) == 0 || starts[0].After(spec.Window.From) || spec.Buckets.End().Before(spec.Window.To) {
			return fmt.Sprintf("buckets %v do not cover the window %v", spec.Buckets, spec.Window)
		}
	default:
		starts, err := oracle.Starts(bucket, spec.Window.From, spec.Window.To, spec.Location)
		if err != nil {
			return err.Error()
		}
		if !slices.EqualFunc(spec.Buckets.Starts(), starts, time.Time.Equal) {
			return fmt.Sprintf("buckets start at %v, want %v", spec.Buckets.Starts(), starts)
		}
	}
	return ""
}

func sameWindow(a, b query.Window) bool {
	return a.ID == b.ID && a.From.Equal(b.From) && a.To.Equal(b.To) && a.OpenFrom.Equal(b.OpenFrom)
}

// compare says how a result differs from the oracle's, or breaks a law of docs/definitions.md, or nothing.
func compare(cat *catalog.Catalog, wanted []oracle.Cell, result *tally.Result) string {
	want, got := map[string]string{}, map[string]string{}
	for _, cell := range wanted {
		var group []string
		for _, value := range cell.Group {
			group = append(group, value.String())
		}
		want[cellKey(cell.Bucket, group)] = fmt.Sprint(cell.Counts)
	}
	var last time.Time
	for _, cell := range result.Cells {
		var group []string
		for _, value := range cell.Group {
			text := value.Value
			if value.Null {
				text = oracle.Value{Null: true}.String()
			}
			group = append(group, text)
			if value.Label == "" {
				return fmt.Sprintf("value %q has no label", text)
			}
		}
		key := cellKey(cell.Bucket, group)
		if _, twice := got[key]; twice {
			return fmt.Sprintf("cell %s occurs twice", key)
		}
		got[key] = fmt.Sprint(cell.Counts)
		if cell.Bucket.Before(last) {
			return fmt.Sprintf("cell %s stands after one of %s", key, last)
		}
		last = cell.Bucket
		if broken := brokenLaw(cat, cell.Counts); broken != "" {
			return fmt.Sprintf("cell %s: %s", key, broken)
		}
	}
	if !maps.Equal(want, got) {
		return "counts (total, escalated, in progress) by bucket and group\nwant " + sorted(want) + "\ngot  " + sorted(got)
	}
	return ""
}

// brokenLaw says which law the metrics of a cell break, or nothing.
func brokenLaw(cat *catalog.Catalog, counts catalog.Counts) string {
	value := func(id string) (float64, bool) {
		metric, _ := cat.Metric(id)
		return cat.Evaluate(metric, counts)
	}
	total, _ := value("total")
	escalated, _ := value("escalated")
	deflected, _ := value("deflected")
	inProgress, _ := value("in_progress")
	escalationRate, hasEscalationRate := value("escalation_rate")
	deflectionRate, hasDeflectionRate := value("deflection_rate")
	switch {
	case deflected+escalated != total:
		return fmt.Sprintf("deflected %v + escalated %v is not total %v", deflected, escalated, total)
	case deflected < 0 || inProgress < 0 || inProgress > deflected:
		return fmt.Sprintf("in progress %v is not a part of deflected %v", inProgress, deflected)
	case hasEscalationRate != (total > 0) || hasDeflectionRate != (total > 0):
		return fmt.Sprintf("rates of a total of %v: %v (%t), %v (%t)", total, escalationRate, hasEscalationRate, deflectionRate, hasDeflectionRate)
	case total > 0 && (escalationRate != escalated/total || deflectionRate != deflected/total):
		return fmt.Sprintf("rates %v and %v of %v escalated of %v", escalationRate, deflectionRate, escalated, total)
	}
	return ""
}

func cellKey(bucket time.Time, group []string) string {
	key := ""
	if !bucket.IsZero() {
		key = bucket.UTC().Format(time.RFC3339) + " "
	}
	return key + strings.Join(group, " | ")
}

func sorted(cells map[string]string) string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(cells)) {
		lines = append(lines, fmt.Sprintf("\n  [%s] %s", key, cells[key]))
	}
	return strings.Join(lines, "")
}

// report is all that is needed to look into a failure.
func report(data *contactcenter.Dataset, q question, spec query.Spec, result *tally.Result) string {
	text := fmt.Sprintf("\nquery %s\nfrom %s to %s now %s zone %s definition %s\nwindow %v\nrules %+v\n\n%s",
		q.raw(), q.env.From, q.env.To, q.env.Now, q.env.TimeZone, q.env.Definition, spec.Window, spec.Rules, show(data))
	if result != nil {
		text += fmt.Sprintf("\n%s\n%v\n", result.Statement.Text, result.Statement.Args)
	}
	return text
}
