package tally

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var epoch = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

func nth(n int) key { return key{from: int64(n)} }

// Whatever is put and asked: the bytes are those of the entries and never above the limit, what is found is what was
// put last and has not expired, and what was used last stays when room is made.
func TestTheCacheKeepsItsBookUnderAnyUse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Int64Range(0, 10*entryBytes).Draw(t, "limit")
		c := newCache(limit)
		type put struct {
			value   int
			expires time.Time
		}
		last := map[key]put{}
		now := epoch
		for step := range rapid.IntRange(1, 60).Draw(t, "steps") {
			k := nth(rapid.IntRange(0, 6).Draw(t, "key"))
			switch rapid.SampledFrom([]string{"put", "put", "get", "wait"}).Draw(t, "what") {
			case "put":
				bytes := rapid.Int64Range(0, 4*entryBytes).Draw(t, "bytes")
				expires := now.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "life")) * time.Second)
				c.put(k, step, bytes, expires)
				last[k] = put{step, expires}
				value, ok := c.get(k, expires.Add(-1))
				require.Equal(t, bytes+entryBytes <= limit, ok, "all that fits at all is kept")
				if ok {
					require.Equal(t, step, value)
				}
			case "get":
				value, ok := c.get(k, now)
				if ok {
					require.Equal(t, last[k].value, value)
					require.True(t, now.Before(last[k].expires))
					require.Equal(t, k, c.order.Front().Value.(*entry).key)
				}
			case "wait":
				now = now.Add(time.Second)
			}
			var bytes int64
			for element := c.order.Front(); element != nil; element = element.Next() {
				one := element.Value.(*entry)
				bytes += one.bytes
				require.Same(t, element, c.places[one.key])
			}
			entries, counted, _ := c.usage()
			require.Equal(t, c.order.Len(), entries)
			require.Equal(t, bytes, counted)
			require.LessOrEqual(t, counted, limit)
		}
	})
}

func TestRoomIsMadeByWhatWasNotUsedForLongest(t *testing.T) {
	c := newCache(3 * entryBytes)
	for i := range 3 {
		c.put(nth(i), i, 0, epoch.Add(time.Hour))
	}
	_, ok := c.get(nth(0), epoch)
	require.True(t, ok)
	c.put(nth(3), 3, 0, epoch.Add(time.Hour))
	_, ok = c.get(nth(1), epoch)
	assert.False(t, ok)
	for _, i := range []int{0, 2, 3} {
		_, ok := c.get(nth(i), epoch)
		assert.True(t, ok, i)
	}
	_, _, evicted := c.usage()
	assert.EqualValues(t, 1, evicted)
}

func TestLifetimeGrowsWithAge(t *testing.T) {
	tests := map[string]struct {
		age        time.Duration
		inProgress bool
		took       time.Duration
		want       time.Duration
	}{
		"the time goes on":                     {age: -time.Hour, want: 10 * time.Second},
		"it has just ended":                    {age: time.Minute, want: 10 * time.Second},
		"today":                                {age: 3 * time.Hour, want: 2 * time.Minute},
		"yesterday":                            {age: 30 * time.Hour, want: 2 * time.Minute},
		"last week":                            {age: 7 * 24 * time.Hour, want: time.Hour},
		"last week, somebody still waits":      {age: 7 * 24 * time.Hour, inProgress: true, want: 2 * time.Minute},
		"last year":                            {age: 365 * 24 * time.Hour, want: 6 * time.Hour},
		"last year, somebody still waits":      {age: 365 * 24 * time.Hour, inProgress: true, want: 2 * time.Minute},
		"it took longer than it would be kept": {age: 0, took: 70 * time.Second, want: 70 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, lifetime(epoch.Add(-test.age), epoch, test.inProgress, test.took))
		})
	}
}

func TestKeysDifferWhereverStatementsDo(t *testing.T) {
	statements := differentStatements()
	seen := map[key]string{}
	for name, statement := range statements {
		k := keyOf(statement)
		if other, ok := seen[k]; ok {
			t.Errorf("%s and %s have one key", name, other)
		}
		seen[k] = name
		assert.Equal(t, k, keyOf(statement))
	}
}

func differentStatements() map[string]tsql.Statement {
	id := uuid.MustParse("aaaaaaaa-0000-4000-8000-000000000001")
	return map[string]tsql.Statement{
		"empty":             {},
		"text":              {Text: "a"},
		"longer text":       {Text: "ab"},
		"text and argument": {Text: "a", Args: []any{"b"}},
		"number":            {Text: "a", Args: []any{int64(1)}},
		"number as text":    {Text: "a", Args: []any{"1"}},
		"two texts":         {Text: "a", Args: []any{"b", "c"}},
		"one text of them":  {Text: "a", Args: []any{"bc"}},
		"other order":       {Text: "a", Args: []any{"c", "b"}},
		"time":              {Text: "a", Args: []any{time.Unix(1, 0).UTC()}},
		"a moment later":    {Text: "a", Args: []any{time.Unix(1, 1).UTC()}},
		"id":                {Text: "a", Args: []any{id}},
		"id as text":        {Text: "a", Args: []any{id.String()}},
		"id as raw text":    {Text: "a", Args: []any{string(id[:])}},
	}
}
