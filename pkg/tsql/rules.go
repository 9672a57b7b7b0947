package tsql

import (
	"fmt"
	"slices"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// ruleConditions are the conditions of a definition on a counted session b and its conversation c, apart from the
// time axis. External transfers are a matter of escalation.
func ruleConditions(d Dialect, rules catalog.Rules) ([]string, error) {
	var conditions []string
	switch rules.EntityRecords {
	case catalog.EntityRecordsSession:
		conditions = append(conditions, isNot("b.[msdyn_channel]", channelEntityRecords))
	case catalog.EntityRecordsWorkstream:
		conditions = append(conditions, "NOT "+d.rows("msdyn_liveworkstream", "w",
			d.id("w.[msdyn_liveworkstreamid]")+" = "+d.id("c.[msdyn_liveworkstreamid]"),
			fmt.Sprintf("w.[msdyn_streamsource] = %d", channelEntityRecords),
		).exists())
	default:
		return nil, unknown("entity records", rules.EntityRecords)
	}

	switch rules.SMS {
	case catalog.SMSAll:
		conditions = append(conditions, isNot("b.[msdyn_channel]", channelSMS))
		conditions = append(conditions, noChannelInstance...)
	case catalog.SMSChannelInstance:
		conditions = append(conditions, noChannelInstance...)
	case catalog.SMSNone:
	default:
		return nil, unknown("sms", rules.SMS)
	}

	events, err := eventConditions(d, rules)
	if err != nil {
		return nil, err
	}
	conditions = append(conditions, events...)

	switch rules.SurveyBots {
	case catalog.SurveyBotsInclude:
	case catalog.SurveyBotsExclude:
		conditions = append(conditions, isNot("b.[msdyn_botengagementmode]", engagementPostConversation))
	default:
		return nil, unknown("survey bots", rules.SurveyBots)
	}

	if rules.ExternalTransfers != catalog.On && rules.ExternalTransfers != catalog.Off {
		return nil, unknown("external transfers", rules.ExternalTransfers)
	}
	return conditions, nil
}

var noChannelInstance = []string{
	"b.[msdyn_channelinstanceid] IS NULL",
	"c.[msdyn_channelinstanceid] IS NULL",
}

// eventConditions are the conditions on the event rows e of a counted session.
func eventConditions(d Dialect, rules catalog.Rules) ([]string, error) {
	if rules.Events == catalog.EventsIgnore {
		return nil, nil
	}
	var events selection
	switch rules.EventTable {
	case catalog.ParticipantEvent:
		events = d.rows("msdyn_ocsessionparticipantevent", "e", d.id("e.[msdyn_sessionid]")+" = "+d.id("b.[activityid]"))
	case catalog.SessionEvent:
		events = d.rows("msdyn_sessionevent", "e", d.id("e.[msdyn_omnichannelsession]")+" = "+d.id("b.[activityid]"))
	default:
		return nil, unknown("event table", rules.EventTable)
	}
	switch rules.Events {
	case catalog.EventsRecords:
		// A session is gone when it has event rows and all of them are dropped.
		kept := events
		kept.where = append(slices.Clip(kept.where),
			isNot("e.[msdyn_eventreason]", eventReasonInTransit),
			isNot("e.[msdyn_eventtype]", eventTypeHold))
		return []string{anyOf("NOT "+events.exists(), kept.exists())}, nil
	case catalog.EventsSessions:
		events.where = append(events.where,
			fmt.Sprintf("(e.[msdyn_eventreason] = %d OR e.[msdyn_eventtype] = %d)", eventReasonInTransit, eventTypeHold))
		return []string{"NOT " + events.exists()}, nil
	}
	return nil, unknown("events", rules.Events)
}
