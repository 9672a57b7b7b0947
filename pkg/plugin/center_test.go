package plugin

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// center is a contact center that tests fill by hand.
type center struct {
	contactcenter.Dataset
	ids  int
	bots map[string]uuid.UUID
}

func (c *center) id() uuid.UUID {
	c.ids++
	return uuid.MustParse(fmt.Sprintf("00000000-0000-4000-8000-%012x", c.ids))
}

// with adds conversations with a bot, each at a time of the day after midnight, in live chat. One that is escalated was
// handed over by the bot, one that is open goes on.
func (c *center) with(bot string, day int, outcome string, times ...string) {
	agent, known := c.bots[bot]
	if !known {
		agent = c.id()
		if c.bots == nil {
			c.bots = map[string]uuid.UUID{}
		}
		c.bots[bot] = agent
		c.Users = append(c.Users, contactcenter.User{ID: agent, FullName: new(bot), BotApplicationID: new("7b1c0b9e-0000-4000-8000-00000000000a")})
	}
	for _, clockTime := range times {
		offset, err := time.Parse("15:04", clockTime)
		if err != nil {
			panic(err)
		}
		began := midnight.AddDate(0, 0, day).Add(time.Duration(offset.Hour())*time.Hour + time.Duration(offset.Minute())*time.Minute)
		ended, status, state, reason := began.Add(5*time.Minute), int64(4), int64(1), int64(192350027)
		conversation, session := c.id(), c.id()
		row := contactcenter.Conversation{ID: conversation, CreatedOn: &began, ClosedOn: &ended, StatusCode: &status, StateCode: &state}
		part := contactcenter.Session{ID: session, ConversationID: &conversation, CreatedOn: &began, ClosedOn: &ended, ClosureReason: &reason, Channel: new(int64(192360000))}
		switch outcome {
		case "escalated":
			reason = 192350026
		case "open":
			status, state, row.ClosedOn, part.ClosedOn, part.ClosureReason = 2, 0, nil, nil, nil
		}
		c.Conversations = append(c.Conversations, row)
		c.Sessions = append(c.Sessions, part)
		c.Participants = append(c.Participants, contactcenter.Participant{ID: c.id(), SessionID: &session, AgentID: &agent, Mode: new(int64(192350002)), JoinedOn: &began})
	}
}

// twoBots is what the golden files of the types are about: on the day before midnight 2 conversations, on the day after
// it 12. Anna is out from 04:00 to 12:00, and Bert has nothing after 14:00; at 06:00 and 07:00 most are escalated.
func twoBots() *center {
	c := &center{}
	c.with("Anna", -1, "deflected", "03:30")
	c.with("Carl", -1, "escalated", "13:30")
	c.with("Anna", 0, "deflected", "01:10", "02:20", "03:59", "12:00")
	c.with("Anna", 0, "open", "18:00")
	c.with("Bert", 0, "deflected", "05:00", "06:50", "13:30")
	c.with("Bert", 0, "escalated", "06:00", "06:30", "07:00", "07:30")
	return c
}

// over is a data source over an emulated Dataverse with the rows of a center, asked at the tests' clock.
func over(t *testing.T, c *center, change ...func(*Settings)) *Datasource {
	t.Helper()
	started, err := emulator.Start(emulator.Options{Data: &c.Dataset})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, started.Close()) })
	now := func() time.Time { return clock }
	dial := func(settings Settings, known *catalog.Catalog) (counter, way, error) {
		address, err := settings.Address()
		if err != nil {
			return nil, nil, err
		}
		tokens, err := dataverse.AccessToken(address, dataverse.NewSecret(started.Token(emulator.TokenOptions{})))
		if err != nil {
			return nil, nil, err
		}
		client, err := dataverse.Open(dataverse.Config{Address: address, Token: tokens, CACertificate: started.CACertificate()})
		if err != nil {
			return nil, nil, err
		}
		return tally.New(settings.allowed(known), client, append(settings.options(), tally.WithClock(now))...), unbudgeted{client}, nil
	}
	stored := stored(fmt.Sprintf(`{"environment":%q,"azureCredentials":{"authType":"accesstoken"}}`, started.Address()), map[string]string{"accessToken": tokenText})
	var d *Datasource
	d = newDatasource(context.Background(), stored, catalog.Default(), func(_ Settings, known *catalog.Catalog) (counter, way, error) {
		return dial(d.settings, known)
	}, now)
	for _, one := range change {
		one(&d.settings)
	}
	t.Cleanup(d.Dispose)
	return d
}

// unbudgeted is a client that no budget is over.
type unbudgeted struct{ *dataverse.Client }

func (unbudgeted) Budget() budget.Stats {
	return budget.New(budget.Options{Running: budget.PluginShare}).Stats()
}
