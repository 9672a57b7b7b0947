package exporter

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/prometheus/common/version"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

//go:embed landing.html
var landingText string

var landing = template.Must(template.New("landing").Parse(landingText))

// The page for people, as the template sees it.
type (
	landingPage struct {
		Version      string
		MetricsPath  string
		Main         string // name of the environment on the metrics path; "" for none
		Environments []landingEnvironment
	}
	landingEnvironment struct {
		Name, Definition, Zone string
		Up, Tried              bool
		Totals                 []landingTotal
		InProgress, Newest     string
		Copied                 string // of a copy only
		Queries                []landingQuery
	}
	landingTotal struct{ Window, Total, Escalated, Deflected, Age string }
	landingQuery struct {
		Name, Interval, Age, Took string
		Tried, Failed             bool
		Problem, Since            string // the last error, also after a success
	}
)

func (s *Site) serveLanding(w http.ResponseWriter, _ *http.Request) {
	page := landingPage{Version: version.Version, MetricsPath: s.options.MetricsPath}
	main := s.main()
	for _, e := range *s.current.Load() {
		if e.exporter == main {
			page.Main = e.Name
		}
		page.Environments = append(page.Environments, e.exporter.landing(e.Name))
	}
	var body bytes.Buffer
	if err := landing.Execute(&body, page); err != nil {
		s.options.Logger.Error("the page for people cannot be written", "err", err)
		http.Error(w, "this page cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	_, _ = w.Write(body.Bytes())
}

func (e *Exporter) landing(name string) landingEnvironment {
	now := e.options.Now()
	first := e.queries[0]
	shown := landingEnvironment{Name: name, Definition: e.definition.ID + " (" + e.definition.Title + ")", Zone: first.spec.Location.String(), Up: e.up(),
		Tried: e.lastRun.Load() != nil, InProgress: "–", Newest: "–"}
	for _, r := range e.queries {
		current := r.current(now)
		switch r.name {
		case inProgress:
			if current != nil {
				shown.InProgress = count(current.whole.InProgress)
			}
		case newest:
			if current != nil && !current.latest.IsZero() {
				shown.Newest = ago(now.Sub(current.latest))
			}
		case freshness:
			if current != nil && !current.latest.IsZero() {
				shown.Copied = ago(now.Sub(current.latest))
			}
		default:
			if r.by == "" {
				shown.Totals = append(shown.Totals, r.landingTotal(current, now))
			}
		}
		shown.Queries = append(shown.Queries, r.landingQuery(now))
	}
	return shown
}

func (r *refresh) landingTotal(current *snapshot, now time.Time) landingTotal {
	total := landingTotal{Window: r.window, Total: "–", Escalated: "–", Deflected: "–", Age: "–"}
	if window, ok := r.cat.Window(r.window); ok {
		total.Window = window.Title
	}
	if current != nil {
		counts := *current.whole
		total.Total, total.Escalated = count(counts.Total), count(counts.Escalated)
		total.Deflected = count(counts.Total - counts.Escalated)
		total.Age = ago(now.Sub(current.readAt))
	}
	return total
}

func (r *refresh) landingQuery(now time.Time) landingQuery {
	shown := landingQuery{Name: r.name, Interval: catalog.Duration(r.interval).String(), Age: "never"}
	if good := r.good.Load(); good != nil {
		shown.Age = ago(now.Sub(good.readAt))
	}
	if last := r.last.Load(); last != nil {
		shown.Tried, shown.Failed = true, last.err != nil
		shown.Took = last.took.Round(time.Millisecond).String()
	}
	if problem := r.problem.Load(); problem != nil {
		shown.Problem, shown.Since = problem.err.Error(), ago(now.Sub(problem.at))
	}
	return shown
}

func count(n int64) string { return fmt.Sprint(n) }

// ago is an age in the unit that a person would choose.
func ago(age time.Duration) string {
	switch age = max(0, age); {
	case age < 2*time.Minute:
		return fmt.Sprintf("%d s ago", int(age.Seconds()))
	case age < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(age.Minutes()))
	case age < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(age.Hours()))
	default:
		return fmt.Sprintf("%d days ago", int(age.Hours()/24))
	}
}
