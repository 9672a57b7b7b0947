package contactcenter

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// Seasons of lines: how busy each month is, from January, with an average of 1.
var (
	holidays      = []float64{0.98, 0.88, 0.9, 0.92, 0.94, 0.92, 0.9, 0.9, 0.96, 1.02, 1.28, 1.4} // customers buy
	afterHolidays = []float64{1.3, 1.08, 1, 0.98, 0.96, 0.94, 0.9, 0.88, 0.98, 1, 0.98, 1}        // and bring back
	summer        = []float64{0.8, 0.8, 0.9, 1, 1.1, 1.25, 1.35, 1.3, 1.05, 0.9, 0.8, 0.75}
	school        = []float64{1.15, 1.1, 1.1, 1, 1.05, 1, 0.6, 0.55, 1.25, 1.15, 1.15, 0.9}
)

// usual makes up the contact center of a retailer. The order of what it adds decides about ids.
func (b *builder) usual() {
	w := b.world
	orders := b.bot("Orders assistant", 0.74)
	billing := b.bot("Billing assistant", 0.58)
	service := b.bot("Service desk assistant", 0.66)
	phone := b.bot("Phone menu", 0.41)
	returns := b.bot("Returns assistant", 0.52)
	pilot := b.bot("Returns assistant", 0.81) // of the same name: people have to tell them apart by id
	triage := b.bot("Case triage", 0.9)
	w.survey = ptr(b.bot(surveyName, 1))
	w.assist = ptr(b.bot("Agent assist", 0))
	// An application user whose bot was taken away: the column is empty and not null, and he is no bot.
	former := bot{user: b.user(ptr("Former assistant"), ptr("")), deflection: 0.6}
	w.bots = []bot{orders, billing, service, phone, returns, pilot}
	b.representatives()

	general := b.queue(ptr("General"), 40*time.Second, 5*time.Minute)
	invoices := b.queue(ptr("Invoices"), 90*time.Second, 6*time.Minute)
	technical := b.queue(ptr("Technical support"), 3*time.Minute, 8*time.Minute)
	hotline := b.queue(ptr("Hotline"), 70*time.Second, 4*time.Minute)
	backOffice := b.queue(ptr("Back office"), 20*time.Minute, 1000*time.Hour)
	unnamed := b.queue(nil, 2*time.Minute, 5*time.Minute)

	mixed := []weighted[queue]{{general, 5}, {invoices, 3}, {technical, 3}, {unnamed, 0.2}}
	b.line(34, "Web chat", line{months: holidays, channel: schema.ChannelLiveChat, pace: chat, direct: 0.1, queues: mixed,
		bots: []weighted[bot]{{orders, 5}, {billing, 3}, {service, 3}, {returns, 1}, {pilot, 0.5}, {former, 0.15}}})
	b.line(14, "App chat", line{months: holidays, channel: schema.ChannelLiveChat, pace: chat, direct: 0.06, queues: mixed,
		bots: []weighted[bot]{{orders, 6}, {returns, 2}, {pilot, 1}}})
	b.line(22, "Phone", line{months: afterHolidays, channel: schema.ChannelVoiceCall, pace: voice, direct: 0.15,
		queues: []weighted[queue]{{hotline, 7}, {technical, 2}, {invoices, 1}}, bots: []weighted[bot]{{phone, 9}, {billing, 1}}})
	b.line(12, "WhatsApp", line{channel: schema.ChannelWhatsApp, pace: messaging, direct: 0.08, queues: mixed,
		bots: []weighted[bot]{{orders, 5}, {service, 2}}})
	b.line(5, "Text messages", line{channel: schema.ChannelSMS, pace: messaging, direct: 0.1, queues: mixed,
		bots: []weighted[bot]{{orders, 2}, {billing, 2}}})
	b.line(3, "Facebook page", line{months: summer, channel: schema.ChannelFacebook, pace: messaging, direct: 0.2, queues: mixed,
		bots: []weighted[bot]{{service, 1}}})
	b.line(2, "Employees on Teams", line{months: school, channel: schema.ChannelTeams, pace: chat, direct: 0.3,
		queues: []weighted[queue]{{technical, 1}}, bots: []weighted[bot]{{service, 1}}})
	b.line(1.5, "Apple Messages", line{channel: schema.ChannelAppleMessages, pace: messaging, direct: 0.1, queues: mixed,
		bots: []weighted[bot]{{orders, 1}}})
	b.line(1.5, "Partner messaging", line{channel: schema.ChannelCustom, pace: messaging, direct: 0.3,
		queues: []weighted[queue]{{technical, 1}}, bots: []weighted[bot]{{service, 1}}})
	b.line(2, "Campaign replies", line{channel: schema.ChannelSMS, pace: messaging, direct: 0.05, queues: mixed,
		bots: []weighted[bot]{{orders, 1}}, instance: ptr(b.dice.id())})
	w.routing = b.line(3, "Case routing", line{channel: schema.ChannelEntityRecords, pace: record, direct: 0.7,
		queues: []weighted[queue]{{backOffice, 1}}, bots: []weighted[bot]{{triage, 1}}})
	b.languages()
}
