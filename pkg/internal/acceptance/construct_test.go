package acceptance

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What counting statements are made of, and what SQL Server's documentation says of it. The embedded Dataverse could
// otherwise agree with a statement on something that the real one sees differently.
func TestConstructsDoWhatSQLServerDocuments(t *testing.T) {
	road := openRoad(t)
	data := contactcenterOf(story())
	data.Queues = data.Queues[:1] // the one row that expressions are asked of
	data.Sessions = []contactcenter.Session{
		{ID: uuid.MustParse("00000000-0000-0000-0000-000000000002"), Channel: new(int64(1)), CreatedOn: march("30T10:00")},
		{ID: uuid.MustParse("ff000000-0000-0000-0000-000000000001"), Channel: new(int64(1)), CreatedOn: march("30T10:00:00.01")},
		{ID: uuid.MustParse("0f000000-0000-0000-0000-000000000003")},
	}
	require.NoError(t, road.load(t.Context(), &data))

	for _, c := range []struct {
		promise, expression string
		want                any
		args                []any
	}{
		{"integers are divided towards zero", "7 / 2", int64(3), nil},
		{"negative ones too", "-7 / 2", int64(-3), nil},
		{"a remainder has the sign of the dividend", "-7 % 3", int64(-1), nil},

		{"minutes are counted by their boundaries", "DATEDIFF(minute, @p1, @p2)", int64(1), []any{*march("30T10:00:59"), *march("30T10:01")}},
		{"not by their length", "DATEDIFF(minute, @p1, @p2)", int64(0), []any{*march("30T10:00"), *march("30T10:00:59")}},
		{"backwards is negative", "DATEDIFF(second, @p1, @p2)", int64(-61), []any{*march("30T10:01:01"), *march("30T10:00")}},
		{"days are counted by midnights", "DATEDIFF(day, @p1, @p2)", int64(1), []any{*march("30T23:59:59"), *march("31T00:00")}},
		{"the first day of datetime was a Monday", "DATEDIFF(day, @p1, @p2) % 7", int64(0), []any{instant("1753-01-01T00:00:00Z"), *march("31T12:00")}},
		{"seconds are added", "DATEADD(second, 20700, @p1)", *march("31T03:44"), []any{*march("30T21:59")}},
		{"and taken away", "DATEADD(second, -3600, @p1)", *march("29T23:30"), []any{*march("30T00:30")}},
		{"hour of a time", "DATEPART(hour, @p1)", int64(21), []any{*march("30T21:59:59")}},
		{"a parameter of time is rounded to a 300th of a second", "DATEDIFF(day, @p1, @p2)", int64(1), []any{*march("30T12:00"), march("30T23:59:59").Add(999 * time.Millisecond)}},

		{"a null is not unequal", "CASE WHEN NULLIF(1, 1) <> 2 THEN 1 ELSE 0 END", int64(0), nil},
		{"nor in a list", "CASE WHEN NULLIF(1, 1) IN (1, 2) THEN 1 ELSE 0 END", int64(0), nil},
		{"nor not in one", "CASE WHEN NULLIF(1, 1) NOT IN (1, 2) THEN 1 ELSE 0 END", int64(0), nil},
		{"not of unknown is unknown", "CASE WHEN NOT (NULLIF(1, 1) = 2) THEN 1 ELSE 0 END", int64(0), nil},
		{"the first true branch wins", "CASE WHEN 1 = 1 THEN 1 WHEN 1 = 1 THEN 2 END", int64(1), nil},
		{"a case without else is null", "CASE WHEN 1 = 0 THEN 1 END", nil, nil},

		{"blanks at the end do not count", "CASE WHEN '  ' <> '' THEN 1 ELSE 0 END", int64(0), nil},
		{"case does not count", "CASE WHEN 'bot' = 'BOT' THEN 1 ELSE 0 END", int64(1), nil},
		{"an id as text is in capitals", "CONVERT(nvarchar(36), @p1)", "0F8FAD5B-D9CB-469F-A165-70867728950E", []any{uuid.MustParse("0f8fad5b-d9cb-469f-a165-70867728950e")}},

		{"distinct values are counted without null", "(SELECT COUNT(DISTINCT s.msdyn_channel) AS n FROM msdyn_ocsession AS s)", int64(1), nil},
		{"rows are counted with null", "(SELECT COUNT(*) AS n FROM msdyn_ocsession AS s)", int64(3), nil},
		{"a count of nothing is 0", "(SELECT COUNT(s.msdyn_channel) AS n FROM msdyn_ocsession AS s WHERE s.msdyn_channel = 2)", int64(0), nil},
		{"the greatest of nothing is null", "(SELECT MAX(s.msdyn_channel) AS n FROM msdyn_ocsession AS s WHERE s.msdyn_channel = 2)", nil, nil},
		{"the first of nothing is null", "(SELECT TOP 1 s.msdyn_channel AS n FROM msdyn_ocsession AS s WHERE s.msdyn_channel = 2)", nil, nil},
		{"null comes first", "(SELECT TOP 1 s.activityid AS n FROM msdyn_ocsession AS s ORDER BY s.msdyn_sessioncreatedon)",
			uuid.MustParse("0f000000-0000-0000-0000-000000000003"), nil},
		{"ids are ordered by their last group", "(SELECT TOP 1 s.activityid AS n FROM msdyn_ocsession AS s ORDER BY s.activityid)",
			uuid.MustParse("ff000000-0000-0000-0000-000000000001"), nil},
		{"their text by its first", "(SELECT TOP 1 s.activityid AS n FROM msdyn_ocsession AS s ORDER BY CONVERT(nvarchar(36), s.activityid))",
			uuid.MustParse("00000000-0000-0000-0000-000000000002"), nil},
		{"exists in nothing", "CASE WHEN EXISTS (SELECT 1 AS n FROM msdyn_ocsession AS s WHERE s.msdyn_channel = 2) THEN 1 ELSE 0 END", int64(0), nil},
		{"exists in a null", "CASE WHEN EXISTS (SELECT s.msdyn_channel AS n FROM msdyn_ocsession AS s WHERE s.msdyn_channel IS NULL) THEN 1 ELSE 0 END", int64(1), nil},
	} {
		t.Run(c.promise, func(t *testing.T) {
			rows, err := road.client.Query(t.Context(), "SELECT "+c.expression+" AS x FROM queue", c.args...)
			require.NoError(t, err)
			require.Len(t, rows.Values, 1)
			assert.Equal(t, c.want, rows.Values[0][0])
		})
	}
}

// Blanks are an empty bot id, as SQL Server compares texts.
func TestBotIDOfBlanksIsNoBot(t *testing.T) {
	road := openRoad(t)
	for text, want := range map[string]string{"": "=0/0/0", "  ": "=0/0/0", " x": "=1/0/0"} {
		s := &storyTeller{data: contactcenterOf(story())}
		s.data.Users[0].BotApplicationID = &text
		s.tell("30T10:00", 4, "", "")
		s.session("30T10:00", 192360000, "", 0, storyBotA)
		require.NoError(t, road.load(t.Context(), &s.data))
		assert.Equal(t, want, render(ask(t, road, `{}`, storyEnv())), "%q", text)
	}
}
