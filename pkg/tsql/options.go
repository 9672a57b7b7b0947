package tsql

// Choices that the definitions name, by their number. The catalogue's option sets hold the same numbers with labels,
// and a test compares the two.
const (
	channelEntityRecords = 192350000 // msdyn_ocsession.msdyn_channel and msdyn_liveworkstream.msdyn_streamsource
	channelSMS           = 192340000 // msdyn_ocsession.msdyn_channel

	modePrimary = 192350002 // msdyn_sessionparticipant.msdyn_mode

	engagementPostConversation = 192350002 // msdyn_ocsession.msdyn_botengagementmode: bots that survey the customer

	// The events rule reads these of whichever event table the definition names. Only in
	// msdyn_ocsessionparticipantevent do they mean what the rule says.
	eventReasonInTransit = 192350001 // msdyn_eventreason
	eventTypeHold        = 192350001 // msdyn_eventtype
)

var (
	// msdyn_ocsession.msdyn_closurereason: the bot handed over to a representative.
	closureEscalated = []int64{
		192350026, // BotTransferToAgent
		192350030, // BotCallFailurePromptAndEscalate
		192350031, // BotCallFailureEscalate
	}
	// msdyn_ocsession.msdyn_closurereason: the bot handed over to somebody outside the contact center.
	closureExternal = []int64{
		192350029, // BotCallFailureExternalTransfer
		192350036, // ExternalAgentAccept
		192350037, // ExternalAgentReject
		192350038, // ExternalAgentTransfer
	}
	// msdyn_ocliveworkitem.statuscode: the conversation is not over.
	statusInProgress = []int64{
		1, // Open
		2, // Active
		3, // Waiting
		5, // Wrap-up
	}
)
