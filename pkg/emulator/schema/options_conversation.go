package schema

// Values of msdyn_ocliveworkitem.statecode.
const (
	ConversationStateOpen      int64 = 0
	ConversationStateClosed    int64 = 1
	ConversationStateResolved  int64 = 2
	ConversationStateScheduled int64 = 3
	ConversationStateWrapUp    int64 = 4
)

// Values of msdyn_ocliveworkitem.statuscode.
const (
	ConversationOpen      int64 = 1
	ConversationActive    int64 = 2
	ConversationWaiting   int64 = 3
	ConversationClosed    int64 = 4
	ConversationWrapUp    int64 = 5
	ConversationResolved  int64 = 6
	ConversationScheduled int64 = 7
)

func conversationState() *OptionSet {
	return &OptionSet{Name: "msdyn_ocliveworkitem_statecode", Options: []Option{
		{ConversationStateOpen, "Open"},
		{ConversationStateClosed, "Closed"},
		{ConversationStateResolved, "Resolved"},
		{ConversationStateScheduled, "Scheduled"},
		{ConversationStateWrapUp, "Wrap-up (Deprecated)"},
	}}
}

func conversationStatus() *OptionSet {
	return &OptionSet{Name: "msdyn_ocliveworkitem_statuscode", Options: []Option{
		{ConversationOpen, "Open"},
		{ConversationActive, "Active"},
		{ConversationWaiting, "Waiting"},
		{ConversationClosed, "Closed"},
		{ConversationWrapUp, "Wrap-up"},
		{ConversationResolved, "Resolved"},
		{ConversationScheduled, "Scheduled"},
	}}
}

// statusChangeReason spells its labels as the product does ("CutomerMovedToWrapUp").
func statusChangeReason() *OptionSet {
	return &OptionSet{Name: "msdyn_statuschangereason", Options: []Option{
		{192350001, "AwaitingAgentAssignment"},
		{192350002, "AwaitingAgentAcceptance"},
		{192350003, "InConversation"},
		{192350004, "AwaitingCustomerResponse"},
		{192350005, "AgentMovedToWrapUp"},
		{192350006, "CustomerDisconnectedOrLeftActiveConversation"},
		{192350007, "CutomerMovedToWrapUp"},
		{192350008, "ConversationEndedByAgent"},
		{192350009, "AutoClosedFromWaitingState"},
		{192350010, "AutoClosedBySystem"},
		{192350011, "ClosedDueToOverflow"},
		{192350012, "CustomerDisconnectedOrLeftOpenConversation"},
		{192350013, "ConversationEndedByBot"},
		{192350014, "ClosedDueToFailure"},
		{192350015, "ForceClosedBySupervisor"},
		{192350016, "ClosedInDataverseDirectlyByAdmin"},
		{192350017, "AssignedBySupervisor"},
	}}
}

func customerSentiment() *OptionSet {
	return &OptionSet{Name: "msdyn_customersentimentlabel", Options: []Option{
		{0, "N/A"},
		{7, "Very negative"},
		{8, "Negative"},
		{9, "Slightly negative"},
		{10, "Neutral"},
		{11, "Slightly positive"},
		{12, "Positive"},
		{13, "Very positive"},
	}}
}
