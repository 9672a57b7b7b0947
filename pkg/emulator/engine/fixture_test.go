package engine

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// contactCentre is a small schema of the tests' own: it has a choice, lookups and every type.
func contactCentre() *schema.Schema {
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
