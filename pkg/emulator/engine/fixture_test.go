package engine

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// contactCenter is a small schema of the tests' own: it has a choice, lookups and every type.
func contactCenter() *schema.Schema {
	id := sqltype.Type{Kind: sqltype.UniqueIdentifier}
	text := sqltype.Type{Kind: sqltype.NVarChar, Length: 100}
	whole := sqltype.Type{Kind: sqltype.Int}
	moment := sqltype.Type{Kind: sqltype.DateTime}
	channel := &schema.OptionSet{Name: "msdyn_channel", Options: []schema.Option{{Value: 192350000, Label: "Entity Records"}, {Value: 192360000, Label: "Live chat"}, {Value: 192340000, Label: "SMS"}}}
	return &schema.Schema{Tables: []schema.Table{
		{Name: "msdyn_ocsession", Key: "activityid", Primary: "subject", Indexes: [][]string{{"msdyn_sessioncreatedon"}, {"msdyn_liveworkitemid"}}, Columns: []schema.Column{
			{Name: "activityid", Type: id, NotNull: true}, {Name: "subject", Type: text},
			{Name: "msdyn_liveworkitemid", Type: id, Target: "msdyn_ocliveworkitem"},
			{Name: "msdyn_sessioncreatedon", Type: moment}, {Name: "msdyn_channel", Type: whole, Options: channel},
			{Name: "msdyn_closurereason", Type: whole}, {Name: "msdyn_cdsqueueid", Type: id, Target: "queue"},
		}},
		{Name: "msdyn_ocliveworkitem", Key: "activityid", Primary: "subject", Indexes: [][]string{{"msdyn_createdon"}}, Columns: []schema.Column{
			{Name: "activityid", Type: id, NotNull: true}, {Name: "subject", Type: text}, {Name: "msdyn_createdon", Type: moment},
			{Name: "statuscode", Type: whole},
		}},
		{Name: "msdyn_sessionparticipant", Key: "msdyn_sessionparticipantid", Indexes: [][]string{{"msdyn_omnichannelsession"}}, Columns: []schema.Column{
			{Name: "msdyn_sessionparticipantid", Type: id, NotNull: true}, {Name: "msdyn_omnichannelsession", Type: id, Target: "msdyn_ocsession"},
			{Name: "msdyn_agentid", Type: id, Target: "systemuser"}, {Name: "msdyn_mode", Type: whole},
		}},
		{Name: "systemuser", Key: "systemuserid", Primary: "fullname", Columns: []schema.Column{
			{Name: "systemuserid", Type: id, NotNull: true}, {Name: "fullname", Type: text}, {Name: "msdyn_botapplicationid", Type: text},
		}},
		{Name: "queue", Key: "queueid", Primary: "name", Columns: []schema.Column{{Name: "queueid", Type: id, NotNull: true}, {Name: "name", Type: text}}},
		{Name: "sample", Key: "sampleid", Primary: "label", Columns: []schema.Column{
			{Name: "sampleid", Type: id, NotNull: true}, {Name: "label", Type: text}, {Name: "flag", Type: sqltype.Type{Kind: sqltype.Bit}},
			{Name: "tiny", Type: sqltype.Type{Kind: sqltype.TinyInt}}, {Name: "small", Type: sqltype.Type{Kind: sqltype.SmallInt}},
			{Name: "n", Type: whole}, {Name: "big", Type: sqltype.Type{Kind: sqltype.BigInt}},
			{Name: "ratio", Type: sqltype.Type{Kind: sqltype.Float}}, {Name: "amount", Type: sqltype.Type{Kind: sqltype.Decimal, Precision: 10, Scale: 2}},
			{Name: "price", Type: sqltype.Type{Kind: sqltype.Money}}, {Name: "code", Type: sqltype.Type{Kind: sqltype.VarChar, Length: 20}},
			{Name: "other", Type: id}, {Name: "at", Type: moment}, {Name: "day", Type: sqltype.Type{Kind: sqltype.Date}},
			{Name: "exact", Type: sqltype.Type{Kind: sqltype.DateTime2, Scale: 7}}, {Name: "note", Type: sqltype.Type{Kind: sqltype.NVarChar, Length: sqltype.Max}},
		}},
	}}
}

func productParams() []sqltype.Param {
	moment := sqltype.Type{Kind: sqltype.DateTime}
	at := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }
	return []sqltype.Param{{Name: "@p1", Type: moment, Value: at(1)}, {Name: "@p2", Type: moment, Value: at(3)}, {Name: "@p3", Type: moment, Value: at(2)}}
}

// productStatement has the shape of the product's counting statement.
const productStatement = `SELECT d.[bucket] AS [bucket], d.[g0] AS [g0], COUNT(DISTINCT d.[conversation]) AS [total],
  COUNT(DISTINCT CASE WHEN d.[escalated] = 1 THEN d.[conversation] END) AS [escalated],
  COUNT(DISTINCT CASE WHEN d.[is_open] = 1 THEN d.[conversation] END) - COUNT(DISTINCT CASE WHEN d.[is_open] = 1 AND d.[escalated] = 1 THEN d.[conversation] END) AS [in_progress]
FROM (SELECT s.[msdyn_liveworkitemid] AS [conversation],
    CASE WHEN s.[msdyn_sessioncreatedon] < @p3 THEN DATEDIFF(second, @p1, s.[msdyn_sessioncreatedon]) / 3600
         ELSE 24 + DATEDIFF(second, @p3, s.[msdyn_sessioncreatedon]) / 3600 END AS [bucket],
    s.[msdyn_channel] AS [g0],
    CASE WHEN s.[msdyn_closurereason] IN (192350026, 192350030, 192350031) OR EXISTS (
      SELECT a.[activityid] FROM [msdyn_ocsession] AS a WHERE a.[msdyn_liveworkitemid] = s.[msdyn_liveworkitemid]
        AND a.[msdyn_sessioncreatedon] >= s.[msdyn_sessioncreatedon] AND NOT EXISTS (
          SELECT p.[msdyn_sessionparticipantid] FROM [msdyn_sessionparticipant] AS p
            INNER JOIN [systemuser] AS u ON u.[systemuserid] = p.[msdyn_agentid]
          WHERE p.[msdyn_omnichannelsession] = a.[activityid] AND (p.[msdyn_mode] = 192350002 OR p.[msdyn_mode] IS NULL) AND u.[msdyn_botapplicationid] <> ''))
      THEN 1 ELSE 0 END AS [escalated],
    CASE WHEN c.[statuscode] IN (1, 2, 3, 5) THEN 1 ELSE 0 END AS [is_open]
  FROM [msdyn_ocsession] AS s INNER JOIN [msdyn_ocliveworkitem] AS c ON c.[activityid] = s.[msdyn_liveworkitemid]
  WHERE s.[msdyn_sessioncreatedon] >= @p1 AND s.[msdyn_sessioncreatedon] < @p2
    AND EXISTS (SELECT p.[msdyn_sessionparticipantid] FROM [msdyn_sessionparticipant] AS p
      INNER JOIN [systemuser] AS u ON u.[systemuserid] = p.[msdyn_agentid]
      WHERE p.[msdyn_omnichannelsession] = s.[activityid] AND (p.[msdyn_mode] = 192350002 OR p.[msdyn_mode] IS NULL) AND u.[msdyn_botapplicationid] <> '')
    AND NOT (s.[msdyn_channel] = 192350000 AND s.[msdyn_channel] IS NOT NULL)) AS d
GROUP BY d.[bucket], d.[g0] ORDER BY d.[bucket], d.[g0]`

// id is a uniqueidentifier that can be told at a glance.
func id(n int) uuid.UUID {
	return uuid.MustParse(fmt.Sprintf("%08x-0000-4000-8000-%012x", n, n))
}

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05.9999999", text)
	if err != nil {
		panic(err)
	}
	return t
}

// fixtureTime is what GETUTCDATE answers in tests.
var fixtureTime = at("2026-03-05T06:07:08.009")

// rowsOf are the fixture's rows: two conversations with a bot, the first of which went on to a person, one with a person
// only, and a table that has every type with large, small, negative and missing values.
var rowsOf = map[string]struct {
	columns []string
	rows    [][]any
}{
	"systemuser": {[]string{"systemuserid", "fullname", "msdyn_botapplicationid"}, [][]any{
		{id(1), "Bot One", "app-1"}, {id(2), "Zoë Person", nil}, {id(3), "Empty Bot", ""}, {id(4), "Blank Bot", "   "},
	}},
	"queue": {[]string{"queueid", "name"}, [][]any{{id(11), "Billing"}, {id(12), "Sales"}}},
	"msdyn_ocliveworkitem": {[]string{"activityid", "subject", "msdyn_createdon", "statuscode"}, [][]any{
		{id(21), "First", at("2026-03-01T09:00:00"), int64(4)}, {id(22), "Second", at("2026-03-01T23:59:59"), int64(2)},
		{id(23), "Third", at("2026-03-02T12:00:00"), nil},
	}},
	"msdyn_ocsession": {[]string{"activityid", "subject", "msdyn_liveworkitemid", "msdyn_sessioncreatedon", "msdyn_channel", "msdyn_closurereason", "msdyn_cdsqueueid"}, [][]any{
		{id(31), "bot", id(21), at("2026-03-01T09:00:00"), int64(192360000), int64(192350027), id(11)},
		{id(32), "agent", id(21), at("2026-03-01T09:30:00"), int64(192360000), nil, id(12)},
		{id(33), "bot", id(22), at("2026-03-01T23:59:59"), int64(192340000), int64(192350026), nil},
		{id(34), "Agent", id(23), at("2026-03-02T12:00:00"), int64(7), nil, id(12)},
		{id(35), nil, nil, nil, nil, nil, id(99)},
	}},
	"msdyn_sessionparticipant": {[]string{"msdyn_sessionparticipantid", "msdyn_omnichannelsession", "msdyn_agentid", "msdyn_mode"}, [][]any{
		{id(41), id(31), id(1), int64(192350002)}, {id(42), id(32), id(2), int64(192350002)}, {id(43), id(33), id(1), nil},
		{id(44), id(34), id(2), nil}, {id(45), id(34), id(1), int64(192350004)},
	}},
	"sample": {[]string{"sampleid", "label", "flag", "tiny", "small", "n", "big", "ratio", "amount", "price", "code", "other", "at", "day", "exact", "note"}, [][]any{
		{id(1), "Alpha", true, int64(10), int64(-5), int64(7), int64(5000000000), 0.5, "12.34", "9.99", "A1", uuid.MustParse("ffffffff-0000-4000-8000-000000000001"), at("2026-03-01T10:20:30.123"), at("2026-03-01T00:00:00"), at("2026-03-01T10:20:30.1234567"), "one"},
		{id(2), "alpha  ", false, int64(255), int64(32767), int64(2147483647), int64(9223372036854775807), -1.5, "-0.01", "0.1", "a1", uuid.MustParse("00000000-0000-4000-8000-000000000002"), at("1999-12-31T23:59:59.997"), at("2000-02-29T00:00:00"), at("1999-12-31T23:59:59.9999999"), "100%_[x]"},
		{id(3), "beta", false, int64(0), int64(0), int64(0), int64(0), 0.0, "0", "0", "", id(3), at("1753-01-01T00:00:00"), at("0001-01-01T00:00:00"), at("9999-12-31T23:59:59.9999999"), ""},
		{id(4), nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil},
	}},
}

// open returns an engine over the fixture.
func open(t testing.TB, opts Options) *Engine {
	t.Helper()
	opts.Clock = func() time.Time { return fixtureTime }
	e, err := Open(contactCenter(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	for table, content := range rowsOf {
		require.NoError(t, e.Insert(context.Background(), table, content.columns, slices.Values(content.rows)))
	}
	return e
}
