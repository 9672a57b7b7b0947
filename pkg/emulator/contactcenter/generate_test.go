package contactcenter_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var march = time.Date(2026, 3, 18, 10, 7, 30, 0, time.UTC)

func generate(t *testing.T, options contactcenter.GeneratorOptions) *contactcenter.Dataset {
	t.Helper()
	data, err := contactcenter.Generate(options)
	require.NoError(t, err)
	return data
}

func TestSameOptionsGiveTheSameRows(t *testing.T) {
	options := contactcenter.GeneratorOptions{Seed: 7, To: march, Days: 5}
	assert.Equal(t, generate(t, options), generate(t, options))
}

func TestIDsFollowFromTheSeed(t *testing.T) {
	one := generate(t, contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 1})
	two := generate(t, contactcenter.GeneratorOptions{Seed: 2, To: march, Days: 1})
	assert.NotEqual(t, one.Conversations[0].ID, two.Conversations[0].ID)
	assert.NotEqual(t, one.Users[0].ID, two.Users[0].ID)
	assert.Equal(t, uuid.Version(4), one.Conversations[0].ID.Version())
	assert.Equal(t, uuid.RFC4122, one.Conversations[0].ID.Variant())
}

func TestIDsAreUnique(t *testing.T) {
	data := generate(t, contactcenter.GeneratorOptions{Seed: 3, To: march, Days: 10})
	seen := map[uuid.UUID]bool{}
	note := func(id uuid.UUID) {
		assert.False(t, seen[id], "%v twice", id)
		seen[id] = true
	}
	for _, r := range data.Conversations {
		note(r.ID)
	}
	for _, r := range data.Sessions {
		note(r.ID)
	}
	for _, r := range data.Participants {
		note(r.ID)
	}
	for _, r := range data.ParticipantEvents {
		note(r.ID)
	}
	for _, r := range data.SessionEvents {
		note(r.ID)
	}
}

func TestALongerHistoryContainsTheShorterOne(t *testing.T) {
	long := generate(t, contactcenter.GeneratorOptions{Seed: 4, To: march, Days: 6})
	short := generate(t, contactcenter.GeneratorOptions{Seed: 4, To: march, Days: 2})
	require.Greater(t, len(long.Conversations), len(short.Conversations))
	assert.Equal(t, short.Conversations, long.Conversations[len(long.Conversations)-len(short.Conversations):])
}

func TestBatchesAreTheDatasetInParts(t *testing.T) {
	generator, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{Seed: 5, To: march, Days: 3})
	require.NoError(t, err)
	whole, joined := generator.Dataset(), generator.Directory()
	for batch := range generator.Batches(100) {
		assert.LessOrEqual(t, len(batch.Conversations), 100)
		joined.Conversations = append(joined.Conversations, batch.Conversations...)
		joined.Sessions = append(joined.Sessions, batch.Sessions...)
		joined.Participants = append(joined.Participants, batch.Participants...)
		joined.ParticipantEvents = append(joined.ParticipantEvents, batch.ParticipantEvents...)
		joined.SessionEvents = append(joined.SessionEvents, batch.SessionEvents...)
	}
	assert.Equal(t, whole, joined)
}

func TestBatchesCanBeLeftEarly(t *testing.T) {
	generator, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{Seed: 5, To: march, Days: 3})
	require.NoError(t, err)
	batches := 0
	for range generator.Batches(10) {
		if batches++; batches == 2 {
			break
		}
	}
	assert.Equal(t, 2, batches)
}

func TestNothingIsNewerThanNow(t *testing.T) {
	data := generate(t, contactcenter.GeneratorOptions{Seed: 6, To: march, Days: 5})
	check := func(what string, moments ...*time.Time) {
		for _, moment := range moments {
			if moment != nil {
				assert.False(t, moment.After(march), "%s at %v", what, moment)
				assert.Zero(t, moment.Nanosecond()%int(10*time.Millisecond), "%s at %v", what, moment)
				assert.Equal(t, time.UTC, moment.Location())
			}
		}
	}
	for _, r := range data.Conversations {
		check("conversation", r.CreatedOn, r.ClosedOn)
	}
	for _, r := range data.Sessions {
		check("session", r.CreatedOn, r.ClosedOn)
	}
	for _, r := range data.Participants {
		check("participant", r.JoinedOn, r.LeftOn)
	}
	for _, r := range data.ParticipantEvents {
		check("participant event", r.StartTime, r.EndTime)
	}
	for _, r := range data.SessionEvents {
		check("session event", r.Time)
	}
}

func TestConversationsNearNowAreInProgress(t *testing.T) {
	data := generate(t, contactcenter.GeneratorOptions{Seed: 8, To: march, Days: 5, ConversationsPerDay: 2000})
	recent, open, old, oldOpen := 0, 0, 0, 0
	for _, c := range data.Conversations {
		inProgress := c.StatusCode != nil && *c.StatusCode != 4
		if march.Sub(*c.CreatedOn) < 5*time.Minute {
			recent++
			if inProgress {
				open++
			}
		}
		if march.Sub(*c.CreatedOn) > 72*time.Hour {
			old++
			if inProgress {
				oldOpen++
			}
		}
	}
	assert.Greater(t, open*2, recent, "%d of %d recent conversations are in progress", open, recent)
	assert.Less(t, oldOpen*50, old, "%d of %d old conversations are in progress", oldOpen, old)
	assert.NotZero(t, oldOpen, "some are never closed")
}

func TestArrivalsFollowTheDayAndTheWeek(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	data := generate(t, contactcenter.GeneratorOptions{
		Seed: 9, From: march.AddDate(0, 0, -56), To: march, ConversationsPerDay: 300, Location: berlin})
	hours, days := map[int]int{}, map[time.Weekday]int{}
	for _, c := range data.Conversations {
		local := c.CreatedOn.In(berlin)
		hours[local.Hour()]++
		days[local.Weekday()]++
	}
	assert.Greater(t, hours[10], 5*hours[3], "mornings are busier than nights")
	assert.Greater(t, days[time.Monday], 2*days[time.Sunday])
	assert.InDelta(t, 300*56, len(data.Conversations), 300*56*0.1)
}

func TestBotsDifferInTheirDeflection(t *testing.T) {
	data := generate(t, contactcenter.GeneratorOptions{Seed: 10, To: march, Days: 30})
	sessions := index(data)
	total, escalated := map[string]int{}, map[string]int{}
	for _, c := range data.Conversations {
		for _, s := range sessions.of[c.ID] {
			for _, u := range sessions.bots(s) {
				total[*u.FullName]++
				if len(sessions.agents(c.ID)) > 0 {
					escalated[*u.FullName]++
				}
			}
		}
	}
	rate := func(name string) float64 {
		require.NotZero(t, total[name], name)
		return float64(escalated[name]) / float64(total[name])
	}
	assert.Greater(t, rate("Phone menu"), rate("Billing assistant")+0.05)
	assert.Greater(t, rate("Billing assistant"), rate("Orders assistant")+0.05)
	assert.Less(t, rate("Case triage"), 0.25)
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	tests := map[string]contactcenter.GeneratorOptions{
		"To is not set":               {},
		"-1 days":                     {To: march, Days: -1},
		"-3 conversations per day":    {To: march, ConversationsPerDay: -3},
		"lies after To":               {To: march, From: march.Add(time.Hour)},
		"1e+09 conversations per day": {To: march, ConversationsPerDay: 1e9},
	}
	for message, options := range tests {
		t.Run(message, func(t *testing.T) {
			_, err := contactcenter.Generate(options)
			assert.ErrorContains(t, err, message)
		})
	}
}

func TestEndsComeAfterBeginnings(t *testing.T) {
	data := generate(t, contactcenter.GeneratorOptions{Seed: 13, To: march, Days: 20})
	ordered := func(what string, id uuid.UUID, from, to *time.Time) {
		if from != nil && to != nil {
			assert.False(t, to.Before(*from), "%s %v ends at %v, before it begins at %v", what, id, to, from)
		}
	}
	closed := map[uuid.UUID]*time.Time{}
	for _, r := range data.Conversations {
		ordered("conversation", r.ID, r.CreatedOn, r.ClosedOn)
		closed[r.ID] = r.ClosedOn
	}
	for _, r := range data.Sessions {
		ordered("session", r.ID, r.CreatedOn, r.ClosedOn)
		assert.Equal(t, r.ClosedOn == nil, r.ClosureReason == nil, "session %v is closed with a reason, or not at all", r.ID)
		if r.ConversationID != nil {
			ordered("conversation", *r.ConversationID, r.ClosedOn, closed[*r.ConversationID])
		}
	}
	for _, r := range data.Participants {
		ordered("participant", r.ID, r.JoinedOn, r.LeftOn)
	}
	for _, r := range data.ParticipantEvents {
		ordered("participant event", r.ID, r.StartTime, r.EndTime)
	}
}

// Whoever notes a number that a seed gave should find it again with the next version. A change of the generator that
// breaks this on purpose changes the literals here.
func TestASeedKeepsItsRows(t *testing.T) {
	data := generate(t, contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 30, ConversationsPerDay: 300})
	assert.Equal(t, []int{9051, 13040, 11976, 752, 38467},
		[]int{len(data.Conversations), len(data.Sessions), len(data.Participants), len(data.ParticipantEvents), len(data.SessionEvents)})
	assert.Equal(t, "8423f61f-d247-47c1-b455-2b7c3962177e", data.Users[0].ID.String())
	assert.Equal(t, "66c550a6-a91d-4294-a1b7-019c7087e066", data.Sessions[1000].ID.String())
}

func TestIDsOfLaterConversationsSortAfterEarlierOnes(t *testing.T) {
	data := generate(t, contactcenter.GeneratorOptions{Seed: 14, To: march, Days: 3})
	for i := 1; i < len(data.Conversations); i++ {
		earlier, later := data.Conversations[i-1], data.Conversations[i]
		if earlier.CreatedOn.Truncate(time.Millisecond).Before(later.CreatedOn.Truncate(time.Millisecond)) {
			// SQL Server compares the last six bytes first.
			assert.Negative(t, bytes.Compare(earlier.ID[10:], later.ID[10:]))
		}
	}
}
