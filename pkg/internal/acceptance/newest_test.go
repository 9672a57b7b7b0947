package acceptance

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNewestAndOldestAgreeWithOracle(t *testing.T) { eachProfile(t, testNewestAndOldest) }

func testNewestAndOldest(t *testing.T, road *road) {
	cat := catalog.Default()
	tried, found := 0, 0
	checkFewer(t, road.fewer(4), func(t *rapid.T) {
		tried++
		s := drawScene(t)
		data := drawCenter(t, s)
		if err := road.load(t.Context(), data); err != nil {
			t.Fatalf("loading the contact center: %v\n%s", err, show(data))
		}
		q := drawQuestion(t, cat, s)
		spec := resolve(t, cat, q)
		service := road.service()
		newest, err := service.Newest(t.Context(), spec)
		if err != nil {
			t.Fatalf("%v\n%s", err, report(data, q, spec, nil))
		}
		if want := oracle.Newest(data, spec); !newest.Time.Equal(want) {
			t.Fatalf("the newest is %s, want %s\n%s\n%s", newest.Time, want, newest.Statement.Text, report(data, q, spec, nil))
		}
		if !newest.Time.IsZero() {
			found++
		}
		oldest, ok, err := service.Oldest(t.Context())
		if want := oracle.Oldest(data); err != nil || ok == want.IsZero() || !oldest.Equal(want) {
			t.Fatalf("the oldest is %s, want %s\n%v\n%s", oldest, want, err, show(data))
		}
	})
	notInVain(t, tried, found, "no query counted a session that has a time")
}

func TestNewestOfTheStoryByHand(t *testing.T) {
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), story()))
	for saved, want := range map[string]string{
		`{}`:                                     "2025-03-31T10:00:00Z", // 8: 12 is on hold, and 10 has a channel instance
		`{"bucket":"day","groupBy":["channel"]}`: "2025-03-31T10:00:00Z",
		`{"definition":"2026-03"}`:               "2025-03-31T11:00:00Z", // 12
		`{"definition":"2026-03","view":"realtime"}`:                                                             "2025-03-31T10:59:00Z", // its conversation
		`{"filters":[{"dimension":"channel","operator":"in","values":["192440000"]}]}`:                           "2025-03-30T00:30:00Z", // 2
		`{"filters":[{"dimension":"outcome","operator":"in","values":["escalated"]}]}`:                           "2025-03-30T01:30:00Z", // 3
		`{"filters":[{"dimension":"bot","operator":"not_in","values":["` + storyBotA + `"]}],"groupBy":["bot"]}`: "2025-03-31T10:00:00Z", // 8
	} {
		parsed, err := query.Parse([]byte(saved))
		require.NoError(t, err)
		spec, err := parsed.Resolve(catalog.Default(), storyEnv())
		require.NoError(t, err)
		newest, err := tally.New(catalog.Default(), road.client).Newest(t.Context(), spec)
		require.NoError(t, err)
		assert.Equal(t, want, newest.Time.Format(time.RFC3339), saved)
	}
}

func TestWhereThereIsNoSessionThereIsNoNewestAndNoOldest(t *testing.T) {
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), &contactcenter.Dataset{}))
	parsed, err := query.Parse([]byte(`{}`))
	require.NoError(t, err)
	spec, err := parsed.Resolve(catalog.Default(), storyEnv())
	require.NoError(t, err)
	service := tally.New(catalog.Default(), road.client)
	newest, err := service.Newest(t.Context(), spec)
	require.NoError(t, err)
	assert.Zero(t, newest.Time)
	_, ok, err := service.Oldest(t.Context())
	require.NoError(t, err)
	assert.False(t, ok)
}
