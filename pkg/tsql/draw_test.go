package tsql_test

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

var dimensions = []catalog.Dimension{
	channel, closureReason, status, queue, workstream, bot, escalationQueue, hourOfDay, dayOfWeek, outcome, inProgress,
}

// drawSpec draws any query that Build accepts.
func drawSpec(t *rapid.T) query.Spec {
	from := utc("2020-01-01T00:00:00Z").Add(time.Duration(rapid.IntRange(0, 100_000).Draw(t, "start")) * time.Hour)
	hours := rapid.IntRange(1, 10_000).Draw(t, "hours")
	s := query.Spec{
		Rules: catalog.Rules{
			EntityRecords:     rapid.SampledFrom([]catalog.EntityRecords{catalog.EntityRecordsSession, catalog.EntityRecordsWorkstream}).Draw(t, "entity records"),
			SMS:               rapid.SampledFrom([]catalog.SMS{catalog.SMSAll, catalog.SMSChannelInstance, catalog.SMSNone}).Draw(t, "sms"),
			Events:            rapid.SampledFrom([]catalog.Events{catalog.EventsRecords, catalog.EventsIgnore, catalog.EventsSessions}).Draw(t, "events"),
			EventTable:        rapid.SampledFrom([]catalog.EventTable{catalog.ParticipantEvent, catalog.SessionEvent}).Draw(t, "event table"),
			TimeAxis:          rapid.SampledFrom([]catalog.TimeAxis{catalog.SessionCreated, catalog.ConversationCreated}).Draw(t, "time axis"),
			ExternalTransfers: rapid.SampledFrom([]catalog.Switch{catalog.On, catalog.Off}).Draw(t, "external transfers"),
			SurveyBots:        rapid.SampledFrom([]catalog.SurveyBots{catalog.SurveyBotsInclude, catalog.SurveyBotsExclude}).Draw(t, "survey bots"),
		},
		Window:   query.Window{ID: "range", From: from, To: from.Add(time.Duration(hours) * time.Hour)},
		Location: zone(rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"}).Draw(t, "zone")),
		GroupBy:  rapid.SliceOfN(rapid.SampledFrom(dimensions), 0, 4).Draw(t, "group by"),
	}
	for _, dimension := range rapid.SliceOfN(rapid.SampledFrom(dimensions), 0, 3).Draw(t, "filters") {
		s.Filters = append(s.Filters, drawFilter(t, dimension))
	}
	switch rapid.IntRange(0, 2).Draw(t, "buckets or open conversations") {
	case 1:
		half := hours / 2
		s.Buckets = query.Buckets{{Start: from, Step: time.Hour, Count: half + 1}}
		s.Buckets = append(s.Buckets, query.Run{Start: from.Add(time.Duration(half+1) * time.Hour), Step: 30 * time.Minute, Count: 2 * (hours - half)})
	case 2:
		s.Window.OpenFrom = from.Add(time.Duration(rapid.IntRange(-72, 1).Draw(t, "open from")) * time.Hour)
	}
	return s
}

func drawFilter(t *rapid.T, dimension catalog.Dimension) query.Condition {
	condition := query.Condition{
		Dimension: dimension,
		Operator:  rapid.SampledFrom([]query.Operator{query.In, query.NotIn, query.Empty, query.NotEmpty}).Draw(t, "operator"),
	}
	switch dimension.Kind {
	case catalog.KindLookup, catalog.KindBot, catalog.KindEscalationQueue:
		ids := rapid.Custom(func(t *rapid.T) uuid.UUID { return id(rapid.IntRange(0, 50).Draw(t, "id")) })
		condition.IDs = rapid.SliceOfN(ids, 1, 20).Draw(t, "ids")
	case catalog.KindOutcome:
		condition.Words = rapid.SliceOfN(rapid.SampledFrom([]string{"deflected", "escalated"}), 1, 2).Draw(t, "words")
	case catalog.KindInProgress:
		condition.Words = rapid.SliceOfN(rapid.SampledFrom([]string{"yes", "no"}), 1, 2).Draw(t, "words")
	default:
		condition.Numbers = rapid.SliceOfN(rapid.Int64(), 1, 20).Draw(t, "numbers")
	}
	return condition
}
