package contactcenter_test

import (
	"os"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// utility is the contact center of testdata/own.yaml in March, without rows that are wrong.
func utility(t *testing.T) *contactcenter.Dataset {
	t.Helper()
	content, err := os.ReadFile("testdata/own.yaml")
	require.NoError(t, err)
	options, err := contactcenter.ReadScenario("own.yaml", content)
	require.NoError(t, err)
	none := 0.0
	options.Scenario.Oddities = &none
	options.Seed, options.From, options.To, options.ConversationsPerDay = 1, day(1), day(29), 3000
	return generate(t, options)
}

func day(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }

func TestAScenarioOfItsOwnHasNothingOfTheUsualOne(t *testing.T) {
	data := utility(t)
	bots := map[string]bool{}
	for _, u := range data.Users {
		if isBot(u) {
			bots[*u.FullName] = true
		}
	}
	assert.Equal(t, map[string]bool{"Meter assistant": true, "Move assistant": true, "Survey assistant": true}, bots)
	channels := map[string]int64{}
	for _, w := range data.Workstreams {
		channels[*w.Name] = *w.StreamSource
	}
	assert.Equal(t, map[string]int64{"Customer portal": schema.ChannelLiveChat, "Outage hotline": schema.ChannelVoiceCall, "Forms": schema.ChannelEntityRecords}, channels)
	var queues []string
	for _, q := range data.Queues {
		queues = append(queues, *q.Name)
	}
	assert.Equal(t, []string{"Tariffs", "Moving house", "Grid desk"}, queues)
}

// firstBots counts the conversations that each bot answered first, and how many of them went no further, from days on.
func firstBots(data *contactcenter.Dataset, from, to time.Time) (answered, deflected map[string]int) {
	x := index(data)
	answered, deflected = map[string]int{}, map[string]int{}
	for _, c := range data.Conversations {
		sessions := x.of[c.ID]
		if len(sessions) == 0 || c.CreatedOn.Before(from) || !c.CreatedOn.Before(to) {
			continue
		}
		bots := x.bots(sessions[0])
		if len(bots) == 0 {
			continue
		}
		answered[*bots[0].FullName]++
		if len(sessions) == 1 {
			deflected[*bots[0].FullName]++
		}
	}
	return answered, deflected
}

func TestBotsOfOnesOwnHaveTheirDeflectionAndTheirPartOfTheLines(t *testing.T) {
	answered, deflected := firstBots(utility(t), day(16), day(29)) // after the outage
	rate := func(name string) float64 { return float64(deflected[name]) / float64(answered[name]) }
	assert.InDelta(t, 0.8, rate("Meter assistant"), 0.02)
	assert.InDelta(t, 0.3, rate("Move assistant"), 0.03)
	// Of 3 + 1 + 0.5 parts, the portal has four of five bots' conversations, and the hotline three of four.
	portal, hotline := 3.0, 0.75
	assert.InEpsilon(t, (portal*4/5+hotline)/(portal/5), float64(answered["Meter assistant"])/float64(answered["Move assistant"]), 0.15)
}

func TestCampaignsAndOutagesOfOnesOwnHappen(t *testing.T) {
	data := utility(t)
	perDay := map[string]map[int]int{}
	names := map[uuid.UUID]string{}
	for _, w := range data.Workstreams {
		names[w.ID], perDay[*w.Name] = *w.Name, map[int]int{}
	}
	for _, c := range data.Conversations {
		perDay[names[*c.WorkstreamID]][c.CreatedOn.Day()]++
	}
	assert.InEpsilon(t, 3, float64(perDay["Customer portal"][4])/float64(perDay["Customer portal"][11]), 0.25)
	assert.InEpsilon(t, 1, float64(perDay["Outage hotline"][4])/float64(perDay["Outage hotline"][11]), 0.35)

	begin := time.Date(2026, 3, 10, 9, 5, 0, 0, time.UTC) // ten o'clock in Berlin, and the conversations under way
	answered, deflected := firstBots(data, begin, begin.Add(230*time.Minute))
	assert.Zero(t, deflected["Move assistant"])
	assert.Greater(t, answered["Move assistant"], 10)
	assert.NotZero(t, deflected["Meter assistant"])
}

func TestALineWithoutBotsGoesToRepresentatives(t *testing.T) {
	data := utility(t)
	x := index(data)
	var forms uuid.UUID
	for _, w := range data.Workstreams {
		if *w.Name == "Forms" {
			forms = w.ID
		}
	}
	n := 0
	for _, c := range data.Conversations {
		if *c.WorkstreamID == forms {
			n++
			for _, s := range x.of[c.ID] {
				for _, b := range x.bots(s) {
					assert.Equal(t, "Survey assistant", *b.FullName)
				}
			}
		}
	}
	assert.NotZero(t, n)
}

func TestTheUsualContactCenterTakesLinesBotsAndQueuesMore(t *testing.T) {
	options, err := contactcenter.ReadScenario("more.yaml", []byte(`oddities: 0
lines:
  - line: Fax
    channel: Custom
    share: 20
    bots: {Fax reader: 1, Orders assistant: 1}
    queues: {Paper: 2, General: 1}
  - line: Phone
    bots: [Returns assistant]
    queues: [Paper]
bots:
  - {bot: Fax reader, deflection: 0.9}
queues:
  - queue: Paper
`))
	require.NoError(t, err)
	options.Seed, options.To, options.Days = 1, march, 20
	data, usual := generate(t, options), generate(t, contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 1})
	assert.Equal(t, usual.Users, data.Users[:len(usual.Users)], "what is usual keeps its ids")
	assert.Equal(t, usual.Workstreams, data.Workstreams[:len(usual.Workstreams)])
	assert.Equal(t, usual.Queues, data.Queues[:len(usual.Queues)])
	assert.Len(t, data.Users, len(usual.Users)+1)

	x := index(data)
	paper := data.Queues[len(data.Queues)-1]
	assert.Equal(t, "Paper", *paper.Name)
	bots, paperOfPhone := map[string]map[uuid.UUID]int{}, 0
	for _, c := range data.Conversations {
		sessions := x.of[c.ID]
		if c.WorkstreamID == nil || len(sessions) == 0 {
			continue
		}
		line := ""
		if w, ok := x.workstreams[*c.WorkstreamID]; ok {
			line = *w.Name
		}
		if bots[line] == nil {
			bots[line] = map[uuid.UUID]int{}
		}
		for _, b := range x.bots(sessions[0]) {
			if *b.FullName == "Fax reader" || *b.FullName == "Orders assistant" || *b.FullName == "Returns assistant" {
				bots[line][b.ID]++
			}
		}
		if line == "Phone" && sessions[0].QueueID != nil {
			require.Equal(t, paper.ID, *sessions[0].QueueID)
			paperOfPhone++
		}
	}
	assert.Len(t, bots["Phone"], 2, "both bots of the name")
	assert.GreaterOrEqual(t, len(bots["Fax"]), 2)
	assert.NotZero(t, paperOfPhone)
}

// Ids of one's own lines, bots and queues follow from their names, so that a dashboard's filters outlive an edit.
func TestIDsOfOnesOwnOutliveOtherChanges(t *testing.T) {
	ids := func(text string) map[string]uuid.UUID {
		options, err := contactcenter.ReadScenario("s.yaml", []byte(text))
		require.NoError(t, err)
		options.To, options.Days = march, 1
		g, err := contactcenter.NewGenerator(options)
		require.NoError(t, err)
		all := map[string]uuid.UUID{}
		for _, u := range g.Directory().Users {
			if isBot(u) {
				all[*u.FullName] = u.ID
			}
		}
		for _, w := range g.Directory().Workstreams {
			all[*w.Name] = w.ID
		}
		for _, q := range g.Directory().Queues {
			all[*q.Name] = q.ID
		}
		return all
	}
	before := ids("only_own: true\nlines: [{line: L, channel: SMS, bots: [B], queues: [Q]}]\nbots: [{bot: B, deflection: 0.1}]\nqueues: [{queue: Q}]\n")
	after := ids("only_own: true\nsurveys: 1\nlines: [{line: K, channel: SMS, queues: [P]}, {line: L, channel: SMS, bots: [A, B], queues: [P, Q]}]\nbots: [{bot: A, deflection: 0.2}, {bot: B, deflection: 0.9}]\nqueues: [{queue: P}, {queue: Q}]\n")
	for name, id := range before {
		assert.Equal(t, id, after[name], name)
	}
	assert.Len(t, after, 7)
	distinct := map[uuid.UUID]bool{}
	for _, id := range after {
		distinct[id] = true
	}
	assert.Len(t, distinct, 7)
}

func TestAQueueOfLittlePatienceLosesItsCustomers(t *testing.T) {
	left := func(wait, patience time.Duration) float64 {
		channel, direct := schema.ChannelLiveChat, 1.0
		data := generate(t, contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 3, Scenario: &contactcenter.Scenario{OnlyOwn: true,
			Oddities: new(float64),
			Lines:    []contactcenter.LineSetting{{Line: "L", Channel: &channel, Direct: &direct, Queues: []contactcenter.Share{{Name: "Q", Share: 1}}}},
			Queues:   []contactcenter.QueueSetting{{Queue: "Q", Wait: &wait, Patience: &patience}}}})
		x := index(data)
		gone, all := 0, 0
		for _, s := range data.Sessions {
			if s.ClosedOn == nil {
				continue
			}
			all++
			if len(x.participants[s.ID]) == 0 && is(s.ClosureReason, schema.ClosureCustomerDisconnect) {
				gone++
			}
		}
		return float64(gone) / float64(all)
	}
	patient, impatient, slow := left(time.Minute, time.Hour), left(time.Minute, time.Minute), left(20*time.Minute, time.Hour)
	assert.Less(t, patient, 0.1)
	assert.Greater(t, impatient, 0.4)
	assert.Greater(t, slow, patient+0.1)
}

func TestHoldsTransfersSurveysAndAbandonedChatsHappen(t *testing.T) {
	data := generate(t, contactcenter.GeneratorOptions{Seed: 6, To: march, Days: 20})
	x := index(data)
	var holds, transfers, surveys, abandoned, again, consults int
	for _, e := range data.ParticipantEvents {
		if is(e.Type, schema.ParticipantEventHold) {
			holds++
		}
	}
	for _, s := range data.Sessions {
		if is(s.ClosureReason, schema.ClosureAgentTransferred, schema.ClosureAgentTransferToQueue) {
			transfers++
		}
		if is(s.EngagementMode, schema.EngagementPostConversation) {
			surveys++
		}
		if len(x.participants[s.ID]) == 0 && is(s.ClosureReason, schema.ClosureCustomerDisconnect) {
			abandoned++
		}
	}
	for _, p := range data.Participants {
		if is(p.Mode, schema.ParticipationConsult) {
			consults++
		}
	}
	for _, c := range data.Conversations {
		if sessions := x.botSessions(c.ID); len(sessions) > 1 && sessions[1].CreatedOn != nil && sessions[0].ClosedOn != nil &&
			sessions[1].CreatedOn.Sub(*sessions[0].ClosedOn) > time.Hour {
			again++
		}
	}
	for what, n := range map[string]int{"holds": holds, "transfers": transfers, "surveys": surveys, "abandoned chats": abandoned,
		"customers who write again": again, "consulted colleagues": consults} {
		assert.Greater(t, n, 10, what)
	}
}

func TestSurveysAreAskedAsOftenAsTheScenarioSays(t *testing.T) {
	asked := func(share float64) float64 {
		data := generate(t, contactcenter.GeneratorOptions{Seed: 6, To: march, Days: 10, Scenario: calm(func(s *contactcenter.Scenario) { s.Surveys = &share })})
		surveys, answered := 0, 0
		x := index(data)
		for _, s := range data.Sessions {
			if is(s.EngagementMode, schema.EngagementPostConversation) {
				surveys++
			}
		}
		for _, c := range data.Conversations {
			for _, s := range x.agents(c.ID) {
				if len(x.primaries(s)) > 0 && is(c.StateCode, schema.ConversationStateClosed) {
					answered++
					break
				}
			}
		}
		return float64(surveys) / float64(answered)
	}
	assert.Zero(t, asked(0))
	assert.InDelta(t, 0.5, asked(0.5), 0.08)
}
