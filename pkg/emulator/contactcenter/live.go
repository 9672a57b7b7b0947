package contactcenter

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Live continues a generated history in a store: conversations arrive, escalate and close as time goes on.
// It is not safe for concurrent use.
type Live struct {
	generator *Generator
	store     LiveStore
	now       time.Time
	open      []*story // arrived before now, and not over yet
}

// NewLive returns a Live that stands at the end of the generator's history, which the store already holds.
func NewLive(generator *Generator, store LiveStore) *Live {
	live := &Live{generator: generator, store: store, now: generator.options.To}
	from := live.now.Add(-longest)
	if generator.options.From.After(from) {
		from = generator.options.From
	}
	for story := range generator.stories(from, live.now) {
		live.keep(story)
	}
	return live
}

// Now is the moment that the store stands at.
func (l *Live) Now() time.Time { return l.now }

// Step brings the store from Now to a later moment. The rows are then those of a history generated up to that moment,
// however many steps were taken. A moment that is not later changes nothing. After an error the store may stand
// between the two moments, and the Live must not be used any more.
func (l *Live) Step(ctx context.Context, now time.Time) error {
	now = now.UTC().Truncate(resolution)
	if !now.After(l.now) {
		return nil
	}
	var inserts Dataset
	var updates []update
	stories := l.open
	l.open = nil
	for _, story := range stories {
		var before, after Dataset
		story.at(l.now, &before)
		story.at(now, &after)
		updates = differ(updates, &inserts.Conversations, conversationRows, before.Conversations, after.Conversations, Conversation.key)
		updates = differ(updates, &inserts.Sessions, sessionRows, before.Sessions, after.Sessions, Session.key)
		updates = differ(updates, &inserts.Participants, participantRows, before.Participants, after.Participants, Participant.key)
		updates = differ(updates, &inserts.ParticipantEvents, participantEventRows, before.ParticipantEvents, after.ParticipantEvents, ParticipantEvent.key)
		updates = differ(updates, &inserts.SessionEvents, sessionEventRows, before.SessionEvents, after.SessionEvents, SessionEvent.key)
	}
	for story := range l.generator.stories(l.now, now) {
		story.at(now, &inserts)
		stories = append(stories, story)
	}
	l.now = now
	for _, story := range stories {
		l.keep(story)
	}
	if err := inserts.Load(ctx, l.store); err != nil {
		return err
	}
	for _, u := range updates {
		if err := l.store.Update(ctx, u.table, u.key, u.set); err != nil {
			return fmt.Errorf("update %s: %w", u.table, err)
		}
	}
	return nil
}

func (l *Live) keep(s *story) {
	if s.last().After(l.now) {
		l.open = append(l.open, s)
	}
}

// update is a change of a row.
type update struct {
	table string
	key   uuid.UUID
	set   map[string]any
}

// differ appends the changes between two states of a story's rows, and to inserts the rows that are new.
// Rows never vanish and keep their order.
func differ[T any](updates []update, inserts *[]T, t table[T], before, after []T, key func(T) uuid.UUID) []update {
	for _, row := range after {
		if len(before) == 0 || key(before[0]) != key(row) {
			*inserts = append(*inserts, row)
			continue
		}
		if id, set := t.changed(before[0], row); set != nil {
			updates = append(updates, update{t.name, id, set})
		}
		before = before[1:]
	}
	return updates
}

func (r Conversation) key() uuid.UUID     { return r.ID }
func (r Session) key() uuid.UUID          { return r.ID }
func (r Participant) key() uuid.UUID      { return r.ID }
func (r ParticipantEvent) key() uuid.UUID { return r.ID }
func (r SessionEvent) key() uuid.UUID     { return r.ID }
