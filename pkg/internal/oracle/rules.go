package oracle

import (
	"fmt"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
)

// passes says whether a bot session passes every rule but the time axis, which is the window's business.
func (c *center) passes(b contactcenter.Session, conversation contactcenter.Conversation, rules catalog.Rules) bool {
	return !c.isEntityRecord(b, conversation, rules.EntityRecords) &&
		!isSMS(b, conversation, rules.SMS) &&
		!c.isDroppedByEvents(b, rules.Events, rules.EventTable) &&
		!(rules.SurveyBots == "exclude" && isOneOf(b.EngagementMode, engagementPostConversation))
}

func (c *center) isEntityRecord(b contactcenter.Session, conversation contactcenter.Conversation, rule catalog.EntityRecords) bool {
	switch rule {
	case "session":
		return isOneOf(b.Channel, channelEntityRecords)
	case "workstream":
		if conversation.WorkstreamID == nil {
			return false
		}
		workstream, exists := c.workstreams[*conversation.WorkstreamID]
		return exists && isOneOf(workstream.StreamSource, channelEntityRecords)
	}
	panic(fmt.Sprintf("oracle: entity records rule %q is not in docs/definitions.md", rule))
}

func isSMS(b contactcenter.Session, conversation contactcenter.Conversation, rule catalog.SMS) bool {
	instance := b.ChannelInstanceID != nil || conversation.ChannelInstanceID != nil
	switch rule {
	case "all":
		return instance || isOneOf(b.Channel, channelSMS)
	case "channel_instance":
		return instance
	case "none":
		return false
	}
	panic(fmt.Sprintf("oracle: SMS rule %q is not in docs/definitions.md", rule))
}

func (c *center) isDroppedByEvents(b contactcenter.Session, rule catalog.Events, table catalog.EventTable) bool {
	if rule == "ignore" {
		return false
	}
	var events []event
	switch table {
	case "participant_event":
		events = c.participantEventOf[b.ID]
	case "session_event":
		events = c.sessionEventOf[b.ID]
	default:
		panic(fmt.Sprintf("oracle: event table %q is not in docs/definitions.md", table))
	}
	dropped := 0
	for _, e := range events {
		if isOneOf(e.reason, eventReasonInTransit) || isOneOf(e.kind, eventTypeHold) {
			dropped++
		}
	}
	switch rule {
	case "records": // a session without event rows is a record of its own, which nothing drops
		return len(events) > 0 && dropped == len(events)
	case "sessions":
		return dropped > 0
	}
	panic(fmt.Sprintf("oracle: events rule %q is not in docs/definitions.md", rule))
}

// isEscalated says whether one bot session makes its conversation an escalated one.
func (c *center) isEscalated(b contactcenter.Session, external catalog.Switch) bool {
	return len(c.proofs(b)) > 0 ||
		isOneOf(b.ClosureReason, escalatingClosures...) ||
		(external == "on" && isOneOf(b.ClosureReason, externalClosures...))
}
