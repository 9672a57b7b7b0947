package oracle

// Values of option sets that the rules speak of, from Microsoft's table reference and its page of closure reasons.
// The catalogue and the emulator's schema have constants of their own; a test compares the three.
const (
	// msdyn_ocsession.msdyn_channel and msdyn_liveworkstream.msdyn_streamsource
	channelSMS           int64 = 192340000
	channelEntityRecords int64 = 192350000
	channelLiveChat      int64 = 192360000

	// msdyn_sessionparticipant.msdyn_mode
	modePrimary int64 = 192350002
	modeConsult int64 = 192350003
	modeMonitor int64 = 192350004

	// One number for two columns of two tables. In msdyn_ocsessionparticipantevent it means Session Transfer
	// In Transit (reason) and Hold (type), in msdyn_sessionevent AgentTransfer and QueueAssigned.
	eventReasonInTransit int64 = 192350001
	eventTypeHold        int64 = 192350001

	// msdyn_ocsession.msdyn_botengagementmode
	engagementPostConversation int64 = 192350002

	// msdyn_ocsession.msdyn_closurereason
	closureBotTransferToAgent              int64 = 192350026
	closureBotEndConversation              int64 = 192350027
	closureBotCallFailureExternalTransfer  int64 = 192350029
	closureBotCallFailurePromptAndEscalate int64 = 192350030
	closureBotCallFailureEscalate          int64 = 192350031
	closureExternalAgentAccept             int64 = 192350036
	closureExternalAgentReject             int64 = 192350037
	closureExternalAgentTransfer           int64 = 192350038

	// msdyn_ocliveworkitem.statuscode
	statusOpen     int64 = 1
	statusActive   int64 = 2
	statusWaiting  int64 = 3
	statusClosed   int64 = 4
	statusWrapUp   int64 = 5
	statusResolved int64 = 6
)

// The option values that the rules take together.
var (
	// inProgressStatuses: the conversation can still be escalated.
	inProgressStatuses = []int64{statusOpen, statusActive, statusWaiting, statusWrapUp}
	// escalatingClosures: the bot itself says that it handed over to a representative.
	escalatingClosures = []int64{
		closureBotTransferToAgent, closureBotCallFailurePromptAndEscalate, closureBotCallFailureEscalate,
	}
	// externalClosures: it says so of somebody outside the contact center.
	externalClosures = []int64{
		closureBotCallFailureExternalTransfer,
		closureExternalAgentAccept, closureExternalAgentReject, closureExternalAgentTransfer,
	}
)
