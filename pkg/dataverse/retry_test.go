package dataverse_test

import (
	"sync"
	"testing"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestABrokenConnectionIsRetriedOnce(t *testing.T) {
	rows := result([]column{{"n", bigint}}, append([]byte{8}, make([]byte, 8)...))
	for name, broken := range map[string]reply{
		"before the answer":    {cut: true},
		"inside of the answer": {cut: true, tokens: rows[:len(rows)-14]},
	} {
		t.Run(name, func(t *testing.T) {
			s := startFake(t)
			s.onRequest = func(r request) reply {
				if r.number == 1 {
					return broken
				}
				return reply{tokens: one(7)}
			}
			c := client(t, s)
			got, err := c.Query(t.Context(), "SELECT 1")
			require.NoError(t, err)
			assert.Equal(t, [][]any{{int64(7)}}, got.Values)
			assert.Equal(t, int64(1), c.Stats().Retries)
			assert.Equal(t, 2, s.logins())
		})
		t.Run(name+", twice", func(t *testing.T) {
			s := startFake(t)
			s.onRequest = always(broken)
			_, err := client(t, s).Query(t.Context(), "SELECT 1")
			assert.Equal(t, dataverse.ClassConnectionLost, failure(t, err).Class)
			assert.Equal(t, 2, s.logins())
		})
	}
}

func TestARetryUsesANewConnection(t *testing.T) {
	s := startFake(t)
	var gate sync.WaitGroup
	gate.Add(4)
	s.onRequest = func(r request) reply {
		if r.number <= 4 { // all four at once, so that four connections are needed
			gate.Done()
			gate.Wait()
		}
		return reply{tokens: one(1)}
	}
	c := client(t, s)
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			_, err := c.Query(t.Context(), "SELECT 1")
			assert.NoError(t, err)
		})
	}
	asking.Wait()
	require.Equal(t, 4, s.logins())
	s.cutAll()
	_, err := c.Query(t.Context(), "SELECT 1")
	require.NoError(t, err)
	assert.Equal(t, 5, s.logins())
}

func TestARefusalIsNotRetried(t *testing.T) {
	s := startFake(t)
	s.onRequest = always(reply{tokens: refusal(50000, "Number of requests exceeded the limit of 6000\r\nRequestId: TDS;1;2")})
	c := client(t, s)
	_, err := c.Query(t.Context(), "SELECT 1")
	failed := failure(t, err)
	assert.Equal(t, dataverse.ClassThrottledRequests, failed.Class)
	assert.Equal(t, int32(50000), failed.Number)
	assert.Equal(t, "TDS;1;2", failed.RequestID)
	assert.Zero(t, c.Stats().Retries)
}

func TestATokenThatExpiresUnderAConnectionIsReplaced(t *testing.T) {
	s := startFake(t)
	s.onRequest = func(r request) reply {
		if r.connection == 1 && r.number > 1 {
			return reply{tokens: refusal(37396, "Token is expired.")}
		}
		return reply{tokens: one(1)}
	}
	c := client(t, s)
	for range 2 {
		_, err := c.Query(t.Context(), "SELECT 1")
		require.NoError(t, err)
	}
	assert.Equal(t, 2, s.logins())
}
