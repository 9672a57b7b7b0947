package tsql_test

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
)

// The rules of the definitions, as docs/definitions.md prints them. They stand here a second time on purpose: a
// golden file must not move because the catalogue did.
var (
	rules2025 = catalog.Rules{
		EntityRecords: catalog.EntityRecordsSession, SMS: catalog.SMSAll,
		Events: catalog.EventsRecords, EventTable: catalog.ParticipantEvent, TimeAxis: catalog.SessionCreated,
		ExternalTransfers: catalog.On, SurveyBots: catalog.SurveyBotsInclude,
	}
	rules2026Historical = catalog.Rules{
		EntityRecords: catalog.EntityRecordsSession, SMS: catalog.SMSChannelInstance,
		Events: catalog.EventsIgnore, EventTable: catalog.ParticipantEvent, TimeAxis: catalog.SessionCreated,
		ExternalTransfers: catalog.On, SurveyBots: catalog.SurveyBotsInclude,
	}
	rules2026RealTime = catalog.Rules{
		EntityRecords: catalog.EntityRecordsWorkstream, SMS: catalog.SMSNone,
		Events: catalog.EventsIgnore, TimeAxis: catalog.ConversationCreated,
		ExternalTransfers: catalog.On, SurveyBots: catalog.SurveyBotsInclude,
	}
)

// One dimension of each kind and entity.
var (
	channel         = catalog.Dimension{ID: "channel", Kind: catalog.KindChoice, Entity: catalog.EntitySession, Column: "msdyn_channel"}
	closureReason   = catalog.Dimension{ID: "closure_reason", Kind: catalog.KindChoice, Entity: catalog.EntitySession, Column: "msdyn_closurereason"}
	status          = catalog.Dimension{ID: "status", Kind: catalog.KindChoice, Entity: catalog.EntityConversation, Column: "statuscode"}
	queue           = catalog.Dimension{ID: "queue", Kind: catalog.KindLookup, Entity: catalog.EntitySession, Column: "msdyn_cdsqueueid"}
	workstream      = catalog.Dimension{ID: "workstream", Kind: catalog.KindLookup, Entity: catalog.EntityConversation, Column: "msdyn_liveworkstreamid"}
	bot             = catalog.Dimension{ID: "bot", Kind: catalog.KindBot}
	escalationQueue = catalog.Dimension{ID: "escalation_queue", Kind: catalog.KindEscalationQueue}
	hourOfDay       = catalog.Dimension{ID: "hour_of_day", Kind: catalog.KindHourOfDay}
	dayOfWeek       = catalog.Dimension{ID: "day_of_week", Kind: catalog.KindDayOfWeek}
	outcome         = catalog.Dimension{ID: "outcome", Kind: catalog.KindOutcome}
	inProgress      = catalog.Dimension{ID: "in_progress", Kind: catalog.KindInProgress}
)

func utc(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func zone(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return location
}

// id is an id that is told by its number.
func id(n int) uuid.UUID {
	return uuid.UUID{0: 0xaa, 14: byte(n >> 8), 15: byte(n)}
}

// spec is the query over one week of the definition 2025-02 with some changes.
func spec(changes ...func(*query.Spec)) query.Spec {
	s := query.Spec{
		View:     catalog.Historical,
		Rules:    rules2025,
		Window:   query.Window{ID: "range", From: utc("2026-03-23T00:00:00Z"), To: utc("2026-03-30T00:00:00Z")},
		Location: time.UTC,
	}
	for _, change := range changes {
		change(&s)
	}
	return s
}

func rules(r catalog.Rules) func(*query.Spec) {
	return func(s *query.Spec) { s.Rules = r }
}

func rule(change func(*catalog.Rules)) func(*query.Spec) {
	return func(s *query.Spec) { change(&s.Rules) }
}

func in(location string) func(*query.Spec) {
	return func(s *query.Spec) { s.Location = zone(location) }
}

func window(from, to string) func(*query.Spec) {
	return func(s *query.Spec) { s.Window.From, s.Window.To = utc(from), utc(to) }
}

func openFrom(from string) func(*query.Spec) {
	return func(s *query.Spec) { s.Window.OpenFrom = utc(from) }
}

func buckets(runs ...query.Run) func(*query.Spec) {
	return func(s *query.Spec) { s.Buckets = runs }
}

func run(start string, step time.Duration, count int) query.Run {
	return query.Run{Start: utc(start), Step: step, Count: count}
}

func groupBy(dimensions ...catalog.Dimension) func(*query.Spec) {
	return func(s *query.Spec) { s.GroupBy = dimensions }
}

// filter adds a filter; its values are int, uuid.UUID or string.
func filter(dimension catalog.Dimension, operator query.Operator, values ...any) func(*query.Spec) {
	condition := query.Condition{Dimension: dimension, Operator: operator}
	for _, value := range values {
		switch value := value.(type) {
		case int:
			condition.Numbers = append(condition.Numbers, int64(value))
		case uuid.UUID:
			condition.IDs = append(condition.IDs, value)
		case string:
			condition.Words = append(condition.Words, value)
		}
	}
	return func(s *query.Spec) { s.Filters = append(s.Filters, condition) }
}
