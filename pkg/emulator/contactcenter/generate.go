package contactcenter

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// resolution of the generated times: exactly what the datetime type of SQL Server can hold.
const resolution = 10 * time.Millisecond

// maxPerDay is the largest average number of conversations a day.
const maxPerDay = 10_000_000

// GeneratorOptions say what to generate. The zero value of a field means its default; To has none.
type GeneratorOptions struct {
	Seed uint64
	// To is "now": conversations arrive before it, and their rows stand as they do at that moment.
	To time.Time
	// From is when the first conversation may arrive. Default: Days before To.
	From time.Time
	// Days is the length of the history when From is zero. Default 30.
	Days int
	// ConversationsPerDay is the average of a year without campaigns; single days and seasons differ. Default 300.
	ConversationsPerDay float64
	// Location is where the contact center keeps its hours. Default UTC.
	Location *time.Location
	// Scenario is how the contact center differs from the usual one. Default nil: in nothing.
	Scenario *Scenario
}

// Generator makes the rows of a contact center from a seed. It is safe for concurrent use.
type Generator struct {
	options GeneratorOptions
	world   *world
}

// NewGenerator checks the options and makes up bots, queues and all that conversations happen in.
func NewGenerator(options GeneratorOptions) (*Generator, error) {
	if options.To.IsZero() {
		return nil, errors.New("generator options: To is not set: give the moment at which the history ends")
	}
	if options.Days < 0 {
		return nil, fmt.Errorf("generator options: %d days of history: give a positive number", options.Days)
	}
	if options.Days == 0 {
		options.Days = 30
	}
	options.To = options.To.UTC().Truncate(resolution)
	if options.From.IsZero() {
		options.From = options.To.AddDate(0, 0, -options.Days)
	}
	options.From = options.From.UTC().Truncate(resolution)
	if options.From.After(options.To) {
		return nil, fmt.Errorf("generator options: From %v lies after To %v", options.From, options.To)
	}
	if options.ConversationsPerDay == 0 {
		options.ConversationsPerDay = 300
	}
	if !(options.ConversationsPerDay > 0 && options.ConversationsPerDay <= maxPerDay) {
		return nil, fmt.Errorf("generator options: %v conversations per day: give a number from 0 to 10 million", options.ConversationsPerDay)
	}
	if options.Location == nil {
		options.Location = time.UTC
	}
	if options.Scenario != nil {
		if err := options.Scenario.Validate(); err != nil {
			return nil, fmt.Errorf("generator options: scenario: %w", err)
		}
	}
	return &Generator{options: options, world: newWorld(options.Seed, options.Scenario)}, nil
}

// Options are the generator's, with the defaults filled in.
func (g *Generator) Options() GeneratorOptions { return g.options }

// Generate returns the whole history as one dataset. A generator's Batches need less memory.
func Generate(options GeneratorOptions) (*Dataset, error) {
	generator, err := NewGenerator(options)
	if err != nil {
		return nil, err
	}
	return generator.Dataset(), nil
}

// Directory returns the rows that conversations point to: users, queues, workstreams and languages.
func (g *Generator) Directory() *Dataset {
	return &Dataset{
		Users:       slices.Clone(g.world.data.Users),
		Queues:      slices.Clone(g.world.data.Queues),
		Workstreams: slices.Clone(g.world.data.Workstreams),
		Languages:   slices.Clone(g.world.data.Languages),
	}
}

// Dataset returns the directory and all conversations with their rows.
func (g *Generator) Dataset() *Dataset {
	data := g.Directory()
	for story := range g.stories(g.options.From, g.options.To) {
		story.at(g.options.To, data)
	}
	return data
}

// Batches yields the conversations with their rows, about size conversations at a time, oldest first, and nothing of
// the directory. Each batch is the caller's to keep.
func (g *Generator) Batches(size int) iter.Seq[*Dataset] {
	return func(yield func(*Dataset) bool) {
		batch, count := &Dataset{}, 0
		for story := range g.stories(g.options.From, g.options.To) {
			story.at(g.options.To, batch)
			if count++; count < size {
				continue
			}
			if !yield(batch) {
				return
			}
			batch, count = &Dataset{}, 0
		}
		if count > 0 {
			yield(batch)
		}
	}
}

// stories tells the conversations that arrive in [from, to), by time of arrival.
func (g *Generator) stories(from, to time.Time) iter.Seq[*story] {
	return func(yield func(*story) bool) {
		rhythm := newRhythm(g.options, g.world)
		teller := newTeller(g.options, g.world, rhythm)
		dice := newDice()
		var arrivals []time.Time
		for slot := slotOf(from); !slotStart(slot).After(to); slot++ {
			mean := rhythm.mean(slot)
			dice.set(g.options.Seed, subjectSlot, uint64(slot))
			arrivals = arrivals[:0]
			for range dice.poisson(mean) {
				arrivals = append(arrivals, slotStart(slot).Add(dice.between(0, slotLength)).Truncate(resolution))
			}
			slices.SortFunc(arrivals, time.Time.Compare)
			for i, at := range arrivals {
				if at.Before(from) || !at.Before(to) {
					continue
				}
				if !yield(teller.tell(slot, i, at)) {
					return
				}
			}
		}
	}
}

func slotStart(slot int64) time.Time {
	return time.Unix(slot*int64(slotLength/time.Second), 0).UTC()
}
