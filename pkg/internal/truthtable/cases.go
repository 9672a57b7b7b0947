package truthtable

import (
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
)

// Cases are the rows of the table, in its order. Each call builds them anew.
func Cases() []Case {
	var cases []Case
	for i, build := range rows {
		r := newRow(i + 1)
		c := build(r)
		c.Row, c.Data = r.number, &r.data
		if c.From.IsZero() {
			c.From, c.To = day1, day2
		}
		cases = append(cases, c)
	}
	return cases
}

// Together are all rows in one contact center, each conversation once: the fifteenth row is the fourteenth again,
// seen through another window, and left out.
func Together() *contactcenter.Dataset {
	all := &contactcenter.Dataset{}
	for _, c := range Cases() {
		if c.Row == 15 {
			continue
		}
		all.Users = append(all.Users, c.Data.Users...)
		all.Workstreams = append(all.Workstreams, c.Data.Workstreams...)
		all.Conversations = append(all.Conversations, c.Data.Conversations...)
		all.Sessions = append(all.Sessions, c.Data.Sessions...)
		all.Participants = append(all.Participants, c.Data.Participants...)
		all.ParticipantEvents = append(all.ParticipantEvents, c.Data.ParticipantEvents...)
		all.SessionEvents = append(all.SessionEvents, c.Data.SessionEvents...)
	}
	return all
}

// rows build the contact center of a row and say what must be counted of it.
var rows = []func(*row) Case{
	func(r *row) Case {
		r.bot(r.conversation(), closed(closedByBot))
		return Case{Conversation: "live chat, bot session closed 192350027", Want: same(deflected)}
	},
	func(r *row) Case {
		c := r.conversation()
		r.bot(c, closed(closedByTransfer))
		r.representative(c)
		return Case{Conversation: "bot session closed 192350026, then a representative's session", Want: same(escalated)}
	},
	func(r *row) Case {
		c := r.conversation()
		r.bot(c)
		r.session(c, created(10, 10))
		return Case{Conversation: "bot session, then a queue session with no participant", Want: same(escalated)}
	},
	func(r *row) Case {
		r.representative(r.conversation())
		return Case{Conversation: "representative only", Want: same(none)}
	},
	func(r *row) Case {
		r.bot(r.conversation(in(r.workstream(channelEntityRecords))), channel(channelEntityRecords))
		return Case{Conversation: "bot session, session channel and workstream 192350000", Want: same(none)}
	},
	func(r *row) Case {
		r.bot(r.conversation(), r.sessionInstance())
		return Case{Conversation: "bot session, msdyn_channelinstanceid filled", Want: want(none, none, deflected)}
	},
	func(r *row) Case {
		r.bot(r.conversation(), channel(channelSMS))
		return Case{Conversation: "native SMS 192340000, no channel instance, bot only", Want: want(none, deflected, deflected)}
	},
	func(r *row) Case {
		r.bot(r.conversation(), createdNever)
		return Case{Conversation: "bot session, msdyn_sessioncreatedon null", Want: want(none, none, deflected)}
	},
	func(r *row) Case {
		c := r.conversation()
		r.bot(c, closed(closedByTransfer))
		r.participantEvent(r.representative(c), nil, new(int64(typeHold)))
		return Case{Conversation: "as 2; the representative's session has one Hold row", Want: same(escalated)}
	},
	func(r *row) Case {
		r.participantEvent(r.bot(r.conversation()), new(int64(reasonInTransit)), new(int64(typeNone)))
		return Case{Conversation: "bot only, its one event row is In Transit", Want: want(none, deflected, deflected)}
	},
	func(r *row) Case {
		session := r.bot(r.conversation())
		r.participantEvent(session, new(int64(reasonInTransit)), new(int64(typeNone)))
		r.participantEvent(session, new(int64(reasonTransferAccepted)), new(int64(typeNone)))
		return Case{Conversation: "as 10 plus an ordinary event row", Want: same(deflected)}
	},
	func(r *row) Case {
		c := r.conversation()
		r.bot(c)
		r.takesPart(r.session(c, created(10, 10)), r.botB, modePrimary)
		return Case{
			Conversation: "bot A then bot B, nobody else", Want: same(deflected),
			WantPerBot: perBot(map[uuid.UUID]Counts{r.botA: deflected, r.botB: deflected}),
		}
	},
	func(r *row) Case {
		r.bot(r.conversation(activeNow), stillOpen)
		return Case{Conversation: "bot active now", Want: same(active)}
	},
	func(r *row) Case {
		r.botThenRepresentativeNextDay()
		return Case{Conversation: "bot on day 1, representative on day 2; window day 1", Want: same(escalated)}
	},
	func(r *row) Case {
		r.botThenRepresentativeNextDay()
		return Case{
			Conversation: "bot on day 1, representative on day 2; window day 2", Want: same(none),
			From: day2, To: day3,
		}
	},
	func(r *row) Case {
		c := r.conversation()
		r.representative(c, created(10, 0))
		r.bot(c, created(10, 30), survey)
		return Case{Conversation: "representative first, survey bot afterwards", Want: same(deflected)}
	},
	func(r *row) Case {
		r.bot(r.conversation(), closed(closedByExternal))
		return Case{
			Conversation: "bot session closed 192350029 (external)", Want: same(escalated),
			WantExternalOff: same(deflected),
		}
	},
	func(r *row) Case {
		r.bot(r.conversation(channels("192360000,192390000")), channel(channelLiveChat))
		return Case{
			Conversation: "conversation channel 192360000,192390000, session channel 192360000, bot only",
			Want:         same(deflected),
		}
	},
	func(r *row) Case {
		c := r.conversation()
		r.bot(c)
		r.bot(c, created(10, 20))
		return Case{Conversation: "two bot sessions of one conversation in the window", Want: same(deflected)}
	},
	func(r *row) Case {
		r.takesPart(r.session(r.conversation()), r.botA, modeMonitor)
		return Case{Conversation: "the bot takes part only as Monitor (192350004)", Want: same(none)}
	},
	func(r *row) Case {
		noBot := r.user("Not a bot", new(""))
		r.takesPart(r.session(r.conversation()), noBot, modePrimary)
		return Case{Conversation: "msdyn_botapplicationid = ''", Want: same(none)}
	},
	func(r *row) Case {
		r.sessionEvent(r.bot(r.conversation()), nil, new(int64(typeQueueAssigned)))
		return Case{Conversation: "msdyn_sessionevent row of type 192350001 on the bot session", Want: same(deflected)}
	},
	func(r *row) Case {
		r.bot(r.conversation(), noChannel)
		return Case{Conversation: "bot only, null session channel", Want: same(deflected)}
	},
	func(r *row) Case {
		r.takesPart(r.bot(r.conversation()), r.human, modePrimary)
		return Case{Conversation: "bot and human both primary in one session, nobody else", Want: same(deflected)}
	},
	func(r *row) Case {
		r.takesPart(r.bot(r.conversation()), r.botB, modePrimary)
		return Case{
			Conversation: "two bots primary in one session", Want: same(deflected),
			WantPerBot: perBot(map[uuid.UUID]Counts{r.botA: deflected, r.botB: deflected}),
		}
	},
	func(r *row) Case {
		c := r.conversation()
		r.bot(c)
		r.representative(c, created(10, 0))
		return Case{Conversation: "bot session and representative's session created in the same second", Want: same(escalated)}
	},
	func(r *row) Case {
		c := r.conversation()
		r.bot(c, createdNever, closed(closedByConversation))
		r.representative(c)
		return Case{
			Conversation: "bot session created null, closed 192350005, then a representative",
			Want:         want(none, none, deflected),
		}
	},
	func(r *row) Case {
		c := r.conversation()
		r.bot(c)
		r.representative(c, createdNever)
		return Case{Conversation: "bot session, then a representative's session created null", Want: same(deflected)}
	},
	func(r *row) Case {
		r.bot(r.conversation(r.conversationInstance()))
		return Case{Conversation: "only c.msdyn_channelinstanceid filled", Want: want(none, none, deflected)}
	},
	func(r *row) Case {
		r.bot(r.conversation(in(r.workstream(channelLiveChat))), channel(channelEntityRecords))
		return Case{Conversation: "session channel 192350000, workstream 192360000", Want: want(none, none, deflected)}
	},
	func(r *row) Case {
		r.bot(r.conversation(in(r.workstream(channelEntityRecords))), channel(channelLiveChat))
		return Case{Conversation: "session channel 192360000, workstream 192350000", Want: want(deflected, deflected, none)}
	},
	func(r *row) Case {
		r.bot(new(r.id()))
		return Case{Conversation: "conversation row absent", Want: same(none)}
	},
	func(r *row) Case {
		c := r.conversation()
		r.participantEvent(r.bot(c, closed(closedByTransfer)), new(int64(reasonInTransit)), new(int64(typeNone)))
		r.takesPart(r.session(c, created(10, 10)), r.botB, modePrimary)
		return Case{
			Conversation: "bot A dropped by its In Transit row, bot B counted, no representative; A closed 192350026",
			Want:         want(deflected, escalated, escalated),
		}
	},
}

// botThenRepresentativeNextDay is the conversation of rows 14 and 15.
func (r *row) botThenRepresentativeNextDay() {
	c := r.conversation(closedOnDay2)
	r.bot(c)
	r.representative(c, createdOnDay2)
}
