package tally_test

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// born is a conversation: when it was created, if that is known, and when its one session was.
type born struct {
	created *time.Time
	session time.Time
}

// slow answers statements without groups over its conversations, by day where they have buckets, and ends those that
// would have to look at too many.
type slow struct {
	mu            sync.Mutex
	conversations []born
	limit         int
	statements    []string // each with its parameters
	ended         []string
}

var (
	listTime = regexp.MustCompile(`v\.\[msdyn_createdon\] (>=|<) @p(\d+)`)
)

func (s *slow) Query(_ context.Context, text string, args ...any) (*dataverse.Rows, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, to := args[0].(time.Time), args[1].(time.Time)
	var looked, counted int
	days := map[int64]int64{}
	for _, c := range s.conversations {
		if !inPart(text, args, c.created) {
			continue
		}
		if strings.Contains(text, "AS v") || !c.session.Before(from) && c.session.Before(to) {
			looked++
		}
		if !c.session.Before(from) && c.session.Before(to) {
			counted++
			days[int64(c.session.Sub(from.Truncate(24*time.Hour))/(24*time.Hour))]++
		}
	}
	name := text
	for _, arg := range args {
		name += " " + arg.(time.Time).String()
	}
	s.statements = append(s.statements, name)
	if looked > s.limit {
		s.ended = append(s.ended, name)
		return nil, &dataverse.Error{Class: dataverse.ClassServerTimeout, Message: "ended"}
	}
	if !strings.Contains(text, "AS [bucket]") {
		return rows("", []any{int64(counted), int64(0), int64(0)}), nil
	}
	answer := rows("bucket")
	for day, count := range days {
		answer.Values = append(answer.Values, []any{day, count, int64(0), int64(0)})
	}
	return answer, nil
}

// inPart reports whether a conversation is in the part that a statement is about.
func inPart(text string, args []any, created *time.Time) bool {
	if strings.Contains(text, "v.[msdyn_createdon] IS NULL") {
		return created == nil
	}
	for _, match := range listTime.FindAllStringSubmatch(text, -1) {
		place, _ := strconv.Atoi(match[2])
		bound := args[place-1].(time.Time)
		if created == nil || created.Before(bound) != (match[1] == "<") {
			return false
		}
	}
	return true
}

func overDays(t require.TestingT, saved string, from, to time.Time) query.Spec {
	parsed, err := query.Parse([]byte(saved))
	require.NoError(t, err)
	spec, err := parsed.Resolve(cat, query.Env{From: from, To: to, Now: to})
	require.NoError(t, err)
	return spec
}

// Whatever conversations there are, and however early Dataverse ends statements: the parts are exact, and a statement
// that was ended is not asked again.
func TestPartsAddUpToTheWhole(t *testing.T) {
	from, to := day.AddDate(-1, 0, 0), day
	rapid.Check(t, func(t *rapid.T) {
		s := &slow{limit: rapid.IntRange(20, 60).Draw(t, "limit")}
		want, nulls := int64(0), 0
		spread := func(place, of int) time.Time { // from before the window to after it
			return from.AddDate(-1, 0, 0).Add(time.Duration(place) * 3 * 365 * 24 * time.Hour / time.Duration(of)).Truncate(time.Minute)
		}
		n := rapid.IntRange(0, 300).Draw(t, "conversations")
		for i := range n {
			one := born{session: spread(i, n)}
			switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
			case kind == 0 && nulls < s.limit: // that part cannot be split
				nulls++
			case kind == 1: // created at any other time
				one.created = new(spread((i*7+n/2)%n, n))
			default:
				one.created = new(one.session.Add(-time.Minute))
			}
			s.conversations = append(s.conversations, one)
			if !one.session.Before(from) && one.session.Before(to) {
				want++
			}
		}
		saved := rapid.SampledFrom([]string{`{"version":1}`, `{"version":1,"bucket":"day"}`}).Draw(t, "query")
		service := tally.New(cat, s, tally.WithClock(func() time.Time { return to }))
		result, err := service.Count(context.Background(), overDays(t, saved, from, to))
		require.NoError(t, err)
		var got int64
		for _, cell := range result.Cells {
			got += cell.Counts.Total
		}
		require.Equal(t, want, got)
		require.Equal(t, len(unique(s.statements)), len(s.statements), "a statement was asked twice")
		if len(s.ended) > 0 {
			require.NotEmpty(t, result.Notices)
			require.Contains(t, result.Notices[0].Text, "parts")
		}
	})
}

func unique(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}

// crowd are conversations of a year, ten a day.
func crowd() []born {
	var conversations []born
	for i := range 3650 {
		created := day.AddDate(-1, 0, 0).Add(time.Duration(i) * 144 * time.Minute)
		conversations = append(conversations, born{&created, created.Add(time.Minute)})
	}
	return conversations
}

func TestAYearIsCountedThoughATenthOfItOutrunsTheLimit(t *testing.T) {
	for name, saved := range map[string]string{"a total": `{"version":1}`, "days": `{"version":1,"bucket":"day"}`} {
		t.Run(name, func(t *testing.T) {
			now := day
			s := &slow{conversations: crowd(), limit: 365}
			service := tally.New(cat, s, tally.WithClock(func() time.Time { return now }))
			spec := overDays(t, saved, day.AddDate(-1, 0, 0), day)
			result, err := service.Count(t.Context(), spec)
			require.NoError(t, err)
			var total int64
			for _, cell := range result.Cells {
				total += cell.Counts.Total
			}
			assert.EqualValues(t, 3650, total)
			assert.LessOrEqual(t, len(s.ended), 2, "what is as long as one that was ended is not tried")
			assert.LessOrEqual(t, len(s.statements), 22)

			now, s.ended = now.Add(time.Hour), nil
			spec.Window.From, spec.Window.To = spec.Window.From.AddDate(0, 0, -1), spec.Window.To.AddDate(0, 0, -1)
			if saved == `{"version":1}` {
				_, err = service.Count(t.Context(), spec)
				require.NoError(t, err)
				assert.Empty(t, s.ended, "the next one is split from the start")
			}
		})
	}
}

func TestACountThatWasGivenUpGoesOnWhereItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{conversations: crowd(), limit: 365}
		ctx, cancel := context.WithCancel(t.Context())
		asked := 0 // one after the other
		answers := sourceFunc(func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
			if asked++; asked == 10 {
				cancel()
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return s.Query(ctx, text, args...)
		})
		service := tally.New(cat, answers, tally.WithClock(func() time.Time { return day.AddDate(0, 1, 0) }))
		spec := overDays(t, `{"version":1}`, day.AddDate(-1, 0, 0), day)
		_, err := service.Count(ctx, spec)
		require.ErrorIs(t, err, context.Canceled)
		synctest.Wait() // until the statement that nobody waits for has ended
		result, err := service.Count(t.Context(), spec)
		require.NoError(t, err)
		assert.EqualValues(t, 3650, result.Cells[0].Counts.Total)
		assert.Equal(t, len(unique(s.statements)), len(s.statements), "nothing is asked twice")
	})
}

func TestWhatCannotBeSplitIsTheErrorThatItWas(t *testing.T) {
	s := &slow{limit: -1}
	_, err := tally.New(cat, s).Count(t.Context(), overDays(t, `{"version":1}`, day.AddDate(0, 0, -1), day))
	var failed *dataverse.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, dataverse.ClassServerTimeout, failed.Class)
	assert.Less(t, len(s.statements), 20)
}
