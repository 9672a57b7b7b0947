package dataverse_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// client opens a client of the fake server; options change its configuration.
func client(t *testing.T, s *fakeServer, options ...func(*dataverse.Config)) *dataverse.Client {
	t.Helper()
	address, err := dataverse.ParseAddress(s.address())
	require.NoError(t, err)
	config := dataverse.Config{Address: address, Token: dataverse.StaticToken("opaque"), CACertificate: s.ca,
		Version: "1.2.3", QueryTimeout: 20 * time.Second, Logger: suiteLogger()}
	for _, option := range options {
		option(&config)
	}
	c, err := dataverse.Open(config)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return c
}

func timeout(d time.Duration) func(*dataverse.Config) {
	return func(c *dataverse.Config) { c.QueryTimeout = d }
}

func failure(t *testing.T, err error) *dataverse.Error {
	t.Helper()
	var failed *dataverse.Error
	require.ErrorAs(t, err, &failed)
	return failed
}

func always(do reply) func(request) reply { return func(request) reply { return do } }

func TestValuesComeInTheTypesThatRowsPromises(t *testing.T) {
	s := startFake(t)
	id := uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff")
	var row []byte
	row = append(append(row, 8), binary.LittleEndian.AppendUint64(nil, 42)...)
	row = append(append(row, 4, 0), utf16Bytes("ab")...)
	row = append(append(row, 16), 0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff)
	row = append(append(row, 8), binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, 45000), 300*60)...)
	row = append(row, 1, 1)
	row = append(append(row, 8), binary.LittleEndian.AppendUint64(nil, math.Float64bits(1.5))...)
	row = append(row, 5, 0, 0x39, 0x30, 0, 0) // -12345, scale 2
	nulls := []byte{0, 0xff, 0xff, 0, 0, 0, 0, 0}
	s.onRequest = always(reply{tokens: result([]column{{"n", bigint}, {"s", nvarchar}, {"id", guid}, {"at", datetime},
		{"b", bit}, {"f", double}, {"d", decimal102}}, row, nulls)})

	rows, err := client(t, s).Query(t.Context(), "SELECT n, s, id, at, b, f, d FROM t")
	require.NoError(t, err)
	assert.Equal(t, []string{"n", "s", "id", "at", "b", "f", "d"}, rows.Columns)
	at := time.Date(1900, 1, 1, 0, 1, 0, 0, time.UTC).AddDate(0, 0, 45000)
	assert.Equal(t, [][]any{
		{int64(42), "ab", id, at, true, 1.5, "-123.45"},
		{nil, nil, nil, nil, nil, nil, nil},
	}, rows.Values)
	assert.Equal(t, "tally/1.2.3", s.appName)
}

func TestParametersAreDeclaredAsTheTypesThatDataverseLists(t *testing.T) {
	s := startFake(t)
	var got request
	s.onRequest = func(r request) reply { got = r; return reply{tokens: one(1)} }
	_, err := client(t, s).Query(t.Context(), "SELECT @p1, @p2, @p3, @p4",
		int64(1), "abc", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), uuid.New())
	require.NoError(t, err)
	assert.Equal(t, "SELECT @p1, @p2, @p3, @p4", got.text)
	assert.Equal(t, "@p1 bigint,@p2 nvarchar(3),@p3 datetime,@p4 uniqueidentifier", got.declarations)
}

func TestWhatCannotBeSentIsRefusedBeforeALogin(t *testing.T) {
	s := startFake(t)
	c := client(t, s)
	tests := map[string]struct {
		text string
		args []any
		want string
	}{
		"nil":         {"SELECT @p1", []any{nil}, "parameter @p1: the type <nil> cannot be sent"},
		"int":         {"SELECT @p1, @p2", []any{int64(1), 2}, "parameter @p2: the type int cannot be sent"},
		"old time":    {"SELECT @p1", []any{time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC)}, "outside the years 1753 to 9999"},
		"one word":    {"sp_who", nil, "only SELECT statements can be asked"},
		"an update":   {"UPDATE t SET a = 1", nil, "only SELECT statements can be asked"},
		"select only": {"SELECT", nil, "only SELECT statements can be asked"},
		"a longer word": {
			"SELECTED 1", nil, "only SELECT statements can be asked"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := c.Query(t.Context(), test.text, test.args...)
			assert.Equal(t, dataverse.ClassInvalid, failure(t, err).Class)
			assert.ErrorContains(t, err, test.want)
		})
	}
	assert.Zero(t, s.logins())
}

func TestAnswersOverALimitAreRefused(t *testing.T) {
	s := startFake(t)
	row := append([]byte{8}, make([]byte, 8)...)
	s.onRequest = func(r request) reply {
		if strings.Contains(r.text, "wide") {
			wide := append(binary.LittleEndian.AppendUint16(nil, 6000), make([]byte, 6000)...)
			return reply{tokens: result([]column{{"s", nvarchar}}, wide, wide, wide, wide)}
		}
		return reply{tokens: result([]column{{"n", bigint}}, row, row, row)}
	}
	c := client(t, s, func(c *dataverse.Config) { c.MaxRows = 2; c.MaxBytes = 10_000 })
	for text, want := range map[string]string{
		"SELECT n FROM t":    "it has more than 2 rows",
		"SELECT wide FROM t": "it has more than 10000 bytes",
	} {
		_, err := c.Query(t.Context(), text)
		assert.Equal(t, dataverse.ClassTooLarge, failure(t, err).Class, text)
		assert.ErrorContains(t, err, want)
	}
}

func TestTypesThatAreNotSupportedAreNamed(t *testing.T) {
	s := startFake(t)
	s.onRequest = always(reply{tokens: result([]column{{"photo", varbinary}}, []byte{1, 0, 7})})
	_, err := client(t, s).Query(t.Context(), "SELECT photo FROM t")
	assert.Equal(t, dataverse.ClassUnexpected, failure(t, err).Class)
	assert.ErrorContains(t, err, `column "photo": values of the type VARBINARY are not supported`)
}

// The driver throws a connection away when a context's deadline passes; a timeout of ours must not.
// All connections of a pool die together when a server restarts: a retry must not meet the next dead one.
func TestConcurrentQueriesShareFourConnections(t *testing.T) {
	s := startFake(t)
	s.onRequest = func(r request) reply { return reply{tokens: one(int64(r.number))} }
	c := client(t, s)
	var asking sync.WaitGroup
	for i := range 40 {
		asking.Go(func() {
			_, err := c.Query(t.Context(), fmt.Sprintf("SELECT %d", i))
			assert.NoError(t, err)
		})
	}
	asking.Wait()
	assert.LessOrEqual(t, s.logins(), dataverse.DefaultMaxConnections)
}
