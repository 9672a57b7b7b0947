package tally_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// labelled counts a conversation for each of some channels, and answers statements about labels in its own way.
type labelled struct {
	channels []any
	labels   func(args []any) (*dataverse.Rows, error)
	asked    atomic.Int64 // for labels
}

func (l *labelled) Query(_ context.Context, text string, args ...any) (*dataverse.Rows, error) {
	if strings.Contains(text, "[stringmap]") {
		l.asked.Add(1)
		return l.labels(args)
	}
	answer := rows("g0")
	for _, channel := range l.channels {
		answer.Values = append(answer.Values, []any{channel, int64(1), int64(0), int64(0)})
	}
	return answer, nil
}

func german(values ...[]any) func([]any) (*dataverse.Rows, error) {
	return func(args []any) (*dataverse.Rows, error) {
		if args[1] != int64(1031) {
			return &dataverse.Rows{Columns: []string{"value", "label"}}, nil
		}
		return &dataverse.Rows{Columns: []string{"value", "label"}, Values: values}, nil
	}
}

func shown(t *testing.T, service *tally.Service) (labels map[string]string, notices []tally.Notice) {
	t.Helper()
	result, err := service.Count(t.Context(), resolve(t, `{"groupBy":["channel"]}`))
	require.NoError(t, err)
	labels = map[string]string{}
	for _, cell := range result.Cells {
		labels[cell.Group[0].Value] = cell.Group[0].Label
	}
	return labels, result.Notices
}

func TestChoicesAreLabelledInTheLanguageAskedFor(t *testing.T) {
	s := &labelled{channels: []any{int64(192360000), int64(192440000), int64(7)},
		labels: german([]any{int64(192360000), "Livechat"}, []any{int64(192440000), " Sprachanruf "}, []any{int64(192440000), "Anruf"})}
	labels, notices := shown(t, tally.New(cat, s, tally.WithLanguage(1031)))
	assert.Equal(t, map[string]string{"192360000": "Livechat", "192440000": "Sprachanruf", "7": "7"}, labels)
	assert.Empty(t, notices, "a value that nobody knows keeps its number")

	s.asked.Store(0)
	labels, notices = shown(t, tally.New(cat, s))
	assert.Equal(t, "Live chat", labels["192360000"])
	assert.Empty(t, notices)
	assert.Zero(t, s.asked.Load(), "the catalogue's labels cost nothing")
}

func TestTheCataloguesLabelsStandInAndOneNoticeSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		language int
		labels   func([]any) (*dataverse.Rows, error)
		severity tally.Severity
		text     string
	}{
		"no such language": {1036, german([]any{int64(192360000), "Livechat"}), tally.Info, "does not have all labels of Channel in the language 1036"},
		"no such row":      {1031, german([]any{int64(192440000), "Sprachanruf"}), tally.Info, "does not have all labels of Channel in the language 1031"},
		"an empty label":   {1031, german([]any{int64(192360000), " "}), tally.Info, "does not have all labels"},
		"a null label":     {1031, german([]any{int64(192360000), nil}), tally.Info, "does not have all labels"},
		"no such table": {1031, func([]any) (*dataverse.Rows, error) {
			return nil, &dataverse.Error{Class: dataverse.ClassSchema, Message: "Invalid object name 'stringmap'."}
		}, tally.Warning, "in the language 1031 could not be read, so those of the catalogue are shown: Invalid object name 'stringmap'."},
		"other columns": {1031, func([]any) (*dataverse.Rows, error) {
			return &dataverse.Rows{Columns: []string{"a", "b"}}, nil
		}, tally.Warning, "do not have the columns"},
		"a row too short": {1031, german([]any{int64(1)}), tally.Warning, "has 1 values"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &labelled{channels: []any{int64(192360000), int64(7)}, labels: c.labels}
			service := tally.New(cat, s, tally.WithLanguage(c.language))
			for range 3 {
				labels, notices := shown(t, service)
				assert.Equal(t, map[string]string{"192360000": "Live chat", "7": "7"}, labels)
				require.Len(t, notices, 1)
				assert.Equal(t, c.severity, notices[0].Severity)
				assert.Contains(t, notices[0].Text, c.text)
			}
			assert.EqualValues(t, 1, s.asked.Load(), "what cannot be had is remembered as well")
		})
	}
}

func TestLabelsOfAChoiceAreReadOnceForManyHours(t *testing.T) {
	var now atomic.Int64
	now.Store(day.Unix())
	fails := false
	answer := german([]any{int64(192360000), "Livechat"})
	s := &labelled{channels: []any{int64(192360000)}, labels: func(args []any) (*dataverse.Rows, error) {
		if fails {
			return nil, &dataverse.Error{Class: dataverse.ClassThrottledTime, Message: "throttled"}
		}
		return answer(args)
	}}
	service := tally.New(cat, s, tally.WithLanguage(1031), tally.WithClock(func() time.Time { return time.Unix(now.Load(), 0) }))
	var asking sync.WaitGroup
	for range 50 {
		asking.Go(func() { shown(t, service) })
	}
	asking.Wait()
	now.Add(5 * 3600)
	shown(t, service)
	assert.EqualValues(t, 1, s.asked.Load())

	now.Add(2 * 3600)
	fails = true
	labels, notices := shown(t, service)
	assert.Equal(t, "Livechat", labels["192360000"], "old labels say more than none")
	assert.Empty(t, notices)
	shown(t, service)
	assert.EqualValues(t, 2, s.asked.Load())

	now.Add(3600)
	fails = false
	shown(t, service)
	assert.EqualValues(t, 3, s.asked.Load())
}
