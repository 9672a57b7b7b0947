package schema

// Values of msdyn_ocsessionparticipantevent: here 192350001 means in transit and hold.
const (
	ParticipantEventAgentInitiated   int64 = 192350000 // msdyn_eventreason
	ParticipantEventInTransit        int64 = 192350001
	ParticipantEventTransferAccepted int64 = 192350002

	ParticipantEventNone          int64 = 192350000 // msdyn_eventtype
	ParticipantEventHold          int64 = 192350001
	ParticipantEventTranscription int64 = 192350002
)

// Values of msdyn_sessionevent that the generator writes: here 192350001 means something else.
const (
	SessionEventReasonDefault       int64 = 192350000 // msdyn_eventreason
	SessionEventReasonAgentTransfer int64 = 192350001
	SessionEventReasonAutoAccept    int64 = 192350006
	SessionEventReasonClosed        int64 = 192350007
	SessionEventReasonEscalated     int64 = 192350016

	SessionEventQueueAssigned       int64 = 192350001 // msdyn_eventtype
	SessionEventAgentAssigned       int64 = 192350002
	SessionEventAgentAccepted       int64 = 192350003
	SessionEventSessionEnd          int64 = 192350005
	SessionEventSessionCreated      int64 = 192350006
	SessionEventBotTransfer         int64 = 192350021
	SessionEventBotEndsConversation int64 = 192350022
)

// Values of msdyn_sessionparticipant.msdyn_mode.
const (
	ParticipationPrimary int64 = 192350002
	ParticipationConsult int64 = 192350003
	ParticipationMonitor int64 = 192350004
	ParticipationPreview int64 = 192350005
)

func participantEventReason() *OptionSet {
	return &OptionSet{Name: "msdyn_ocsessionparticipantevent_eventreason", Options: []Option{
		{ParticipantEventAgentInitiated, "Agent Initiated"},
		{ParticipantEventInTransit, "Session Transfer In Transit"},
		{ParticipantEventTransferAccepted, "Session Transfer Accepted"},
	}}
}

func participantEventType() *OptionSet {
	return &OptionSet{Name: "msdyn_ocsessionparticipantevent_eventtype", Options: []Option{
		{ParticipantEventNone, "None"},
		{ParticipantEventHold, "Hold"},
		{ParticipantEventTranscription, "Transcription"},
	}}
}

func participationMode() *OptionSet {
	return &OptionSet{Name: "msdyn_sessionparticipant_mode", Options: []Option{
		{ParticipationPrimary, "Primary"},
		{ParticipationConsult, "Consult"},
		{ParticipationMonitor, "Monitor"},
		{ParticipationPreview, "Preview"},
	}}
}

func sessionEventType() *OptionSet {
	return numbered("msdyn_sessionevent_eventtype",
		"Default", "QueueAssigned", "AgentAssigned", "AgentAccepted", "AgentInviteRejected", "SessionEnd",
		"SessionCreated", "AgentInviteTimeout", "Escalated", "ParticipantInvited", "ParticipantInviteRejected",
		"ParticipantInviteAccepted", "ParticipantInviteTimeout", "ParticipantEnd", "AgentDisconnected", "AgentTimeout",
		"CustomerTimeout", "CustomerDisconnected", "TransferedToAgent", "TransferedToQueue", "ParticipantLeft",
		"BotTransferSession", "BotEndConversation", "AssignToAgentBySupervisor", "AssignToQueueBySupervisor",
		"CustomerEndConversation", "AgentEndConversation", "AgentAddedToC2Chat", "AgentRemovedFromC2Chat",
		"AgentEndConsult", "SupervisorForceClose")
}

// sessionEventReason is also the list of msdyn_ocsession.msdyn_sessioncreationreason.
func sessionEventReason() *OptionSet {
	return numbered("msdyn_sessionevent_eventreason",
		"Default", "AgentTransfer", "QueueTransfer", "PreChatSurvey", "PostchatSurvey", "UserAccept", "AutoAccept",
		"Closed", "AgentInviteRejected", "AgentInviteTimeout", "AgentDisconnected", "AgentTimeout", "AgentTransferred",
		"CustomerTimeout", "CustomerDisconnect", "SessionTimeout", "Escalated", "Rejected", "TimedOut", "Accepted",
		"AutoAccepted", "Disconnect", "Timeout", "End", "BotTransferSession", "BotEndConversation",
		"AssignToAgentBySupervisor", "AssignToQueueBySupervisor", "CustomerRejoin", "CustomerEndConversation",
		"AgentEndConversation", "SupervisorTransferToAgent", "AgentEndConsult", "ForceClose", "OverflowQueueTransfer",
		"OverflowEndConversation", "OverflowAssignToQueue", "SessionEndAfterWrapUp", "ConversationExpired", "Consult",
		"AgentMonitor", "AgentConversationJoin", "Preview")
}

// numbered is a choice whose values run on without a gap from 192350000, the solution's first option value.
func numbered(name string, labels ...string) *OptionSet {
	set := &OptionSet{Name: name, Options: make([]Option, len(labels))}
	for i, label := range labels {
		set.Options[i] = Option{Value: 192350000 + int64(i), Label: label}
	}
	return set
}
