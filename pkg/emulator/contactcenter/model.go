package contactcenter

import (
	"time"

	"github.com/google/uuid"
)

// Dataset is a contact center as plain rows: what the generator makes, what a store is loaded with,
// and what a test's oracle reads. A nil pointer is a NULL column. Times are UTC.
type Dataset struct {
	Users             []User
	Queues            []Queue
	Workstreams       []Workstream
	Languages         []Language
	Conversations     []Conversation
	Sessions          []Session
	Participants      []Participant
	ParticipantEvents []ParticipantEvent
	SessionEvents     []SessionEvent
}

// User is a row of systemuser: a person, or a bot when BotApplicationID is neither nil nor "".
type User struct {
	ID               uuid.UUID // systemuserid
	FullName         *string   // fullname
	BotApplicationID *string   // msdyn_botapplicationid
}

// Queue is a row of queue.
type Queue struct {
	ID   uuid.UUID // queueid
	Name *string   // name
}

// Workstream is a row of msdyn_liveworkstream.
type Workstream struct {
	ID           uuid.UUID // msdyn_liveworkstreamid
	Name         *string   // msdyn_name
	StreamSource *int64    // msdyn_streamsource
}

// Language is a row of msdyn_oclanguage.
type Language struct {
	ID   uuid.UUID // msdyn_oclanguageid
	Name *string   // msdyn_name
}

// Conversation is a row of msdyn_ocliveworkitem.
type Conversation struct {
	ID                uuid.UUID  // activityid
	Subject           *string    // subject
	Channels          *string    // msdyn_channel: multi-select, comma-separated numbers
	ChannelInstanceID *uuid.UUID // msdyn_channelinstanceid
	WorkstreamID      *uuid.UUID // msdyn_liveworkstreamid
	QueueID           *uuid.UUID // msdyn_cdsqueueid
	CustomerLanguage  *uuid.UUID // msdyn_customerlanguageid
	CreatedOn         *time.Time // msdyn_createdon
	ClosedOn          *time.Time // msdyn_closedon
	StateCode         *int64     // statecode
	StatusCode        *int64     // statuscode
}

// Session is a row of msdyn_ocsession.
type Session struct {
	ID                uuid.UUID  // activityid
	Subject           *string    // subject
	ConversationID    *uuid.UUID // msdyn_liveworkitemid
	CreatedOn         *time.Time // msdyn_sessioncreatedon
	ClosedOn          *time.Time // msdyn_sessionclosedon
	Channel           *int64     // msdyn_channel
	ChannelInstanceID *uuid.UUID // msdyn_channelinstanceid
	ClosureReason     *int64     // msdyn_closurereason
	EngagementMode    *int64     // msdyn_botengagementmode
	QueueID           *uuid.UUID // msdyn_cdsqueueid
}

// Participant is a row of msdyn_sessionparticipant.
type Participant struct {
	ID        uuid.UUID  // msdyn_sessionparticipantid
	SessionID *uuid.UUID // msdyn_omnichannelsession
	AgentID   *uuid.UUID // msdyn_agentid
	Mode      *int64     // msdyn_mode
	JoinedOn  *time.Time // msdyn_joinedon
	LeftOn    *time.Time // msdyn_lefton
}

// ParticipantEvent is a row of msdyn_ocsessionparticipantevent.
type ParticipantEvent struct {
	ID            uuid.UUID  // msdyn_ocsessionparticipanteventid
	SessionID     *uuid.UUID // msdyn_sessionid
	ParticipantID *uuid.UUID // msdyn_sessionparticipantid
	Reason        *int64     // msdyn_eventreason
	Type          *int64     // msdyn_eventtype
	StartTime     *time.Time // msdyn_eventstarttime
	EndTime       *time.Time // msdyn_eventendtime
}

// SessionEvent is a row of msdyn_sessionevent.
type SessionEvent struct {
	ID        uuid.UUID  // msdyn_sessioneventid
	SessionID *uuid.UUID // msdyn_omnichannelsession
	Reason    *int64     // msdyn_eventreason
	Type      *int64     // msdyn_eventtype
	Time      *time.Time // msdyn_eventtime
}
