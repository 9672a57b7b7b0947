package contactcenter

import (
	"time"

	"github.com/google/uuid"
)

// world is what the conversations happen in: bots, representatives, queues, workstreams and languages.
type world struct {
	data      Dataset // the rows of all this
	lines     []weighted[*line]
	routing   *line // of records, or nil
	languages []weighted[*uuid.UUID]
	humans    []uuid.UUID
	bots      []bot
	survey    *bot // asks customers after a conversation, or nil
	assist    *bot // listens to representatives as a monitor, or nil
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

// line is a way into the contact center: a workstream with what serves it.
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

// newWorld makes up the contact center of a seed, as the scenario has it; nil is the usual one.
func newWorld(seed uint64, scenario *Scenario) *world {
	if scenario == nil {
		scenario = &Scenario{}
	}
	b := newBuilder(seed, scenario)
	if scenario.OnlyOwn {
		b.representatives()
		b.languages()
	} else {
		b.usual()
	}
	b.own()
	return b.world
}

func ptr[T any](value T) *T { return &value }
