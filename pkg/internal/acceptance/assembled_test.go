package acceptance

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/tally"
	"pgregory.net/rapid"
)

// A data source that remembers answers a range that moves, grows and shrinks as one that remembers nothing.
func TestWhatIsPutTogetherFromTheCacheAgreesWithOracle(t *testing.T) {
	cat := catalog.Default()
	road := openRoad(t)
	checkFewer(t, 2, func(t *rapid.T) {
		s := drawScene(t)
		data := drawCenter(t, s)
		if err := road.load(t.Context(), data); err != nil {
			t.Fatalf("loading the contact center: %v\n%s", err, show(data))
		}
		q := drawQuestion(t, cat, s)
		age := rapid.SampledFrom([]time.Duration{0, 30 * time.Hour, 100 * time.Hour, 1000 * time.Hour}).Draw(t, "age")
		now := q.env.To.Add(age)
		service := tally.New(cat, road.client, tally.WithClock(func() time.Time { return now }), tally.WithNowStep(time.Second))
		for range rapid.IntRange(2, 5).Draw(t, "refreshes") {
			spec := resolve(t, cat, q)
			result, err := service.Count(t.Context(), spec)
			if err != nil {
				t.Fatalf("%v\n%s", err, report(data, q, spec, result))
			}
			if problem := compare(cat, oracle.Count(data, spec), result); problem != "" {
				t.Fatalf("%s\n%s", problem, report(data, q, spec, result))
			}
			length := q.env.To.Sub(q.env.From)
			move := rapid.SampledFrom([]time.Duration{0, time.Minute, 15 * time.Minute, time.Hour, 25 * time.Hour, -time.Hour}).Draw(t, "move")
			shrink := rapid.SampledFrom([]time.Duration{0, 0, length / 4, length / 2}).Draw(t, "shrink")
			if length < time.Hour {
				shrink = 0 // a range of less than a second is refused
			}
			q.env.From, q.env.To, q.env.Now = q.env.From.Add(move), q.env.To.Add(move-shrink), q.env.Now.Add(move)
			now = now.Add(rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute, time.Hour}).Draw(t, "time passes"))
		}
	})
}
