package contactcenter

import (
	"fmt"
	"hash/fnv"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/google/uuid"
)

// builder makes up a world. Ids of the usual contact center are drawn one after the other; those of a scenario's own
// lines, bots and queues follow from their names, so that they stay what else the scenario says.
type builder struct {
	seed     uint64
	scenario *Scenario
	dice     *dice
	world    *world

	bots   map[string][]bot // by name, which two may share
	queues map[string]queue
	lines  map[string]*line
}

func newBuilder(seed uint64, scenario *Scenario) *builder {
	b := &builder{seed: seed, scenario: scenario, dice: newDice(), world: &world{},
		bots: map[string][]bot{}, queues: map[string]queue{}, lines: map[string]*line{}}
	b.dice.set(seed, subjectWorld)
	return b
}

// named sets the dice to draw for something of the scenario's own.
func (b *builder) named(kind, name string) {
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%s:%s", kind, name) //nolint:errcheck // a hash takes everything
	b.dice.set(b.seed, subjectWorld, hash.Sum64())
}

func (b *builder) user(name, application *string) uuid.UUID {
	id := b.dice.id()
	b.world.data.Users = append(b.world.data.Users, User{ID: id, FullName: name, BotApplicationID: application})
	return id
}

// bot adds a bot, with the deflection that the scenario has for it.
func (b *builder) bot(name string, deflection float64) bot {
	for _, setting := range b.scenario.Bots {
		if setting.Bot == name && setting.Deflection != nil {
			deflection = *setting.Deflection
		}
	}
	application := b.dice.id().String()
	made := bot{name: name, deflection: deflection, user: b.user(&name, &application)}
	b.bots[name] = append(b.bots[name], made)
	return made
}

// queue adds a queue, with the times that the scenario has for it. Its name may be nil.
func (b *builder) queue(name *string, wait, patience time.Duration) queue {
	id := b.dice.id()
	b.world.data.Queues = append(b.world.data.Queues, Queue{ID: id, Name: name})
	made := queue{id: id, wait: wait, patience: patience}
	if name == nil {
		return made
	}
	made.name = *name
	for _, setting := range b.scenario.Queues {
		if setting.Queue != made.name {
			continue
		}
		if setting.Wait != nil {
			made.wait = *setting.Wait
		}
		if setting.Patience != nil {
			made.patience = *setting.Patience
		}
	}
	b.queues[made.name] = made
	return made
}

// line adds a line with its share, as the scenario has them.
func (b *builder) line(share float64, name string, l line) *line {
	l.name, l.workstream = name, b.dice.id()
	for _, setting := range b.scenario.Lines {
		if setting.Line != name {
			continue
		}
		if setting.Share != nil {
			share = *setting.Share
		}
		if setting.Direct != nil {
			l.direct = *setting.Direct
		}
		if setting.Months != nil {
			l.months = setting.Months
		}
	}
	b.world.data.Workstreams = append(b.world.data.Workstreams, Workstream{ID: l.workstream, Name: &name, StreamSource: ptr(l.channel)})
	b.world.lines = append(b.world.lines, weighted[*line]{&l, share})
	b.lines[name] = &l
	return &l
}

// representatives is the number of people.
const representatives = 28

func (b *builder) representatives() {
	for i := range representatives {
		name := ptr(fmt.Sprintf("Representative %02d", i+1))
		if i == representatives-1 {
			name = nil
		}
		b.world.humans = append(b.world.humans, b.user(name, nil))
	}
}

func (b *builder) languages() {
	w := b.world
	for _, spoken := range []weighted[string]{{"English", 60}, {"German", 14}, {"Spanish", 12}, {"French", 8}, {"Italian", 4}} {
		id := b.dice.id()
		w.data.Languages = append(w.data.Languages, Language{ID: id, Name: &spoken.value})
		w.languages = append(w.languages, weighted[*uuid.UUID]{&id, spoken.share})
	}
	w.languages = append(w.languages, weighted[*uuid.UUID]{nil, 2}) // never found out
}

// Times of a queue of the scenario's own that does not say them.
const (
	ownWait     = time.Minute
	ownPatience = 5 * time.Minute
)

// own adds the scenario's own bots, queues and lines, and gives lines the bots and queues that it has for them.
func (b *builder) own() {
	s, w := b.scenario, b.world
	for _, setting := range s.Bots {
		if _, there := b.bots[setting.Bot]; !there {
			b.named("bot", setting.Bot)
			w.bots = append(w.bots, b.bot(setting.Bot, 0))
		}
	}
	for _, setting := range s.Queues {
		if _, there := b.queues[setting.Queue]; !there {
			b.named("queue", setting.Queue)
			b.queue(&setting.Queue, ownWait, ownPatience)
		}
	}
	for _, setting := range s.Lines {
		l, there := b.lines[setting.Line]
		if !there {
			b.named("line", setting.Line)
			l = b.line(1, setting.Line, line{channel: *setting.Channel, pace: paceOf[*setting.Channel]})
		}
		if setting.Bots != nil {
			l.bots = nil
			for _, share := range setting.Bots {
				same := b.bots[share.Name]
				for _, one := range same {
					l.bots = append(l.bots, weighted[bot]{one, share.Share / float64(len(same))})
				}
			}
		}
		if setting.Queues != nil {
			l.queues = nil
			for _, share := range setting.Queues {
				l.queues = append(l.queues, weighted[queue]{b.queues[share.Name], share.Share})
			}
		}
		if len(l.bots) == 0 {
			l.direct = 1
		}
		if l.pace == record && w.routing == nil {
			w.routing = l
		}
	}
	if w.survey == nil && s.Surveys != nil && *s.Surveys > 0 {
		b.named("bot", surveyName)
		w.survey = ptr(b.bot(surveyName, 1))
	}
}

// surveyName is the name of the bot that asks customers how it was.
const surveyName = "Survey assistant"

// paceOf tells how conversations go on a channel. What is not in it is the channel of no conversation.
var paceOf = map[int64]pace{
	schema.ChannelLiveChat: chat, schema.ChannelTeams: chat,
	schema.ChannelVoice: voice, schema.ChannelVoiceCall: voice, schema.ChannelVideo: voice,
	schema.ChannelWhatsApp: messaging, schema.ChannelLine: messaging, schema.ChannelWeChat: messaging, schema.ChannelFacebook: messaging,
	schema.ChannelSMS: messaging, schema.ChannelTwitter: messaging, schema.ChannelCustom: messaging,
	schema.ChannelAppleMessages: messaging, schema.ChannelGoogleMessages: messaging,
	schema.ChannelEntityRecords: record,
}
