package exporter

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// counterFunc is a Counter.
type counterFunc func(ctx context.Context, spec query.Spec) (*tally.Result, error)

func (f counterFunc) Count(ctx context.Context, spec query.Spec) (*tally.Result, error) {
	return f(ctx, spec)
}

// The rest beyond the limit of a breakdown is what brute force counts of the groups that are left out, which is less
// than their sum wherever a conversation stands in several of them.
func TestTheRestOfABreakdownIsCountedAndNotAddedUp(t *testing.T) {
	now := time.Date(2026, 3, 10, 18, 0, 0, 0, time.UTC)
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 3, To: now, Days: 2, ConversationsPerDay: 150})
	require.NoError(t, err)
	sharedByTwoBots(t, data, now.Add(-time.Hour))
	dv := startEmulator(t)
	require.NoError(t, dv.Reset(t.Context(), data))
	clock := func() time.Time { return now }
	service := tally.New(catalog.Default(), openClient(t, dv, 20*time.Second), tally.WithClock(clock))
	less := false
	for _, by := range []string{"channel", "queue", "bot", "closure_reason"} {
		for limit := 1; limit <= 3; limit++ {
			t.Run(fmt.Sprintf("%s, %d", by, limit), func(t *testing.T) {
				e, err := New(Options{Catalog: catalog.Default(), Counter: service, Breakdowns: []string{by}, MaxGroups: limit, Now: clock})
				require.NoError(t, err)
				r := e.queries[slices.IndexFunc(e.queries, func(r *refresh) bool { return r.name == "last_24h_by_"+by })]
				e.run(t.Context(), r)
				require.NoError(t, r.last.Load().err)

				groups := oracle.Count(data, r.spec)
				require.Greater(t, len(groups), limit, "the generated contact center has too few groups")
				slices.SortStableFunc(groups, func(a, b oracle.Cell) int { return int(b.Counts.Total - a.Counts.Total) })
				samples := parsePage(t, scrape(t, e))["dataverse_bot_conversations_by_"+by+"_last_24h"]
				require.Len(t, samples, limit+1)
				assert.Equal(t, (len(groups)-limit)*3, r.good.Load().dropped)

				sum := int64(0)
				for _, group := range groups[limit:] {
					sum += group.Counts.Total
				}
				want := countedWithout(t, *data, r, samples)
				assert.Equal(t, float64(want), valueOf(samples, by, otherLabel))
				less = less || want < sum
			})
		}
	}
	assert.True(t, less, "no conversation stands in two groups that are left out, so a sum would have passed as well")
}

// sharedByTwoBots lets two bots that nobody else talks to share a conversation and its session.
func sharedByTwoBots(t *testing.T, data *contactcenter.Dataset, at time.Time) {
	t.Helper()
	conversation, session := uuid.New(), uuid.New()
	data.Conversations = append(data.Conversations, contactcenter.Conversation{ID: conversation, CreatedOn: &at, StatusCode: new(int64(4))})
	data.Sessions = append(data.Sessions, contactcenter.Session{ID: session, ConversationID: &conversation, CreatedOn: &at, Channel: new(int64(192360000))})
	for i := range 3 {
		bot := contactcenter.User{ID: uuid.New(), FullName: new(fmt.Sprint("Rare bot ", i)), BotApplicationID: new(uuid.NewString())}
		data.Users = append(data.Users, bot)
		data.Participants = append(data.Participants, contactcenter.Participant{ID: uuid.New(), SessionID: &session, AgentID: &bot.ID,
			Mode: new(int64(192350002)), JoinedOn: &at})
	}
}

// countedWithout is what brute force counts in a contact center that lacks the sessions of the published groups, or the
// bots that are published. That changes which conversations escalate, but not how many there are.
func countedWithout(t *testing.T, data contactcenter.Dataset, r *refresh, published model.Vector) int64 {
	t.Helper()
	kept := map[string]bool{}
	set, _ := catalog.Default().OptionSet(r.dimension.Options)
	for _, sample := range published {
		name, id := string(sample.Metric[model.LabelName(r.by)]), string(sample.Metric[model.LabelName(r.by+"_id")])
		option := slices.IndexFunc(set.Options, func(o catalog.Option) bool { return o.Label == name })
		switch {
		case name == otherLabel && id == "":
		case r.dimension.Lookup != nil:
			kept[id] = true
		case option >= 0:
			kept[set.Options[option].Value] = true
		default:
			kept[name] = true
		}
	}
	data.Users, data.Sessions = slices.Clone(data.Users), slices.Clone(data.Sessions)
	if r.by == "bot" {
		for i, user := range data.Users {
			if kept[user.ID.String()] {
				data.Users[i].BotApplicationID = nil
			}
		}
	} else {
		data.Sessions = slices.DeleteFunc(data.Sessions, func(s contactcenter.Session) bool {
			return kept[map[string]string{
				"channel":        text(s.Channel),
				"queue":          text(s.QueueID),
				"closure_reason": text(s.ClosureReason),
			}[r.by]]
		})
	}
	whole := r.spec
	whole.GroupBy = nil
	cells := oracle.Count(&data, whole)
	require.Len(t, cells, 1)
	return cells[0].Counts.Total
}

func text[T any](value *T) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(*value)
}

func valueOf(samples model.Vector, label, value string) float64 {
	for _, sample := range samples {
		if string(sample.Metric[model.LabelName(label)]) == value {
			return float64(sample.Value)
		}
	}
	return -1
}

func cellOf(value, label string, total int64) tally.Cell {
	return tally.Cell{Group: []tally.GroupValue{{Value: value, Label: label, Null: value == ""}}, Counts: catalog.Counts{Total: total}}
}

func TestTheLargestGroupsAreKeptAndTheRestIsAskedFor(t *testing.T) {
	const idB, idC = "bbbbbbbb-0000-4000-8000-000000000002", "cccccccc-0000-4000-8000-000000000003"
	for name, c := range map[string]struct {
		by    string
		cells []tally.Cell
		want  []query.Condition // without their dimension
	}{
		"the value of a session":     {"queue", []tally.Cell{cellOf(idA, "A", 1), cellOf(idB, "B", 3), cellOf(idC, "C", 2)}, []query.Condition{{Operator: query.NotIn, IDs: []uuid.UUID{uuid.MustParse(idB)}}}},
		"null is kept":               {"queue", []tally.Cell{cellOf(idA, "A", 1), cellOf("", tally.NoValue, 3), cellOf(idC, "C", 2)}, []query.Condition{{Operator: query.NotEmpty}}},
		"null is among the rest":     {"channel", []tally.Cell{cellOf("192360000", "Live chat", 5), cellOf("", tally.NoValue, 3)}, []query.Condition{{Operator: query.NotIn, Numbers: []int64{192360000}}}},
		"a session can have several": {"bot", []tally.Cell{cellOf(idA, "A", 1), cellOf(idB, "B", 3), cellOf(idC, "C", 2)}, []query.Condition{{Operator: query.In, IDs: []uuid.UUID{uuid.MustParse(idA), uuid.MustParse(idC)}}}},
	} {
		t.Run(name, func(t *testing.T) {
			var rest []query.Condition
			e, err := New(Options{Catalog: catalog.Default(), Breakdowns: []string{c.by}, MaxGroups: 1, Now: noon,
				Counter: counterFunc(func(_ context.Context, spec query.Spec) (*tally.Result, error) {
					if len(spec.GroupBy) > 0 {
						return &tally.Result{Spec: spec, AsOf: noon(), Cells: c.cells}, nil
					}
					rest = spec.Filters
					return &tally.Result{Spec: spec, AsOf: noon(), Cells: []tally.Cell{{Counts: catalog.Counts{Total: 4, Escalated: 1}}}}, nil
				})})
			require.NoError(t, err)
			e.run(t.Context(), e.queries[len(e.queries)-1])
			for i := range rest {
				assert.Equal(t, c.by, rest[i].Dimension.ID)
				rest[i].Dimension = catalog.Dimension{}
			}
			assert.Equal(t, c.want, rest)
			samples := parsePage(t, scrape(t, e))["dataverse_bot_conversations_by_"+c.by+"_last_24h"]
			require.Len(t, samples, 2)
			assert.Equal(t, 4.0, valueOf(samples, c.by, otherLabel))
		})
	}
}

func TestAFailureToCountTheRestIsAFailureOfTheQuery(t *testing.T) {
	e, err := New(Options{Catalog: catalog.Default(), Breakdowns: []string{"channel"}, MaxGroups: 1, Now: noon,
		Counter: counterFunc(func(_ context.Context, spec query.Spec) (*tally.Result, error) {
			if len(spec.GroupBy) > 0 {
				return &tally.Result{Spec: spec, AsOf: noon(), Cells: []tally.Cell{cellOf("1", "One", 2), cellOf("2", "Two", 1)}}, nil
			}
			return nil, context.DeadlineExceeded
		})})
	require.NoError(t, err)
	e.run(t.Context(), e.queries[len(e.queries)-1])
	text := scrape(t, e)
	assert.Contains(t, text, `dataverse_query_errors_total{class="timeout",query="last_24h_by_channel"} 1`)
	assert.NotContains(t, text, "dataverse_bot_conversations_by_channel_last_24h")
}

func TestAnOptionCalledOtherIsNotTheRest(t *testing.T) {
	e, err := New(Options{Catalog: catalog.Default(), Breakdowns: []string{"channel"}, MaxGroups: 1, Now: noon,
		Counter: counterFunc(func(_ context.Context, spec query.Spec) (*tally.Result, error) {
			if len(spec.GroupBy) > 0 {
				return &tally.Result{Spec: spec, AsOf: noon(), Cells: []tally.Cell{cellOf("7", "other", 2), cellOf("2", "Two", 1)}}, nil
			}
			return &tally.Result{Spec: spec, AsOf: noon(), Cells: []tally.Cell{{Counts: catalog.Counts{Total: 1}}}}, nil
		})})
	require.NoError(t, err)
	e.run(t.Context(), e.queries[len(e.queries)-1])
	samples := parsePage(t, scrape(t, e))["dataverse_bot_conversations_by_channel_last_24h"]
	assert.Equal(t, 2.0, valueOf(samples, "channel", "other (7)"))
	assert.Equal(t, 1.0, valueOf(samples, "channel", "other"))
}

// Two groups with the same labels would be two series of one name, which no scrape may hold.
func TestTheSameLabelsTwiceAreAFailureAndNoBrokenPage(t *testing.T) {
	e, err := New(Options{Catalog: catalog.Default(), Breakdowns: []string{"channel"}, Now: noon,
		Counter: counterFunc(func(_ context.Context, spec query.Spec) (*tally.Result, error) {
			return &tally.Result{Spec: spec, AsOf: noon(), Cells: []tally.Cell{cellOf("7", "Same", 2), cellOf("2", "Same", 1)}}, nil
		})})
	require.NoError(t, err)
	e.run(t.Context(), e.queries[len(e.queries)-1])
	assert.Contains(t, scrape(t, e), `dataverse_query_errors_total{class="internal",query="last_24h_by_channel"} 1`)
}
