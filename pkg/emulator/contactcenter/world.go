package contactcenter

import (
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/google/uuid"
)

// world is what the conversations happen in: bots, representatives, queues, workstreams and languages.
type world struct {
	data      Dataset // the rows of all this
	lines     []weighted[*line]
	routing   *line // of records
	languages []weighted[*uuid.UUID]
	humans    []uuid.UUID
	bots      []bot
	survey    bot // asks customers after a conversation
	assist    bot // listens to representatives as a monitor
}

// bot answers customers first.
type bot struct {
	name       string
	user       uuid.UUID
	deflection float64 // share of conversations that go no further
}

// queue is where customers wait for a representative.
type queue struct {
	name     string
	id       uuid.UUID
	wait     time.Duration // median at average load
	patience time.Duration // how long a customer waits on average before leaving
}

// line is a way into the contact centre: a workstream with what serves it.
type line struct {
	name       string
	workstream uuid.UUID
	channel    int64 // of its sessions
	pace       pace
	direct     float64 // share that no bot answers
	bots       []weighted[bot]
	queues     []weighted[queue]
	months     []float64  // how busy it is, from January, with an average of 1; nil: no seasons
	instance   *uuid.UUID // conversations brought in by another application's channel instance
}

// pace tells how a conversation on a line goes on.
type pace uint8

const (
	chat      pace = iota // minutes; both sides stay
	voice                 // minutes; holds, transfers to other companies
	messaging             // hours or days; customers answer when they like
	record                // no customer at all
)

const representatives = 28

// Seasons of lines: how busy each month is, from January, with an average of 1.
var (
	holidays      = []float64{0.98, 0.88, 0.9, 0.92, 0.94, 0.92, 0.9, 0.9, 0.96, 1.02, 1.28, 1.4} // customers buy
	afterHolidays = []float64{1.3, 1.08, 1, 0.98, 0.96, 0.94, 0.9, 0.88, 0.98, 1, 0.98, 1}        // and bring back
	summer        = []float64{0.8, 0.8, 0.9, 1, 1.1, 1.25, 1.35, 1.3, 1.05, 0.9, 0.8, 0.75}
	school        = []float64{1.15, 1.1, 1.1, 1, 1.05, 1, 0.6, 0.55, 1.25, 1.15, 1.15, 0.9}
)

// newWorld makes up the contact centre of a seed, as the scenario has it; nil is the usual one.
func newWorld(seed uint64, scenario *Scenario) *world {
	d := newDice()
	d.set(seed, subjectWorld)
	w := &world{}

	user := func(name *string, application *string) uuid.UUID {
		id := d.id()
		w.data.Users = append(w.data.Users, User{ID: id, FullName: name, BotApplicationID: application})
		return id
	}
	set := scenario.settings()
	newBot := func(name string, deflection float64) bot {
		return bot{name: name, deflection: set.deflection(name, deflection), user: user(&name, ptr(d.id().String()))}
	}
	newQueue := func(name *string, wait, patience time.Duration) queue {
		id := d.id()
		w.data.Queues = append(w.data.Queues, Queue{ID: id, Name: name})
		q := queue{id: id, wait: wait, patience: patience}
		if name != nil {
			q.name = *name
			set.queue(&q)
		}
		return q
	}
	newLine := func(share float64, name string, l line) *line {
		l.name, l.workstream = name, d.id()
		share = set.line(&l, share)
		w.data.Workstreams = append(w.data.Workstreams, Workstream{ID: l.workstream, Name: &name, StreamSource: ptr(l.channel)})
		w.lines = append(w.lines, weighted[*line]{&l, share})
		return &l
	}

	orders := newBot("Orders assistant", 0.74)
	billing := newBot("Billing assistant", 0.58)
	service := newBot("Service desk assistant", 0.66)
	phone := newBot("Phone menu", 0.41)
	returns := newBot("Returns assistant", 0.52)
	pilot := newBot("Returns assistant", 0.81) // of the same name: people have to tell them apart by id
	triage := newBot("Case triage", 0.9)
	w.survey = newBot("Survey assistant", 1)
	w.assist = newBot("Agent assist", 0)
	// An application user whose bot was taken away: the column is empty and not null, and he is no bot.
	former := bot{user: user(ptr("Former assistant"), ptr("")), deflection: 0.6}
	w.bots = []bot{orders, billing, service, phone, returns, pilot}
	for i := range representatives {
		name := ptr(fmt.Sprintf("Representative %02d", i+1))
		if i == representatives-1 {
			name = nil
		}
		w.humans = append(w.humans, user(name, nil))
	}

	general := newQueue(ptr("General"), 40*time.Second, 5*time.Minute)
	invoices := newQueue(ptr("Invoices"), 90*time.Second, 6*time.Minute)
	technical := newQueue(ptr("Technical support"), 3*time.Minute, 8*time.Minute)
	hotline := newQueue(ptr("Hotline"), 70*time.Second, 4*time.Minute)
	backOffice := newQueue(ptr("Back office"), 20*time.Minute, 1000*time.Hour)
	unnamed := newQueue(nil, 2*time.Minute, 5*time.Minute)

	mixed := []weighted[queue]{{general, 5}, {invoices, 3}, {technical, 3}, {unnamed, 0.2}}
	newLine(34, "Web chat", line{months: holidays, channel: schema.ChannelLiveChat, pace: chat, direct: 0.1, queues: mixed,
		bots: []weighted[bot]{{orders, 5}, {billing, 3}, {service, 3}, {returns, 1}, {pilot, 0.5}, {former, 0.15}}})
	newLine(14, "App chat", line{months: holidays, channel: schema.ChannelLiveChat, pace: chat, direct: 0.06, queues: mixed,
		bots: []weighted[bot]{{orders, 6}, {returns, 2}, {pilot, 1}}})
	newLine(22, "Phone", line{months: afterHolidays, channel: schema.ChannelVoiceCall, pace: voice, direct: 0.15,
		queues: []weighted[queue]{{hotline, 7}, {technical, 2}, {invoices, 1}}, bots: []weighted[bot]{{phone, 9}, {billing, 1}}})
	newLine(12, "WhatsApp", line{channel: schema.ChannelWhatsApp, pace: messaging, direct: 0.08, queues: mixed,
		bots: []weighted[bot]{{orders, 5}, {service, 2}}})
	newLine(5, "Text messages", line{channel: schema.ChannelSMS, pace: messaging, direct: 0.1, queues: mixed,
		bots: []weighted[bot]{{orders, 2}, {billing, 2}}})
	newLine(3, "Facebook page", line{months: summer, channel: schema.ChannelFacebook, pace: messaging, direct: 0.2, queues: mixed,
		bots: []weighted[bot]{{service, 1}}})
	newLine(2, "Employees on Teams", line{months: school, channel: schema.ChannelTeams, pace: chat, direct: 0.3,
		queues: []weighted[queue]{{technical, 1}}, bots: []weighted[bot]{{service, 1}}})
	newLine(1.5, "Apple Messages", line{channel: schema.ChannelAppleMessages, pace: messaging, direct: 0.1, queues: mixed,
		bots: []weighted[bot]{{orders, 1}}})
	newLine(1.5, "Partner messaging", line{channel: schema.ChannelCustom, pace: messaging, direct: 0.3,
		queues: []weighted[queue]{{technical, 1}}, bots: []weighted[bot]{{service, 1}}})
	newLine(2, "Campaign replies", line{channel: schema.ChannelSMS, pace: messaging, direct: 0.05, queues: mixed,
		bots: []weighted[bot]{{orders, 1}}, instance: ptr(d.id())})
	w.routing = newLine(3, "Case routing", line{channel: schema.ChannelEntityRecords, pace: record, direct: 0.7,
		queues: []weighted[queue]{{backOffice, 1}}, bots: []weighted[bot]{{triage, 1}}})

	for _, spoken := range []weighted[string]{{"English", 60}, {"German", 14}, {"Spanish", 12}, {"French", 8}, {"Italian", 4}} {
		id := d.id()
		w.data.Languages = append(w.data.Languages, Language{ID: id, Name: &spoken.value})
		w.languages = append(w.languages, weighted[*uuid.UUID]{&id, spoken.share})
	}
	w.languages = append(w.languages, weighted[*uuid.UUID]{nil, 2}) // never found out
	return w
}

func ptr[T any](value T) *T { return &value }
