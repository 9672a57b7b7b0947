package plugin

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// hourly is a result with buckets of an hour from midnight on, read after so many of them. Each row is the totals of a
// group, hour by hour, and of these the escalated ones.
func hourly(t *testing.T, dimensions []string, over time.Duration, groups map[string][][2]int64) *tally.Result {
	t.Helper()
	result := resultOf(t, []string{"total"}, dimensions)
	length := 0
	for name, hours := range groups {
		length = max(length, len(hours))
		for i, counted := range hours {
			if counted[0] == 0 {
				continue
			}
			cell := tally.Cell{Bucket: midnight.Add(time.Duration(i) * time.Hour), Counts: counts(counted[0], counted[1], 0)}
			if len(dimensions) > 0 {
				cell.Group = []tally.GroupValue{{Value: name, Label: name}}
			}
			result.Cells = append(result.Cells, cell)
		}
	}
	result.Spec.Buckets = hours(midnight, length)
	result.Spec.Window = query.Window{ID: "range", From: midnight, To: midnight.Add(time.Duration(length) * time.Hour)}
	result.AsOf = midnight.Add(over)
	return result
}

// spans are the marks' times in hours after midnight.
func spans(marks []mark) (hours [][2]float64) {
	for _, one := range marks {
		hours = append(hours, [2]float64{one.from.Sub(midnight).Hours(), one.to.Sub(midnight).Hours()})
	}
	return hours
}

func TestNeighbouringSpikesAreOneMark(t *testing.T) {
	cases := map[string]struct {
		hours [][2]int64
		want  [][2]float64
	}{
		"none":                       {[][2]int64{{20, 5}, {20, 0}, {0, 0}}, nil},
		"at the threshold":           {[][2]int64{{20, 10}, {20, 5}}, [][2]float64{{0, 1}}},
		"neighbours":                 {[][2]int64{{20, 5}, {20, 15}, {10, 10}, {20, 0}, {20, 20}}, [][2]float64{{1, 3}, {4, 5}}},
		"no conversation is no rate": {[][2]int64{{20, 20}, {0, 0}, {20, 20}}, [][2]float64{{0, 1}, {2, 3}}},
		"too few to tell":            {[][2]int64{{4, 4}, {5, 5}}, [][2]float64{{1, 2}}},
		"to the end":                 {[][2]int64{{20, 0}, {20, 20}, {20, 20}}, [][2]float64{{1, 3}}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, spans(spikes(hourly(t, nil, 30*time.Hour, map[string][][2]int64{"": test.hours}), 0.5)))
		})
	}
	t.Run("cut to the window", func(t *testing.T) {
		result := hourly(t, nil, 30*time.Hour, map[string][][2]int64{"": {{5, 5}, {5, 5}}})
		result.Spec.Window.From, result.Spec.Window.To = midnight.Add(20*time.Minute), midnight.Add(90*time.Minute)
		marks := spikes(result, 0.5)
		assert.Equal(t, midnight.Add(20*time.Minute), marks[0].from)
		assert.Equal(t, midnight.Add(90*time.Minute), marks[0].to)
	})
}

func TestEverySpikeLiesInExactlyOneMark(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var hours [][2]int64
		for range rapid.IntRange(1, 30).Draw(r, "hours") {
			total := rapid.Int64Range(0, 12).Draw(r, "total")
			hours = append(hours, [2]int64{total, rapid.Int64Range(0, total).Draw(r, "escalated")})
		}
		threshold := rapid.SampledFrom([]float64{0.01, 0.2, 0.5, 1}).Draw(r, "threshold")
		marks := spikes(hourly(t, nil, 40*time.Hour, map[string][][2]int64{"": hours}), threshold)
		for i, one := range hours {
			at := midnight.Add(time.Duration(i)*time.Hour + time.Minute)
			in := 0
			for _, mark := range marks {
				if !at.Before(mark.from) && at.Before(mark.to) {
					in++
				}
			}
			wanted := 0
			if one[0] >= leastOfSpike && float64(one[1])/float64(one[0]) >= threshold {
				wanted = 1
			}
			assert.Equal(r, wanted, in, "hour %d of %v", i, hours)
		}
		for i := 1; i < len(marks); i++ {
			assert.True(r, marks[i-1].to.Before(marks[i].from), "neighbours are one")
		}
	})
}

func TestAnOutageIsAGapOfThreeBucketsAfterActivity(t *testing.T) {
	active, none := [2]int64{2, 0}, [2]int64{0, 0}
	cases := map[string]struct {
		hours [][2]int64
		over  time.Duration
		want  [][2]float64
	}{
		"no gap":                                  {[][2]int64{active, none, none, active}, 30 * time.Hour, nil},
		"three buckets":                           {[][2]int64{active, none, none, none, active}, 30 * time.Hour, [][2]float64{{1, 4}}},
		"before the first activity":               {[][2]int64{none, none, none, none, active}, 30 * time.Hour, nil},
		"still going on":                          {[][2]int64{active, none, none, none, none}, 30 * time.Hour, [][2]float64{{1, 5}}},
		"until the last bucket that is over":      {[][2]int64{active, none, none, none, none, none}, 4*time.Hour + time.Minute, [][2]float64{{1, 4}}},
		"too short as far as is known":            {[][2]int64{active, none, none, none, none, none}, 3*time.Hour + time.Minute, nil},
		"two of them":                             {[][2]int64{active, none, none, none, active, none, none, none, active}, 30 * time.Hour, [][2]float64{{1, 4}, {5, 8}}},
		"activity in the bucket that is not over": {[][2]int64{active, none, none, none, active, none}, 4*time.Hour + time.Minute, [][2]float64{{1, 4}}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			result := hourly(t, []string{"bot"}, test.over, map[string][][2]int64{"Anna": test.hours})
			assert.Equal(t, test.want, spans(outages(result)))
		})
	}
}

func TestOutagesAreOfEachBotByItself(t *testing.T) {
	active, none := [2]int64{1, 0}, [2]int64{0, 0}
	marks := outages(hourly(t, []string{"bot"}, 30*time.Hour, map[string][][2]int64{
		"Bert, the first": {active, none, none, none, active},
		"Anna":            {active, active, active, active, active},
		"Carl":            {active, none, none, none, none},
	}))
	var titles []string
	for _, one := range marks {
		titles = append(titles, one.title)
		assert.NotContains(t, one.tags, ", ", "a comma parts tags")
	}
	assert.Equal(t, []string{"Outage of Bert, the first", "Outage of Carl"}, titles)
	assert.Equal(t, "bot_outage,Bert  the first", marks[0].tags)
}

func TestTimesInTextsAreInTheQuerysZone(t *testing.T) {
	result := hourly(t, []string{"bot"}, 30*time.Hour, map[string][][2]int64{"Anna": {{1, 0}, {0, 0}, {0, 0}, {0, 0}, {3, 0}}})
	berlin, err := time.LoadLocation("Europe/Berlin")
	assert.NoError(t, err)
	result.Spec.Location = berlin
	assert.Equal(t, "Anna had no conversation for 3h. The last one came before 2026-03-29 03:00 CEST, in a bucket with 1 conversation; "+
		"the next one came after 2026-03-29 06:00 CEST, in a bucket with 3 conversations.", outages(result)[0].text)
}

func TestTheCatalogueHasTheDimensionOfOutages(t *testing.T) {
	_, ok := catalog.Default().Dimension(botDimension)
	assert.True(t, ok)
}
