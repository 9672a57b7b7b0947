package acceptance

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/tally"
	"pgregory.net/rapid"
)

// impatient ends the statements over more than a few minutes, as Dataverse ends those that run for too long. Of those
// about a part of the conversations it ends some.
type impatient struct {
	source tally.Source
	parts  int
}

func (s *impatient) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	from, isTime := time.Time{}, false
	if len(args) > 1 {
		from, isTime = args[0].(time.Time)
	}
	ofPart := strings.Contains(text, "AS v\n")
	if ofPart {
		s.parts++
	}
	if isTime && strings.Contains(text, "[total]") {
		to, ok := args[1].(time.Time)
		if !ok {
			to = from // the window is empty: both of its ends are one parameter
		}
		if !ofPart && to.Sub(from) >= 10*time.Minute || ofPart && s.parts == 2 && !strings.Contains(text, "IS NULL") && to.Sub(from) > time.Hour {
			return nil, &dataverse.Error{Class: dataverse.ClassServerTimeout, Message: "ended"}
		}
	}
	return s.source.Query(ctx, text, args...)
}

// A window that outruns the server's limit is counted in parts, and the numbers are those of one statement.
func TestWhatIsCountedInPartsAgreesWithOracle(t *testing.T) { eachProfile(t, testParts) }

func testParts(t *testing.T, road *road) {
	cat := catalog.Default()
	checkFewer(t, road.fewer(5), func(t *rapid.T) {
		s := drawScene(t)
		data := drawCenter(t, s)
		if err := road.load(t.Context(), data); err != nil {
			t.Fatalf("loading the contact center: %v\n%s", err, show(data))
		}
		q := drawQuestion(t, cat, s)
		if wantedWindow(cat, q).To.Sub(wantedWindow(cat, q).From) < time.Hour {
			q.env.From = q.env.To.Add(-time.Hour)
		}
		spec := resolve(t, cat, q)
		source := &impatient{source: road.client}
		result, err := tally.New(cat, source, tally.WithProfile(road.lane.profile)).Count(t.Context(), spec)
		if err != nil {
			t.Fatalf("%v\n%s", err, report(data, q, spec, result))
		}
		if problem := compare(cat, oracle.Count(data, spec), result); problem != "" {
			t.Fatalf("%s\n%s", problem, report(data, q, spec, result))
		}
		if length := spec.Window.To.Sub(spec.Window.From); length >= 10*time.Minute && result.Statements < 2 {
			t.Fatalf("%s were counted with %d statement", length, result.Statements)
		}
	})
}
