package acceptance

import (
	"errors"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
	"pgregory.net/rapid"
)

// What an explanation says is left after each rule is what the oracle counts with that rule and those before it.
func TestExplanationsAddUpAndAgreeWithOracle(t *testing.T) { eachProfile(t, testExplanations) }

func testExplanations(t *testing.T, road *road) {
	cat := catalog.Default()
	tried, explained := 0, 0
	checkFewer(t, road.fewer(5), func(t *rapid.T) {
		tried++
		s := drawScene(t)
		data := drawCenter(t, s)
		if err := road.load(t.Context(), data); err != nil {
			t.Fatalf("loading the contact center: %v\n%s", err, show(data))
		}
		q := drawQuestion(t, cat, s)
		spec := resolve(t, cat, q)
		explanation, err := road.service().Explain(t.Context(), spec)
		if refused := (*query.Error)(nil); errors.As(err, &refused) {
			return
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, report(data, q, spec, nil))
		}
		explained++
		spec = explanation.Spec
		total := func(change func(*catalog.Rules)) int64 {
			one := spec
			change(&one.Rules)
			return oracle.Count(data, one)[0].Counts.Total
		}
		noEvents := func(r *catalog.Rules) { r.Events, r.EventTable = catalog.EventsIgnore, "" }
		left := explanation.BotSessions
		for i, want := range []int64{
			-1, // entity records cannot be switched off
			total(func(r *catalog.Rules) { noEvents(r); r.SMS = catalog.SMSNone }),
			total(noEvents),
			total(func(*catalog.Rules) {}),
		} {
			left -= explanation.Steps[i].Removed
			if want >= 0 && left != want {
				t.Fatalf("after %s %d are left, want %d\n%+v\n%s", explanation.Steps[i].Rule, left, want, explanation, report(data, q, spec, nil))
			}
		}
		if left != explanation.Total {
			t.Fatalf("the total is %d, and %d are left", explanation.Total, left)
		}
		for _, other := range explanation.Others {
			one := spec
			one.Rules = other.Definition.Views[spec.View]
			if window, _ := cat.Window(spec.Window.ID); window.TimeAxis != "" {
				one.Rules.TimeAxis = window.TimeAxis
			}
			if want := oracle.Count(data, one)[0].Counts; other.Counts != want {
				t.Fatalf("by %s %+v, want %+v\n%s", other.Definition.ID, other.Counts, want, report(data, q, one, nil))
			}
		}
	})
	notInVain(t, tried, explained, "no query could be explained")
}
