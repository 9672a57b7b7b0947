package schema

import "github.com/dataverse-tally/tally/pkg/emulator/sqltype"

// Names of the tables of Default.
const (
	ConversationTable     = "msdyn_ocliveworkitem"
	SessionTable          = "msdyn_ocsession"
	ParticipantTable      = "msdyn_sessionparticipant"
	ParticipantEventTable = "msdyn_ocsessionparticipantevent"
	SessionEventTable     = "msdyn_sessionevent"
	UserTable             = "systemuser"
	QueueTable            = "queue"
	WorkstreamTable       = "msdyn_liveworkstream"
	LanguageTable         = "msdyn_oclanguage"
	ChannelInstanceTable  = "msdyn_channelinstance"
	StringMapTable        = "stringmap"
)

// Default returns the contact-center tables of Dynamics 365 that the embedded Dataverse has. The caller may change it.
//
// Names, types and option values follow Microsoft's table reference; a column that package contactcenter does not
// fill is NULL in every row. Every lookup's target is a table of the schema. What the reference leaves open is
// marked assumed.
func Default() *Schema {
	s := &Schema{Tables: []Table{
		conversationTable(),
		sessionTable(),
		participantTable(),
		participantEventTable(),
		sessionEventTable(),
		userTable(),
		named(QueueTable, "queueid", "name", 200),
		workstreamTable(),
		named(LanguageTable, "msdyn_oclanguageid", "msdyn_name", 100),             // column of the name: assumed
		named(ChannelInstanceTable, "msdyn_channelinstanceid", "msdyn_name", 100), // column of the name: assumed
	}}
	s.Metadata = []Table{stringMap(s.Tables)}
	return s
}

func conversationTable() Table {
	return Table{
		Name: ConversationTable, Key: "activityid", Primary: "subject",
		Columns: []Column{
			key("activityid"),
			text("subject", 400),
			text("msdyn_ocliveworkitemid", 100), // a string, and not the key
			text("msdyn_title", 200),
			// A multi-select choice: numbers joined by commas, as the Web API has it. Its form at the SQL endpoint
			// is not documented: assumed.
			text("msdyn_channel", 4000),
			lookup("msdyn_channelinstanceid", ChannelInstanceTable),
			lookup("msdyn_liveworkstreamid", WorkstreamTable),
			lookup("msdyn_cdsqueueid", QueueTable),
			lookup("msdyn_activeagentid", UserTable),
			lookup("msdyn_lastsessionid", SessionTable),
			lookup("msdyn_customerlanguageid", LanguageTable),
			time("createdon"), // when the row was written; the conversation's own time is msdyn_createdon
			time("msdyn_createdon"),
			time("msdyn_startedon"),
			time("msdyn_initiatedon"),
			time("msdyn_closedon"),
			time("msdyn_statusupdatedon"),
			time("msdyn_modifiedon"),
			time("msdyn_wrapupinitiatedon"),
			time("msdyn_firstwaitstartedon"),
			time("msdyn_activeagentassignedon"),
			choice("statecode", conversationState()),
			choice("statuscode", conversationStatus()),
			choice("msdyn_statuschangereason", statusChangeReason()),
			choice("msdyn_customersentimentlabel", customerSentiment()),
			text("msdyn_statereason", 100),
			text("msdyn_customerlocale", 100),
			bit("msdyn_isagentsession"),
			bit("msdyn_isagentaccepted"),
			bit("msdyn_isabandoned"),
			bit("msdyn_isoutbound"),
			number("msdyn_transfercount"),
			number("msdyn_escalationcount"), // to a supervisor, not from a bot
			number("msdyn_conversationfirstwaittimeinseconds"),
		},
		Indexes: [][]string{
			{"msdyn_createdon", "activityid", "statuscode"},
			{"createdon"},
		},
	}
}

func sessionTable() Table {
	return Table{
		Name: SessionTable, Key: "activityid", Primary: "subject",
		// statecode and statuscode are left out: their options are not published.
		Columns: []Column{
			key("activityid"),
			text("subject", 400),
			text("msdyn_sessionid", 100), // a string, and not the key
			lookup("msdyn_liveworkitemid", ConversationTable),
			time("createdon"),
			time("msdyn_sessioncreatedon"),
			time("msdyn_sessionclosedon"),
			time("msdyn_agentassignedon"),
			time("msdyn_agentacceptedon"),
			choice("msdyn_channel", streamSource()),
			lookup("msdyn_channelinstanceid", ChannelInstanceTable),
			choice("msdyn_closurereason", closureReason()),
			choice("msdyn_state", sessionState()),
			choice("msdyn_botengagementmode", botEngagementMode()),
			choice("msdyn_sessioncreationreason", sessionEventReason()),
			lookup("msdyn_cdsqueueid", QueueTable),
			lookup("msdyn_primarysession", SessionTable),
		},
		// Each index also holds the other columns that the counting statement reads, so that it seldom needs the row.
		Indexes: [][]string{
			{"msdyn_sessioncreatedon", "msdyn_liveworkitemid", "activityid",
				"msdyn_channel", "msdyn_channelinstanceid", "msdyn_closurereason", "msdyn_cdsqueueid", "msdyn_botengagementmode"},
			{"msdyn_liveworkitemid", "msdyn_sessioncreatedon", "activityid",
				"msdyn_channel", "msdyn_channelinstanceid", "msdyn_closurereason", "msdyn_cdsqueueid", "msdyn_botengagementmode"},
		},
	}
}

func participantTable() Table {
	return Table{
		Name: ParticipantTable, Key: "msdyn_sessionparticipantid", Primary: "msdyn_name",
		Columns: []Column{
			key("msdyn_sessionparticipantid"),
			text("msdyn_name", 100),
			lookup("msdyn_omnichannelsession", SessionTable),
			lookup("msdyn_agentid", UserTable),
			choice("msdyn_mode", participationMode()),
			time("createdon"),
			time("msdyn_joinedon"),
			time("msdyn_lefton"),
			text("msdyn_leftonreason", 100),
			number("msdyn_activetime"), // seconds, as the ones below: assumed
			number("msdyn_holdtime"),
			number("msdyn_talktime"),
			number("msdyn_idletime"),
			lookup("msdyn_cdsqueueid", QueueTable),
		},
		Indexes: [][]string{
			{"msdyn_omnichannelsession", "msdyn_mode", "msdyn_agentid"},
			{"msdyn_agentid", "msdyn_mode", "msdyn_omnichannelsession"},
		},
	}
}

func participantEventTable() Table {
	return Table{
		Name: ParticipantEventTable, Key: "msdyn_ocsessionparticipanteventid", Primary: "msdyn_name",
		Columns: []Column{
			key("msdyn_ocsessionparticipanteventid"),
			text("msdyn_name", 100),
			// The reference calls both lookups required, which Dataverse asks of its forms and not of its rows.
			lookup("msdyn_sessionid", SessionTable),
			lookup("msdyn_sessionparticipantid", ParticipantTable),
			choice("msdyn_eventreason", participantEventReason()),
			choice("msdyn_eventtype", participantEventType()),
			time("createdon"),
			time("msdyn_eventstarttime"),
			time("msdyn_eventendtime"),
			{Name: "msdyn_eventduration", Type: sqltype.Type{Kind: sqltype.Decimal, Precision: 23, Scale: 10}},
		},
		Indexes: [][]string{{"msdyn_sessionid", "msdyn_eventreason", "msdyn_eventtype"}},
	}
}

func sessionEventTable() Table {
	return Table{
		Name: SessionEventTable, Key: "msdyn_sessioneventid", Primary: "msdyn_name",
		Columns: []Column{
			key("msdyn_sessioneventid"),
			text("msdyn_name", 100),
			lookup("msdyn_omnichannelsession", SessionTable),
			choice("msdyn_eventreason", sessionEventReason()),
			choice("msdyn_eventtype", sessionEventType()),
			time("createdon"),
			time("msdyn_eventtime"),
		},
		Indexes: [][]string{{"msdyn_omnichannelsession", "msdyn_eventreason", "msdyn_eventtype"}},
	}
}

func userTable() Table {
	return Table{
		Name: UserTable, Key: "systemuserid", Primary: "fullname",
		Columns: []Column{
			key("systemuserid"),
			text("fullname", 200),
			text("msdyn_botapplicationid", 100),
			text("msdyn_bothandle", 100),
			choice("msdyn_agenttype", agentType()),
			choice("msdyn_usertype", userType()),
			choice("msdyn_botprovider", botProvider()),
			bit("isdisabled"),
			time("createdon"),
		},
		Indexes: [][]string{{"msdyn_botapplicationid", "systemuserid"}},
	}
}

func workstreamTable() Table {
	table := named(WorkstreamTable, "msdyn_liveworkstreamid", "msdyn_name", 100)
	table.Columns = append(table.Columns, choice("msdyn_streamsource", streamSource()))
	return table
}

// named is a table of which only ids and names matter.
func named(name, id, primary string, length int) Table {
	return Table{Name: name, Key: id, Primary: primary, Columns: []Column{key(id), text(primary, length), time("createdon")}}
}

func key(name string) Column {
	return Column{Name: name, Type: sqltype.Type{Kind: sqltype.UniqueIdentifier}, NotNull: true}
}

func lookup(name, target string) Column {
	return Column{Name: name, Type: sqltype.Type{Kind: sqltype.UniqueIdentifier}, Target: target}
}

func choice(name string, options *OptionSet) Column {
	return Column{Name: name, Type: sqltype.Type{Kind: sqltype.Int}, Options: options}
}

func text(name string, length int) Column {
	return Column{Name: name, Type: sqltype.Type{Kind: sqltype.NVarChar, Length: length}}
}

func time(name string) Column {
	return Column{Name: name, Type: sqltype.Type{Kind: sqltype.DateTime}}
}

func number(name string) Column {
	return Column{Name: name, Type: sqltype.Type{Kind: sqltype.Int}}
}

func bit(name string) Column {
	return Column{Name: name, Type: sqltype.Type{Kind: sqltype.Bit}}
}
