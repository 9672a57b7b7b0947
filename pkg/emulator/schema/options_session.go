package schema

// Values of msdyn_ocsession.msdyn_closurereason that the generator writes or a rule reads.
// The published list has gaps (32, 33, 35, 39 to 53, 57 to 60): such values exist without a label.
const (
	ClosureDefault                    int64 = 192350000
	ClosureAgentReject                int64 = 192350001
	ClosureAgentTimeout               int64 = 192350002
	ClosureConversationTimeout        int64 = 192350003
	ClosureAgentClosed                int64 = 192350004
	ClosureConversationClosed         int64 = 192350005
	ClosureAgentTransferred           int64 = 192350006
	ClosureAgentDisconnected          int64 = 192350007
	ClosureAgentTransferToQueue       int64 = 192350010
	ClosureAutoClose                  int64 = 192350018
	ClosureCustomerDisconnect         int64 = 192350020
	ClosureAgentEndConversation       int64 = 192350021
	ClosureCustomerEndConversation    int64 = 192350022
	ClosureBotTransferToAgent         int64 = 192350026
	ClosureBotEndConversation         int64 = 192350027
	ClosureBotCallFailureEnd          int64 = 192350028
	ClosureBotCallFailureExternal     int64 = 192350029
	ClosureBotCallFailurePrompt       int64 = 192350030
	ClosureBotCallFailureEscalate     int64 = 192350031
	ClosureExternalAgentAccept        int64 = 192350036
	ClosureExternalAgentReject        int64 = 192350037
	ClosureExternalAgentTransfer      int64 = 192350038
	ClosureCustomerNonResponseTimeout int64 = 192350061
)

// Values of msdyn_ocsession.msdyn_botengagementmode.
const (
	EngagementDefault          int64 = 192350000
	EngagementPreConversation  int64 = 192350001
	EngagementPostConversation int64 = 192350002
	EngagementOffBusinessHour  int64 = 192350003
)

// Values of msdyn_ocsession.msdyn_state, which Microsoft marks as deprecated.
const (
	SessionStateDefault int64 = 192350000
	SessionStateActive  int64 = 192350001
	SessionStateClosed  int64 = 192350002
	SessionStateNew     int64 = 192350003
)

func closureReason() *OptionSet {
	return &OptionSet{Name: "msdyn_closurereason", Options: []Option{
		{ClosureDefault, "Default"},
		{ClosureAgentReject, "AgentReject"},
		{ClosureAgentTimeout, "AgentTimeout"},
		{ClosureConversationTimeout, "ConversationTimeout"},
		{ClosureAgentClosed, "AgentClosed"},
		{ClosureConversationClosed, "ConversationClosed"},
		{ClosureAgentTransferred, "AgentTransferred"},
		{ClosureAgentDisconnected, "AgentDisconnected"},
		{192350008, "AgentReRouted"},
		{192350009, "VirtualAgentClosed"},
		{ClosureAgentTransferToQueue, "AgentTransferToQueue"},
		{192350011, "SupervisorAssignToQueue"},
		{192350012, "SupervisorTransferToAgent"},
		{192350013, "SystemReject"},
		{192350014, "ForceClose"},
		{192350015, "OverflowQueueTransfer"},
		{192350016, "OverflowEndConversation"},
		{192350017, "AddAgentFailed"},
		{ClosureAutoClose, "AutoClose"},
		{192350019, "SecondaryChannelClosed"},
		{ClosureCustomerDisconnect, "CustomerDisconnect"},
		{ClosureAgentEndConversation, "AgentEndConversation"},
		{ClosureCustomerEndConversation, "CustomerEndConversation"},
		{192350023, "QueueTransfer"},
		{192350024, "InqueueOverflowQueueTransfer"},
		{192350025, "InqueueOverflowEndConversation"},
		{ClosureBotTransferToAgent, "BotTransferToAgent"},
		{ClosureBotEndConversation, "BotEndConversation"},
		{ClosureBotCallFailureEnd, "BotCallFailureEndConversation"},
		{ClosureBotCallFailureExternal, "BotCallFailureExternalTransfer"},
		{ClosureBotCallFailurePrompt, "BotCallFailurePromptAndEscalate"},
		{ClosureBotCallFailureEscalate, "BotCallFailureEscalate"},
		{192350034, "ManuallyClosedSession"},
		{ClosureExternalAgentAccept, "ExternalAgentAccept"},
		{ClosureExternalAgentReject, "ExternalAgentReject"},
		{ClosureExternalAgentTransfer, "ExternalAgentTransfer"},
		{192350054, "VoiceConnectivityProblem"},
		{192350055, "MaximumSessionsReached"},
		{192350056, "CallTimedOut"},
		{ClosureCustomerNonResponseTimeout, "CustomerNonResponseTimeoutRule"},
		{192350062, "AgentNonResponseTimeoutRule"},
		{192350063, "AgentMovedConversationToWaiting"},
		{192350064, "AutoRejectedDueToBrowserRefresh"},
		{192350065, "AutoRejectAsOutboundCallInProgress"},
	}}
}

// botEngagementMode spells its labels as the product does ("PostConverstation").
func botEngagementMode() *OptionSet {
	return &OptionSet{Name: "msdyn_botengagementmode", Options: []Option{
		{EngagementDefault, "Default"},
		{EngagementPreConversation, "PreConversation"},
		{EngagementPostConversation, "PostConverstation"},
		{EngagementOffBusinessHour, "OffBusinessHour"},
	}}
}

func sessionState() *OptionSet {
	return &OptionSet{Name: "msdyn_ocsession_state", Options: []Option{
		{SessionStateDefault, "Default"},
		{SessionStateActive, "Active"},
		{SessionStateClosed, "Closed"},
		{SessionStateNew, "New"},
	}}
}
