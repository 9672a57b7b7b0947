package tally_test

import (
	"context"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever statements Dataverse ends: they are split, and not asked again.
func TestAWindowThatMovesIsSplitWhereStatementsAreEnded(t *testing.T) {
	o := history(t)
	now := benchNow
	r := &recorder{source: o.client}
	service := tally.New(cat, r, tally.WithClock(func() time.Time { return now }), tally.WithNowStep(15*time.Second))
	count := func() *tally.Result {
		t.Helper()
		got, err := service.Count(t.Context(), month(t, `{"groupBy":["channel"]}`, now))
		require.NoError(t, err)
		want, err := tally.New(cat, o.client).Count(t.Context(), got.Spec)
		require.NoError(t, err)
		assert.Equal(t, want.Cells, got.Cells)
		return got
	}
	r.ends = func(statement string) bool { return longerThan(statement, 4*24*time.Hour) }
	cold := count()
	statements := r.taken()
	assert.Len(t, unique(statements), len(statements), "none is asked twice")
	assert.Equal(t, 2, r.ended, "what is as long as one that was ended is not tried")
	require.NotEmpty(t, cold.Notices)
	assert.Contains(t, cold.Notices[0].Text, "parts")

	now, r.ended = now.Add(30*time.Second), 0
	refreshed := count()
	assert.Less(t, len(r.taken()), 3, "a refresh is short enough for one")
	assert.Empty(t, refreshed.Notices)
	assert.Zero(t, r.ended)

	now = now.Add(3 * time.Hour)
	count()
	assert.Zero(t, r.ended, "all of it is split from the start")
}

// That a statement about minutes was ended once says more about the moment than about minutes.
func TestARefreshThatWasEndedOnceIsNotSplitFromThenOn(t *testing.T) {
	o := history(t)
	now := benchNow
	r := &recorder{source: o.client}
	service := tally.New(cat, r, tally.WithClock(func() time.Time { return now }), tally.WithNowStep(15*time.Second))
	count := func() int {
		t.Helper()
		got, err := service.Count(t.Context(), month(t, `{}`, now))
		require.NoError(t, err)
		want, err := tally.New(cat, o.client).Count(t.Context(), got.Spec)
		require.NoError(t, err)
		assert.Equal(t, want.Cells, got.Cells)
		return len(r.taken())
	}
	count()
	now = now.Add(30 * time.Second)
	usual := count()

	now = now.Add(30 * time.Second)
	r.ends = func(string) bool { return r.ended == 0 }
	assert.Greater(t, count(), usual, "it is split")
	require.Equal(t, 1, r.ended)
	now = now.Add(30 * time.Second)
	assert.Equal(t, usual, count())
}

// longerThan tells the statements that look for the sessions of conversations of more than a time within the window.
func longerThan(statement string, most time.Duration) bool {
	if !strings.Contains(statement, "[total]") {
		return false
	}
	times := strings.Fields(statement[strings.LastIndex(statement, "\n")+1:])
	at := func(place string) time.Time {
		n, _ := strconv.Atoi(place)
		parsed, _ := time.Parse(time.RFC3339, times[len(times)-argsOf(statement)+n-1])
		return parsed
	}
	if !isList(statement) {
		return at("2").Sub(at("1")) > most
	}
	bounds := listTime.FindAllStringSubmatch(statement, -1)
	if len(bounds) != 2 {
		return false
	}
	from, to := at(bounds[0][2]), at(bounds[1][2])
	if window := at("1"); from.Before(window) {
		from = window
	}
	return to.Sub(from) > most
}

// argsOf is how many parameters a statement has.
func argsOf(statement string) int {
	most := 0
	for _, name := range parameterName.FindAllStringSubmatch(statement, -1) {
		n, _ := strconv.Atoi(name[1])
		most = max(most, n)
	}
	return most
}

var parameterName = regexp.MustCompile(`@p(\d+)`)

func TestACountInPartsThatWasGivenUpGoesOnWhereItWas(t *testing.T) {
	o := history(t)
	r := &recorder{source: o.client, ends: func(statement string) bool { return longerThan(statement, 4*24*time.Hour) }}
	ctx, cancel := context.WithCancel(t.Context())
	asked, left := 0, make(chan struct{}) // one after the other
	given := sourceFunc(func(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
		if asked++; asked == 9 {
			cancel()
			<-ctx.Done()
			close(left)
			return nil, ctx.Err()
		}
		return r.Query(ctx, text, args...)
	})
	service := tally.New(cat, given, tally.WithClock(func() time.Time { return benchNow }), tally.WithNowStep(15*time.Second))
	spec := month(t, `{}`, benchNow)
	_, err := service.Count(ctx, spec)
	require.ErrorIs(t, err, context.Canceled)
	<-left
	before := r.taken()
	got, err := service.Count(t.Context(), spec)
	require.NoError(t, err)
	after := r.taken()
	assert.Len(t, unique(append(before, after...)), len(before)+len(after), "nothing is asked twice")
	want, err := tally.New(cat, o.client).Count(t.Context(), spec)
	require.NoError(t, err)
	assert.Equal(t, want.Cells, got.Cells)
}

// A result with very many groups is not kept in parts: there would be more rows than of the whole.
func TestWhatHasTooManyGroupsForPartsIsReadWithOneStatement(t *testing.T) {
	now := benchNow
	statements := 0
	answers := sourceFunc(func(_ context.Context, text string, _ ...any) (*dataverse.Rows, error) {
		statements++
		if strings.Contains(text, "AS [part]") {
			return nil, &dataverse.Error{Class: dataverse.ClassTooLarge, Message: "too many rows"}
		}
		return answerAny(text), nil
	})
	service := tally.New(cat, answers, tally.WithClock(func() time.Time { return now }), tally.WithNowStep(15*time.Second))
	for i := range 3 {
		result, err := service.Count(t.Context(), month(t, `{"groupBy":["channel"]}`, now))
		require.NoError(t, err)
		assert.EqualValues(t, 7, result.Cells[0].Counts.Total)
		assert.Equal(t, i+2, statements, "it is tried once")
		now = now.Add(time.Minute)
	}
}

// Whatever statements are ended, and however often: the numbers are right, or the error is that of the statement.
func TestWhateverIsEndedNumbersAreRightOrTheErrorSaysSo(t *testing.T) {
	asks := []func(*tally.Service, query.Spec) (numbers any, spec query.Spec, err error){
		func(s *tally.Service, spec query.Spec) (any, query.Spec, error) {
			found, err := s.Count(t.Context(), spec)
			if err != nil {
				return nil, spec, err
			}
			return found.Cells, found.Spec, nil
		},
		func(s *tally.Service, spec query.Spec) (any, query.Spec, error) {
			found, err := s.Explain(t.Context(), spec)
			if err != nil {
				return nil, spec, err
			}
			return []any{found.BotSessions, found.Steps, found.Total, found.Untimed, found.Others}, found.Spec, nil
		},
		func(s *tally.Service, spec query.Spec) (any, query.Spec, error) {
			found, err := s.Newest(t.Context(), spec)
			if err != nil {
				return nil, spec, err
			}
			return found.Time, found.Spec, nil
		},
	}
	o := startHistory(t, emulator.Options{}, 600, 40)
	exact := tally.New(cat, o.client, tally.WithCache(0))
	right, ended := 0, 0
	for seed := range uint64(80) {
		random := rand.New(rand.NewPCG(seed, 0))
		often := random.Float64()
		r := &recorder{source: o.client, ends: func(string) bool { return random.Float64() < often }}
		now := benchNow
		service := tally.New(cat, r, tally.WithClock(func() time.Time { return now }), tally.WithNowStep(15*time.Second))
		saved := []string{`{}`, `{"groupBy":["channel"]}`, `{"rules":{"timeAxis":"conversation_created"}}`, `{"bucket":"day"}`}[seed%4]
		for range 8 {
			if random.IntN(2) == 0 {
				now = now.Add(time.Duration(random.Int64N(7*60*60)) * time.Second)
			}
			ask := asks[max(0, random.IntN(4)-1)]
			got, asked, err := ask(service, month(t, saved, now))
			if err != nil {
				var failed *dataverse.Error
				require.ErrorAs(t, err, &failed, "seed %d", seed)
				require.Equal(t, dataverse.ClassServerTimeout, failed.Class, "seed %d: %v", seed, err)
				continue
			}
			want, _, err := ask(exact, asked)
			require.NoError(t, err)
			require.Equal(t, want, got, "seed %d", seed)
			right++
		}
		ended += r.ended
	}
	t.Logf("%d of 640 were answered, %d statements ended", right, ended)
	assert.Greater(t, right, 100, "what is ended is split")
	assert.Greater(t, ended, 100)
}
