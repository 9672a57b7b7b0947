package tsql_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// center is a contact center that a test puts together row by row. Ids are id(n): small numbers are those that the
// test gives, for bots and queues, and the others are counted from 1000.
type center struct {
	data contactcenter.Dataset
	rows int
}

func (c *center) next() uuid.UUID {
	c.rows++
	return id(1000 + c.rows)
}

// The people of every center.
var (
	botA, botB = id(1), id(2)
	human      = id(3)
	nobody     []uuid.UUID
)

func newCenter() *center {
	return &center{data: contactcenter.Dataset{Users: []contactcenter.User{
		{ID: botA, BotApplicationID: new("a")},
		{ID: botB, BotApplicationID: new("b")},
		{ID: human},
		{ID: id(4), BotApplicationID: new("")},
	}}}
}

// conversation adds a conversation that is closed, created at noon of the first day of spec's window.
func (c *center) conversation(changes ...func(*contactcenter.Conversation)) uuid.UUID {
	row := contactcenter.Conversation{ID: c.next(), CreatedOn: at("23T12:00"), StatusCode: new(int64(4))}
	for _, change := range changes {
		change(&row)
	}
	c.data.Conversations = append(c.data.Conversations, row)
	return row.ID
}

// session adds a live chat session with these primary participants.
func (c *center) session(conversation uuid.UUID, created string, primary []uuid.UUID, changes ...func(*contactcenter.Session)) uuid.UUID {
	row := contactcenter.Session{ID: c.next(), ConversationID: &conversation, CreatedOn: at(created), Channel: new(int64(192360000))}
	for _, change := range changes {
		change(&row)
	}
	c.data.Sessions = append(c.data.Sessions, row)
	for _, user := range primary {
		c.data.Participants = append(c.data.Participants, contactcenter.Participant{
			ID: c.next(), SessionID: &row.ID, AgentID: &user, Mode: new(int64(192350002)),
		})
	}
	return row.ID
}

// bot adds a conversation with one session of bot A, at noon of the first day, in the queue id(10 + n): a count by
// queue tells which of them are counted.
func (c *center) bot(n int, changes ...any) (conversation, session uuid.UUID) {
	var ofConversation []func(*contactcenter.Conversation)
	ofSession := []func(*contactcenter.Session){inQueue(10 + n)}
	for _, change := range changes {
		switch change := change.(type) {
		case func(*contactcenter.Conversation):
			ofConversation = append(ofConversation, change)
		case func(*contactcenter.Session):
			ofSession = append(ofSession, change)
		}
	}
	conversation = c.conversation(ofConversation...)
	return conversation, c.session(conversation, "23T12:00", []uuid.UUID{botA}, ofSession...)
}

// at is a time of March 2026, for example 23T12:00 or 23T12:00:00.250. "" is none.
func at(text string) *time.Time {
	if text == "" {
		return nil
	}
	layout := "2006-01-02T15:04:05.999"
	if strings.Count(text, ":") == 1 {
		text += ":00"
	}
	t, err := time.Parse(layout, "2026-03-"+text)
	if err != nil {
		panic(err)
	}
	return &t
}

func inQueue(n int) func(*contactcenter.Session) {
	return func(s *contactcenter.Session) { s.QueueID = new(id(n)) }
}

func created(text string) func(*contactcenter.Session) {
	return func(s *contactcenter.Session) { s.CreatedOn = at(text) }
}

func onChannel(value int64) func(*contactcenter.Session) {
	return func(s *contactcenter.Session) { s.Channel = &value }
}

func noChannel(s *contactcenter.Session) { s.Channel = nil }

func closedBy(reason int64) func(*contactcenter.Session) {
	return func(s *contactcenter.Session) { s.ClosureReason = &reason }
}

func withStatus(value int64) func(*contactcenter.Conversation) {
	return func(c *contactcenter.Conversation) { c.StatusCode = &value }
}

func noStatus(c *contactcenter.Conversation) { c.StatusCode = nil }

func createdOn(text string) func(*contactcenter.Conversation) {
	return func(c *contactcenter.Conversation) { c.CreatedOn = at(text) }
}

// event adds a row to both event tables; 0 is null.
func (c *center) event(session uuid.UUID, reason, kind int64) {
	number := func(value int64) *int64 {
		if value == 0 {
			return nil
		}
		return &value
	}
	c.data.ParticipantEvents = append(c.data.ParticipantEvents, contactcenter.ParticipantEvent{
		ID: c.next(), SessionID: &session, Reason: number(reason), Type: number(kind),
	})
}

func (c *center) sessionEvent(session uuid.UUID, reason, kind int64) {
	c.data.SessionEvents = append(c.data.SessionEvents, contactcenter.SessionEvent{
		ID: c.next(), SessionID: &session, Reason: &reason, Type: &kind,
	})
}

// open is an engine with the data.
func open(t testing.TB, data *contactcenter.Dataset) *engine.Engine {
	t.Helper()
	store, err := engine.Open(schema.Default(), engine.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, data.Load(context.Background(), store))
	return store
}

// count runs the statement of a query and returns its rows as text, sorted: the columns with a space between them,
// null as null, id(n) as #n.
func count(t testing.TB, store *engine.Engine, spec query.Spec) []string {
	t.Helper()
	statement, err := tsql.Dataverse.Build(spec)
	require.NoError(t, err)
	return execute(t, store, statement)
}

func execute(t testing.TB, store *engine.Engine, statement tsql.Statement) []string {
	t.Helper()
	params := make([]sqltype.Param, len(statement.Args))
	for i, arg := range statement.Args {
		params[i] = sqltype.Param{Name: fmt.Sprintf("@p%d", i+1), Type: sqltype.Type{Kind: sqltype.DateTime}, Value: arg}
		if _, ok := arg.(uuid.UUID); ok {
			params[i].Type.Kind = sqltype.UniqueIdentifier
		}
	}
	rows, err := store.Query(context.Background(), statement.Text, params)
	require.NoError(t, err, statement.Text)
	defer func() { require.NoError(t, rows.Close()) }()
	var lines []string
	for rows.Next() {
		var fields []string
		for _, value := range rows.Row() {
			fields = append(fields, field(value))
		}
		lines = append(lines, strings.Join(fields, " "))
	}
	require.NoError(t, rows.Err(), statement.Text)
	slices.Sort(lines)
	return lines
}

func field(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case uuid.UUID:
		if n := int(value[14])<<8 + int(value[15]); value == id(n) {
			return fmt.Sprintf("#%d", n)
		}
	}
	return fmt.Sprint(value)
}
