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
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// listing counts the statements that read some of the parts of a window only, and ends some of the others if it is told
// to, as Dataverse ends those that run for too long.
type listing struct {
	source     tally.Source
	all, lists int
	ends       int
}

func (s *listing) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	if strings.Contains(text, "AS [part]") {
		s.all++
		if strings.Contains(text, "AS v\n") {
			s.lists++
		}
		onlyNull := strings.Contains(text, "v.[msdyn_createdon] IS NULL") && strings.Count(text, "AS v\n") == 1
		if s.ends > 0 && !onlyNull {
			s.ends--
			return nil, &dataverse.Error{Class: dataverse.ClassServerTimeout, Message: "ended"}
		}
	}
	return s.source.Query(ctx, text, args...)
}

// Windows without buckets are put together from parts by the creation of the conversations. However they move on, and
// whatever times the sessions have: the numbers are those of the oracle.
func TestWindowsThatMoveOnAgreeWithOracle(t *testing.T) {
	eachProfile(t, windowsThatMoveOn)
}

func windowsThatMoveOn(t *testing.T, road *road) {
	cat := catalog.Default()
	source := &listing{source: road.client}
	checkFewer(t, road.fewer(2), func(t *rapid.T) {
		s := drawScene(t)
		data := drawCenter(t, s)
		if err := road.load(t.Context(), data); err != nil {
			t.Fatalf("loading the contact center: %v\n%s", err, show(data))
		}
		q := drawQuestion(t, cat, s)
		q.saved.Bucket, q.saved.Window = "", ""
		edge := s.anchor.Add(time.Duration(rapid.IntRange(-12, 12).Draw(t, "edge")) * 15 * time.Minute)
		length := rapid.SampledFrom([]time.Duration{50 * time.Hour, 30 * time.Hour, 7 * time.Hour, 5 * time.Hour, 30 * 24 * time.Hour}).Draw(t, "length")
		q.env.From, q.env.To = edge.Add(-length), edge
		if rapid.Bool().Draw(t, "edge is the beginning") {
			q.env.From, q.env.To = edge, edge.Add(length)
		}
		now := q.env.To.Add(rapid.SampledFrom([]time.Duration{0, 0, time.Hour, 100 * time.Hour}).Draw(t, "age"))
		service := tally.New(cat, source, tally.WithClock(func() time.Time { return now }), tally.WithNowStep(time.Second), tally.WithProfile(road.lane.profile))
		for range rapid.IntRange(2, 8).Draw(t, "refreshes") {
			if length >= 30*time.Hour { // parts of few minutes cannot be split
				source.ends = rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "ended")
			}
			q.env.Now = q.env.To
			spec := resolve(t, cat, q)
			result, err := service.Count(t.Context(), spec)
			if err != nil {
				t.Fatalf("%v\n%s", err, report(data, q, spec, result))
			}
			if problem := compare(cat, oracle.Count(data, spec), result); problem != "" {
				t.Fatalf("%s\n%s", problem, report(data, q, spec, result))
			}
			quarter := 15 * time.Minute
			q.env.To = q.env.To.Add(rapid.SampledFrom([]time.Duration{quarter, time.Second, 0, quarter + time.Second, time.Hour, -quarter}).Draw(t, "end moves"))
			q.env.From = q.env.From.Add(rapid.SampledFrom([]time.Duration{quarter, time.Second, 0, quarter + time.Second, -quarter}).Draw(t, "beginning moves"))
			now = now.Add(rapid.SampledFrom([]time.Duration{0, time.Second, 11 * time.Second, 3 * time.Minute}).Draw(t, "time passes"))
		}
	})
	assert.Greater(t, source.lists, source.all/5, "parts are put together")
}
