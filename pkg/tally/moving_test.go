package tally_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorder passes statements on and remembers them, with their parameters. what is named by a function is ended, as
// Dataverse ends what takes too long.
type recorder struct {
	source tally.Source
	ends   func(statement string) bool

	mu         sync.Mutex
	statements []string
	ended      int
}

func (r *recorder) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	name := text
	for _, arg := range args {
		if at, ok := arg.(time.Time); ok {
			name += " " + at.Format(time.RFC3339)
		}
	}
	r.mu.Lock()
	r.statements = append(r.statements, name)
	ended := r.ends != nil && r.ends(name)
	if ended {
		r.ended++
	}
	r.mu.Unlock()
	if ended {
		return nil, &dataverse.Error{Class: dataverse.ClassServerTimeout, Message: "ended"}
	}
	return r.source.Query(ctx, text, args...)
}

// taken are the statements since the last call.
func (r *recorder) taken() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	statements := r.statements
	r.statements = nil
	return statements
}

// isList tells the statements that begin with a list of conversations from those that read the whole window.
func isList(statement string) bool { return strings.Contains(statement, "AS v\n") }

// history is an embedded Dataverse with 90 days of some thousand sessions.
func history(t *testing.T) *bench {
	t.Helper()
	return startHistory(t, emulator.Options{}, 6000, 90)
}

// month is a spec of the 30 days before a time.
func month(t *testing.T, saved string, to time.Time) query.Spec {
	t.Helper()
	parsed, err := query.Parse([]byte(saved))
	require.NoError(t, err)
	spec, err := parsed.Resolve(cat, query.Env{From: to.AddDate(0, 0, -30), To: to, Now: to})
	require.NoError(t, err)
	return spec
}

func TestARefreshOfATileReadsItsEndsOnly(t *testing.T) {
	o := history(t)
	for name, saved := range map[string]string{"a total": `{}`, "a table": `{"groupBy":["bot","channel"]}`, "outcomes": `{"groupBy":["outcome"]}`} {
		t.Run(name, func(t *testing.T) {
			now := benchNow
			r := &recorder{source: o.client}
			service := tally.New(cat, r, tally.WithClock(func() time.Time { return now }), tally.WithNowStep(15*time.Second))
			count := func() *tally.Result {
				t.Helper()
				spec := month(t, saved, now)
				got, err := service.Count(t.Context(), spec)
				require.NoError(t, err)
				want, err := tally.New(cat, o.client).Count(t.Context(), got.Spec)
				require.NoError(t, err)
				assert.Equal(t, want.Cells, got.Cells)
				return got
			}
			names := func(statements []string) (counting, lists int) {
				for _, statement := range statements {
					if strings.Contains(statement, "[total]") {
						counting++
					}
					if isList(statement) {
						lists++
					}
				}
				return counting, lists
			}
			cold := count()
			counting, lists := names(r.taken())
			assert.Equal(t, []int{1, 0}, []int{counting, lists}, "one statement, over the whole window")
			assert.Equal(t, now, cold.AsOf)

			now = now.Add(9 * time.Second)
			kept := count()
			assert.Empty(t, r.taken(), "within the step")
			assert.Zero(t, kept.Statements)

			began := now
			for range 3 {
				now = now.Add(30 * time.Second)
				refreshed := count()
				counting, lists = names(r.taken())
				assert.Equal(t, counting, lists, "what has changed")
				assert.Less(t, counting, 3)
				assert.Positive(t, refreshed.Statements)
				assert.True(t, refreshed.AsOf.Before(began) && refreshed.Newest.Equal(now), "it is as old as its oldest part")
			}

			now = now.Add(time.Minute) // when parts with open conversations are two minutes old
			count()
			again, _ := names(r.taken())
			assert.Equal(t, 1, again)
			count()
			assert.Empty(t, r.taken())
			_, err := service.Count(tally.Afresh(t.Context()), month(t, saved, now))
			require.NoError(t, err)
			counting, lists = names(r.taken())
			assert.Equal(t, []int{1, 0}, []int{counting, lists}, "afresh is all of it")
		})
	}
}

// A conversation of days ago goes on: it is read again with its part, and never counted twice.
func TestAConversationThatGoesOnIsCountedOnce(t *testing.T) {
	o := startHistory(t, emulator.Options{Data: &contactcenter.Dataset{}}, 0, 0)
	people := contactcenter.Dataset{Users: []contactcenter.User{{ID: idA, BotApplicationID: new("bot")}, {ID: idB}}}
	require.NoError(t, o.emulator.Load(t.Context(), &people))
	session := func(conversation uuid.UUID, at time.Time, user uuid.UUID) {
		t.Helper()
		row := contactcenter.Session{ID: uuid.New(), ConversationID: &conversation, CreatedOn: &at, Channel: new(int64(192360000))}
		require.NoError(t, o.emulator.Load(t.Context(), &contactcenter.Dataset{Sessions: []contactcenter.Session{row},
			Participants: []contactcenter.Participant{{ID: uuid.New(), SessionID: &row.ID, AgentID: &user, Mode: new(int64(192350002))}}}))
	}
	now := benchNow
	daysAgo := func(n int) *time.Time { return new(now.AddDate(0, 0, -n)) }
	ofBot, ofNobody, untouched := uuid.New(), uuid.New(), uuid.New()
	require.NoError(t, o.emulator.Load(t.Context(), &contactcenter.Dataset{Conversations: []contactcenter.Conversation{
		{ID: ofBot, CreatedOn: daysAgo(5), StatusCode: new(int64(4))}, {ID: ofNobody, CreatedOn: daysAgo(8), StatusCode: new(int64(4))},
		{ID: untouched, CreatedOn: daysAgo(20), StatusCode: new(int64(4))},
	}}))
	session(ofBot, *daysAgo(5), idA)
	session(untouched, *daysAgo(20), idA)

	r := &recorder{source: o.client}
	service := tally.New(cat, r, tally.WithClock(func() time.Time { return now }), tally.WithNowStep(15*time.Second))
	count := func() (counts catalog.Counts, statements int) {
		t.Helper()
		result, err := service.Count(t.Context(), month(t, `{}`, now))
		require.NoError(t, err)
		return result.Cells[0].Counts, len(r.taken())
	}
	counts, _ := count()
	assert.EqualValues(t, 2, counts.Total)

	session(ofBot, now.Add(5*time.Second), idA)
	session(ofBot, now.Add(7*time.Second), idB)
	session(ofNobody, now.Add(8*time.Second), idA)
	now = now.Add(30 * time.Second)
	counts, statements := count()
	assert.Equal(t, catalog.Counts{Total: 3, Escalated: 1}, counts)
	assert.Equal(t, 2, statements, "what is new, and the parts that it belongs to")

	now = now.Add(30 * time.Second)
	counts, statements = count()
	assert.Equal(t, catalog.Counts{Total: 3, Escalated: 1}, counts)
	assert.Equal(t, 1, statements)
}

func TestADashboardCostsOneStatementForEachShapeWhateverTheNumberOfViewers(t *testing.T) {
	o := history(t)
	now := benchNow
	r := &recorder{source: o.client}
	service := tally.New(cat, r, tally.WithClock(func() time.Time { return now }), tally.WithNowStep(15*time.Second))
	open := func(viewers int) (counting []string) {
		var asking sync.WaitGroup
		for range viewers {
			for _, spec := range dashboard(t, now) {
				asking.Go(func() {
					_, err := service.Count(t.Context(), spec)
					assert.NoError(t, err)
				})
			}
		}
		asking.Wait()
		for _, statement := range r.taken() {
			if strings.Contains(statement, "[total]") {
				counting = append(counting, statement)
			}
		}
		return counting
	}
	assert.Len(t, open(5), distinctPanels)
	assert.Empty(t, open(5))
	now = now.Add(30 * time.Second)
	refresh := open(5)
	series := 0
	for _, statement := range refresh {
		if strings.Contains(statement, "AS [bucket]") {
			series++
			continue
		}
		assert.True(t, isList(statement), "what has changed, not the whole window:\n%s", statement)
	}
	assert.Equal(t, 2, series, "its first bucket and its last")
	assert.LessOrEqual(t, len(refresh), 2+2*(distinctPanels-1))
}
