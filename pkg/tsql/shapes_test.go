package tsql_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/stretchr/testify/require"
)

// Other shapes of the same count, of definition 2025-02 with neither buckets nor groups. docs/statement.md compares
// them with the shape that Build writes.

// joined has everything that belongs to a session as a grouped derived table: its bot, the last agent session of its
// conversation, and what its events say.
const joined = `
SELECT
    COUNT(DISTINCT c.[activityid]) AS [total],
    COUNT(DISTINCT CASE WHEN ` + joinedEscalated + ` THEN c.[activityid] END) AS [escalated],
    COUNT(DISTINCT CASE WHEN c.[statuscode] IN (1, 2, 3, 5) THEN c.[activityid] END)
        - COUNT(DISTINCT CASE WHEN c.[statuscode] IN (1, 2, 3, 5) AND ` + joinedEscalated + ` THEN c.[activityid] END) AS [in_progress]
FROM [msdyn_ocsession] AS b
JOIN [msdyn_ocliveworkitem] AS c ON c.[activityid] = b.[msdyn_liveworkitemid]
JOIN (` + botSessions + `) AS k ON k.[session] = b.[activityid]
LEFT JOIN (
    SELECT a.[msdyn_liveworkitemid] AS [conversation], MAX(a.[msdyn_sessioncreatedon]) AS [last]
    FROM [msdyn_ocsession] AS a
    LEFT JOIN (` + botSessions + `) AS ka ON ka.[session] = a.[activityid]
    WHERE ka.[session] IS NULL AND a.[msdyn_sessioncreatedon] >= @p1
    GROUP BY a.[msdyn_liveworkitemid]
) AS l ON l.[conversation] = b.[msdyn_liveworkitemid]
LEFT JOIN (
    SELECT e.[msdyn_sessionid] AS [session], MAX(CASE WHEN ` + ordinaryEvent + ` THEN 1 ELSE 0 END) AS [kept]
    FROM [msdyn_ocsessionparticipantevent] AS e
    GROUP BY e.[msdyn_sessionid]
) AS r ON r.[session] = b.[activityid]
WHERE ` + sessionRules + `
    AND (r.[session] IS NULL OR r.[kept] = 1)`

// listed has the bot sessions as a list, and finds escalations by agent sessions that the list of bots misses.
const listed = `
SELECT
    COUNT(DISTINCT d.[conversation]) AS [total],
    COUNT(DISTINCT CASE WHEN d.[escalated] = 1 THEN d.[conversation] END) AS [escalated],
    COUNT(DISTINCT CASE WHEN d.[is_open] = 1 THEN d.[conversation] END)
        - COUNT(DISTINCT CASE WHEN d.[is_open] = 1 AND d.[escalated] = 1 THEN d.[conversation] END) AS [in_progress]
FROM (
    SELECT
        c.[activityid] AS [conversation],
        CASE
            WHEN b.[msdyn_closurereason] IN (192350026, 192350029, 192350030, 192350031, 192350036, 192350037, 192350038) THEN 1
            WHEN EXISTS (
                SELECT 1 AS [found]
                FROM [msdyn_ocsession] AS a
                LEFT JOIN (` + botSessions + `) AS ka ON ka.[session] = a.[activityid]
                WHERE a.[msdyn_liveworkitemid] = b.[msdyn_liveworkitemid]
                    AND a.[msdyn_sessioncreatedon] >= b.[msdyn_sessioncreatedon]
                    AND ka.[session] IS NULL
            ) THEN 1
            ELSE 0
        END AS [escalated],
        CASE WHEN c.[statuscode] IN (1, 2, 3, 5) THEN 1 ELSE 0 END AS [is_open]
    FROM [msdyn_ocsession] AS b
    JOIN [msdyn_ocliveworkitem] AS c ON c.[activityid] = b.[msdyn_liveworkitemid]
    WHERE ` + sessionRules + `
        AND b.[activityid] IN (` + botSessions + `)
        AND (
            b.[activityid] IN (SELECT e.[msdyn_sessionid] AS [session] FROM [msdyn_ocsessionparticipantevent] AS e WHERE ` + ordinaryEvent + `)
            OR NOT EXISTS (SELECT 1 AS [found] FROM [msdyn_ocsessionparticipantevent] AS e WHERE e.[msdyn_sessionid] = b.[activityid])
        )
) AS d`

const (
	botSessions = `
    SELECT DISTINCT p.[msdyn_omnichannelsession] AS [session]
    FROM [msdyn_sessionparticipant] AS p
    JOIN [systemuser] AS u ON u.[systemuserid] = p.[msdyn_agentid]
    WHERE (p.[msdyn_mode] = 192350002 OR p.[msdyn_mode] IS NULL)
        AND u.[msdyn_botapplicationid] <> ''
        AND p.[msdyn_omnichannelsession] IS NOT NULL`

	joinedEscalated = `(b.[msdyn_closurereason] IN (192350026, 192350029, 192350030, 192350031, 192350036, 192350037, 192350038)
        OR l.[last] >= b.[msdyn_sessioncreatedon])`

	ordinaryEvent = `(e.[msdyn_eventreason] <> 192350001 OR e.[msdyn_eventreason] IS NULL)
        AND (e.[msdyn_eventtype] <> 192350001 OR e.[msdyn_eventtype] IS NULL)`

	sessionRules = `b.[msdyn_sessioncreatedon] >= @p1
        AND b.[msdyn_sessioncreatedon] < @p2
        AND (b.[msdyn_channel] <> 192350000 OR b.[msdyn_channel] IS NULL)
        AND (b.[msdyn_channel] <> 192340000 OR b.[msdyn_channel] IS NULL)
        AND b.[msdyn_channelinstanceid] IS NULL
        AND c.[msdyn_channelinstanceid] IS NULL`
)

// otherShapes are the shapes beside the one that Build writes.
var otherShapes = []struct{ name, text string }{
	{"joined", joined},
	{"listed", listed},
}

var shapesEnd = utc("2026-03-30T00:00:00Z")

func shapesSpec(days int) query.Spec {
	return spec(func(s *query.Spec) { s.Window.From, s.Window.To = shapesEnd.AddDate(0, 0, -days), shapesEnd })
}

func TestOtherShapesCountAlike(t *testing.T) {
	store := generated(t, 40, 75)
	for _, days := range []int{1, 7, 30} {
		statement, err := tsql.Dataverse.Build(shapesSpec(days))
		require.NoError(t, err)
		want := execute(t, store, statement)
		require.NotEqual(t, []string{"0 0 0"}, want)
		for _, shape := range otherShapes {
			statement.Text = shape.text
			require.Equal(t, want, execute(t, store, statement), "%s over %d days", shape.name, days)
		}
	}
}

// BenchmarkShapes runs all shapes in turn on 100,000 conversations of 60 days. ms/chosen is the shape of Build, and
// the others are reported as multiples of it.
func BenchmarkShapes(b *testing.B) {
	store := generated(b, 60, 1667)
	for _, days := range []int{1, 7, 30} {
		b.Run(fmt.Sprintf("days=%d", days), func(b *testing.B) {
			chosen, err := tsql.Dataverse.Build(shapesSpec(days))
			require.NoError(b, err)
			want := execute(b, store, chosen)
			var base time.Duration
			others := make([]time.Duration, len(otherShapes))
			for b.Loop() {
				start := time.Now()
				got := execute(b, store, chosen)
				base += time.Since(start)
				require.Equal(b, want, got)
				for i, shape := range otherShapes {
					start := time.Now()
					got := execute(b, store, tsql.Statement{Text: shape.text, Args: chosen.Args})
					others[i] += time.Since(start)
					require.Equal(b, want, got)
				}
			}
			b.ReportMetric(float64(base.Milliseconds())/float64(b.N), "ms/chosen")
			for i, shape := range otherShapes {
				b.ReportMetric(others[i].Seconds()/base.Seconds(), shape.name+"/chosen")
			}
		})
	}
}

// generated is an engine with a generated history.
func generated(t testing.TB, days int, perDay float64) *engine.Engine {
	t.Helper()
	generator, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{Seed: 1, To: shapesEnd, Days: days, ConversationsPerDay: perDay})
	require.NoError(t, err)
	store := open(t, &contactcenter.Dataset{})
	require.NoError(t, generator.Load(context.Background(), store))
	return store
}
