package contactcenter

import (
	"iter"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/google/uuid"
)

// table says where the rows of a type are kept: the one place that knows which field is which column.
type table[T any] struct {
	name    string
	columns []string // the first is the key
	values  func(T) []any
}

var (
	userRows = table[User]{schema.UserTable,
		[]string{"systemuserid", "fullname", "msdyn_botapplicationid"},
		func(r User) []any { return []any{r.ID, value(r.FullName), value(r.BotApplicationID)} }}

	queueRows = table[Queue]{schema.QueueTable,
		[]string{"queueid", "name"},
		func(r Queue) []any { return []any{r.ID, value(r.Name)} }}

	workstreamRows = table[Workstream]{schema.WorkstreamTable,
		[]string{"msdyn_liveworkstreamid", "msdyn_name", "msdyn_streamsource"},
		func(r Workstream) []any { return []any{r.ID, value(r.Name), value(r.StreamSource)} }}

	languageRows = table[Language]{schema.LanguageTable,
		[]string{"msdyn_oclanguageid", "msdyn_name"},
		func(r Language) []any { return []any{r.ID, value(r.Name)} }}

	conversationRows = table[Conversation]{schema.ConversationTable,
		[]string{"activityid", "subject", "msdyn_channel", "msdyn_channelinstanceid", "msdyn_liveworkstreamid",
			"msdyn_cdsqueueid", "msdyn_customerlanguageid", "msdyn_createdon", "msdyn_closedon", "statecode", "statuscode"},
		func(r Conversation) []any {
			return []any{r.ID, value(r.Subject), value(r.Channels), value(r.ChannelInstanceID), value(r.WorkstreamID),
				value(r.QueueID), value(r.CustomerLanguage), value(r.CreatedOn), value(r.ClosedOn), value(r.StateCode), value(r.StatusCode)}
		}}

	sessionRows = table[Session]{schema.SessionTable,
		[]string{"activityid", "subject", "msdyn_liveworkitemid", "msdyn_sessioncreatedon", "msdyn_sessionclosedon",
			"msdyn_channel", "msdyn_channelinstanceid", "msdyn_closurereason", "msdyn_botengagementmode", "msdyn_cdsqueueid"},
		func(r Session) []any {
			return []any{r.ID, value(r.Subject), value(r.ConversationID), value(r.CreatedOn), value(r.ClosedOn),
				value(r.Channel), value(r.ChannelInstanceID), value(r.ClosureReason), value(r.EngagementMode), value(r.QueueID)}
		}}

	participantRows = table[Participant]{schema.ParticipantTable,
		[]string{"msdyn_sessionparticipantid", "msdyn_omnichannelsession", "msdyn_agentid", "msdyn_mode", "msdyn_joinedon", "msdyn_lefton"},
		func(r Participant) []any {
			return []any{r.ID, value(r.SessionID), value(r.AgentID), value(r.Mode), value(r.JoinedOn), value(r.LeftOn)}
		}}

	participantEventRows = table[ParticipantEvent]{schema.ParticipantEventTable,
		[]string{"msdyn_ocsessionparticipanteventid", "msdyn_sessionid", "msdyn_sessionparticipantid", "msdyn_eventreason",
			"msdyn_eventtype", "msdyn_eventstarttime", "msdyn_eventendtime"},
		func(r ParticipantEvent) []any {
			return []any{r.ID, value(r.SessionID), value(r.ParticipantID), value(r.Reason), value(r.Type), value(r.StartTime), value(r.EndTime)}
		}}

	sessionEventRows = table[SessionEvent]{schema.SessionEventTable,
		[]string{"msdyn_sessioneventid", "msdyn_omnichannelsession", "msdyn_eventreason", "msdyn_eventtype", "msdyn_eventtime"},
		func(r SessionEvent) []any {
			return []any{r.ID, value(r.SessionID), value(r.Reason), value(r.Type), value(r.Time)}
		}}
)

// value is what a pointer points to, or an untyped nil, which a store takes as NULL.
func value[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// seq yields rows as a store takes them.
func (t table[T]) seq(rows []T) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, row := range rows {
			if !yield(t.values(row)) {
				return
			}
		}
	}
}

// changed returns the columns in which two states of a row differ, with the values of the second; nil when in none.
func (t table[T]) changed(before, after T) (key uuid.UUID, set map[string]any) {
	old, current := t.values(before), t.values(after)
	for i := 1; i < len(current); i++ {
		// Both come from one story, so equal times are also identical ones.
		if old[i] == current[i] {
			continue
		}
		if set == nil {
			set = make(map[string]any)
		}
		set[t.columns[i]] = current[i]
	}
	return current[0].(uuid.UUID), set
}
