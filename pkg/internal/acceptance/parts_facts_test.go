package acceptance

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"pgregory.net/rapid"
)

// endsWholes ends every statement about all conversations, as Dataverse ends those that run for too long.
type endsWholes struct {
	source tally.Source
	parts  int
}

func (s *endsWholes) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	if !strings.Contains(text, "AS v\n") {
		return nil, &dataverse.Error{Class: dataverse.ClassServerTimeout, Message: "ended"}
	}
	s.parts++
	return s.source.Query(ctx, text, args...)
}

// An explanation and the newest session of a window that outruns the server's limit are put together from parts, and are
// what one statement would have told.
func TestWhatIsExplainedInPartsAgreesWithOracle(t *testing.T) {
	cat := catalog.Default()
	road := openRoad(t)
	tried, split := 0, 0
	checkFewer(t, 5, func(t *rapid.T) {
		tried++
		s := drawScene(t)
		data := drawCenter(t, s)
		if err := road.load(t.Context(), data); err != nil {
			t.Fatalf("loading the contact center: %v\n%s", err, show(data))
		}
		q := drawQuestion(t, cat, s)
		spec := resolve(t, cat, q)
		source := &endsWholes{source: road.client}
		service := tally.New(cat, source)
		var timeout *dataverse.Error
		newest, err := service.Newest(t.Context(), spec)
		if errors.As(err, &timeout) && timeout.Class == dataverse.ClassServerTimeout {
			return // too short to be split
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, report(data, q, spec, nil))
		}
		if want := oracle.Newest(data, spec); !newest.Time.Equal(want) {
			t.Fatalf("the newest is %s, want %s\n%s", newest.Time, want, report(data, q, spec, nil))
		}
		spec.Buckets = nil
		explanation, err := service.Explain(t.Context(), spec)
		if refused := (*query.Error)(nil); errors.As(err, &refused) {
			return
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, report(data, q, spec, nil))
		}
		if want, got := oracle.Explain(data, explanation.Spec), linesOf(explanation); want != got {
			t.Fatalf("want %+v\ngot  %+v\n%s", want, got, report(data, q, spec, nil))
		}
		if len(explanation.Notices) != 1 || !strings.Contains(explanation.Notices[0].Text, "parts") {
			t.Fatalf("the notices are %v", explanation.Notices)
		}
		split++
	})
	notInVain(t, tried, split, "nothing was split")
}
