package exporter

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// arrivals tells the newest of times in the window that is asked for, and remembers the windows.
type arrivals struct {
	times []time.Time
	err   error
	asked []query.Window
}

func (a *arrivals) newest(_ context.Context, spec query.Spec) (*tally.Newest, error) {
	a.asked = append(a.asked, spec.Window)
	found := &tally.Newest{AsOf: spec.Window.To}
	for _, at := range a.times {
		if !at.Before(spec.Window.From) && at.Before(spec.Window.To) && at.After(found.Time) {
			found.Time = at
		}
	}
	return found, a.err
}

// lengths are those of the windows that were asked for, which are forgotten.
func (a *arrivals) lengths() (lengths []time.Duration) {
	for _, window := range a.asked {
		lengths = append(lengths, window.To.Sub(window.From))
	}
	a.asked = nil
	return lengths
}

func TestTheNewestConversationIsLookedForSinceTheOneThatIsKnown(t *testing.T) {
	now := noon()
	all := &arrivals{times: []time.Time{now.Add(-time.Hour)}}
	e, err := New(Options{Catalog: catalog.Default(), Counter: &source{}, Newest: all.newest, Breakdowns: []string{}, Now: func() time.Time { return now }})
	require.NoError(t, err)
	r := e.queries[len(e.queries)-1]
	require.Equal(t, newest, r.name)
	run := func() string {
		e.run(t.Context(), r)
		return scrape(t, e)
	}
	published := func(at time.Time) string {
		return fmt.Sprintf("dataverse_newest_conversation_timestamp_seconds %v\n", float64(at.Unix()))
	}

	assert.Contains(t, run(), published(now.Add(-time.Hour)))
	assert.Equal(t, []time.Duration{newestWithin}, all.lengths(), "none is known yet")

	known := all.times[0]
	now = now.Add(time.Minute)
	assert.Contains(t, run(), published(known), "nothing new has come")
	assert.Equal(t, []time.Duration{time.Hour + time.Minute}, all.lengths())

	all.times = append(all.times, now.Add(-time.Second))
	assert.Contains(t, run(), published(now.Add(-time.Second)))
	all.lengths()
	now = now.Add(15 * time.Second)
	run()
	assert.Equal(t, []time.Duration{time.Minute}, all.lengths(), "a window has a length")

	all.times = all.times[:1] // the newest one is not counted any more
	assert.Contains(t, run(), published(known))
	assert.Equal(t, []time.Duration{time.Minute, newestWithin}, all.lengths())

	now = known.Add(newestWithin + time.Hour)
	assert.Contains(t, run(), published(known), "nothing has come for a week")
	assert.Equal(t, []time.Duration{newestWithin}, all.lengths())
	assert.Contains(t, scrape(t, e), `dataverse_query_rows{query="newest"} 1`)

	all.err = errors.New("no")
	now = now.Add(time.Minute)
	text := run()
	assert.Contains(t, text, published(known), "the last good one")
	assert.Contains(t, text, `dataverse_query_errors_total{class="internal",query="newest"} 1`)
	now = now.Add(5 * time.Minute)
	assert.NotContains(t, scrape(t, e), "dataverse_newest_conversation_timestamp_seconds", "until its max age")
}

func TestWhereThereIsNoConversationThereIsNoNewest(t *testing.T) {
	all := &arrivals{}
	e, err := New(Options{Catalog: catalog.Default(), Counter: &source{}, Newest: all.newest, Breakdowns: []string{}, Now: noon})
	require.NoError(t, err)
	refreshAll(t, e)
	text := scrape(t, e)
	assert.NotContains(t, text, "dataverse_newest_conversation_timestamp_seconds")
	assert.Contains(t, text, `dataverse_query_success{query="newest"} 1`)
	assert.Contains(t, text, `dataverse_query_rows{query="newest"} 0`)
}

func TestTheNewestConversationOfTheTablesIsPublishedByOneStatement(t *testing.T) {
	dv := startEmulator(t)
	now := noon()
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 11, To: now, Days: 2, ConversationsPerDay: 300})
	require.NoError(t, err)
	require.NoError(t, dv.Reset(t.Context(), data))
	clock := func() time.Time { return now }
	service := tally.New(catalog.Default(), openClient(t, dv, 20*time.Second), tally.WithClock(clock), tally.WithCache(0))
	for _, definition := range catalog.Default().Definitions {
		t.Run(definition.ID, func(t *testing.T) {
			e, err := New(Options{Catalog: catalog.Default(), Definition: definition.ID, Counter: service, Newest: service.Newest, Breakdowns: []string{}, Now: clock})
			require.NoError(t, err)
			r := e.queries[len(e.queries)-1]
			spec, err := r.resolve(now)
			require.NoError(t, err)
			want := oracle.Newest(data, spec)
			require.False(t, want.IsZero())
			for range 2 {
				before := dv.Counters().Statements
				e.run(t.Context(), r)
				assert.Equal(t, seconds(want), float64(parsePage(t, scrape(t, e))["dataverse_newest_conversation_timestamp_seconds"][0].Value))
				assert.Equal(t, before+1, dv.Counters().Statements)
			}
		})
	}
}
