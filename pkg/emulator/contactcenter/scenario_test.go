package contactcenter_test

import (
	"slices"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// calm is a contact center in which nothing happens but what a test adds.
func calm(change func(*contactcenter.Scenario)) *contactcenter.Scenario {
	s := &contactcenter.Scenario{Campaigns: []contactcenter.Campaign{}, Outages: []contactcenter.Outage{}}
	if change != nil {
		change(s)
	}
	return s
}

// once is a time on the Tuesday of the week before march, from ten to two.
var once = contactcenter.Period{From: time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC), Lasts: 4 * time.Hour}

// tuesday generates that Tuesday and the one before, of a large contact center.
func tuesdays(t *testing.T, scenario *contactcenter.Scenario) *contactcenter.Dataset {
	t.Helper()
	return generate(t, contactcenter.GeneratorOptions{Seed: 21, ConversationsPerDay: 2000, Scenario: scenario,
		From: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)})
}

// during tells whether a moment lies in the period of once, or in the same hours a week before.
func during(at *time.Time) (now, before bool) {
	in := func(begin time.Time) bool { return !at.Before(begin) && at.Before(begin.Add(once.Lasts)) }
	return in(once.From), in(once.From.AddDate(0, 0, -7))
}

func arrivals(data *contactcenter.Dataset, line string) (now, before int) {
	var workstream uuid.UUID
	for _, w := range data.Workstreams {
		if *w.Name == line {
			workstream = w.ID
		}
	}
	for _, c := range data.Conversations {
		if c.WorkstreamID == nil || *c.WorkstreamID != workstream {
			continue
		}
		a, b := during(c.CreatedOn)
		if a {
			now++
		}
		if b {
			before++
		}
	}
	return now, before
}

func TestACampaignIsAPeakOnItsLines(t *testing.T) {
	data := tuesdays(t, calm(func(s *contactcenter.Scenario) {
		s.Campaigns = []contactcenter.Campaign{{Name: "Sale", Period: once, Factor: 3, Lines: []string{"Web chat"}}}
	}))
	now, before := arrivals(data, "Web chat")
	assert.InEpsilon(t, 3, float64(now)/float64(before), 0.25)
	now, before = arrivals(data, "Phone")
	assert.InEpsilon(t, 1, float64(now)/float64(before), 0.25)
}

// escalations tells how many of a bot's sessions there were and how many of them went to a representative.
func escalations(data *contactcenter.Dataset, name string) (now, nowEscalated, before, beforeEscalated int) {
	x := index(data)
	for _, c := range data.Conversations {
		for _, s := range x.of[c.ID] {
			if s.CreatedOn == nil || !slices.ContainsFunc(x.bots(s), func(u contactcenter.User) bool { return *u.FullName == name }) {
				continue
			}
			escalated := 0
			if len(x.agents(c.ID)) > 0 {
				escalated = 1
			}
			a, b := during(s.CreatedOn)
			if a {
				now, nowEscalated = now+1, nowEscalated+escalated
			}
			if b {
				before, beforeEscalated = before+1, beforeEscalated+escalated
			}
		}
	}
	return now, nowEscalated, before, beforeEscalated
}

func TestAnOutageSendsTheCustomersOfOneBotToRepresentatives(t *testing.T) {
	data := tuesdays(t, calm(func(s *contactcenter.Scenario) {
		s.Outages = []contactcenter.Outage{{Bot: "Orders assistant", Period: once}}
	}))
	now, nowEscalated, before, beforeEscalated := escalations(data, "Orders assistant")
	assert.Greater(t, float64(nowEscalated), 0.9*float64(now))
	assert.Less(t, float64(beforeEscalated), 0.5*float64(before))
	now, nowEscalated, _, _ = escalations(data, "Phone menu")
	assert.Less(t, float64(nowEscalated), 0.8*float64(now), "the other bots go on")
}

// given up is how many customers left a queue without having met a representative.
func givenUp(data *contactcenter.Dataset) (now, before int) {
	answered := map[uuid.UUID]bool{}
	for _, p := range data.Participants {
		if p.SessionID != nil {
			answered[*p.SessionID] = true
		}
	}
	for _, s := range data.Sessions {
		if s.CreatedOn == nil || s.EngagementMode != nil || answered[s.ID] {
			continue
		}
		a, b := during(s.CreatedOn)
		if a {
			now++
		}
		if b {
			before++
		}
	}
	return now, before
}

func TestQueuesFillUpWhenABotIsOut(t *testing.T) {
	data := tuesdays(t, calm(func(s *contactcenter.Scenario) {
		s.Outages = []contactcenter.Outage{{Bot: "Orders assistant", Period: once}}
	}))
	now, before := givenUp(data)
	assert.Greater(t, 2*now, 3*before, "more customers have to wait, and longer")
}

func TestAPeriodComesAgain(t *testing.T) {
	weekly := once
	weekly.Every = 7 * 24 * time.Hour
	for _, from := range []time.Time{once.From, once.From.AddDate(0, 0, 70), once.From.AddDate(0, 0, -70)} {
		weekly.From = from
		now, before := arrivals(tuesdays(t, calm(func(s *contactcenter.Scenario) {
			s.Campaigns = []contactcenter.Campaign{{Period: weekly, Factor: 0}}
		})), "Web chat")
		assert.Zero(t, now+before, "%v", from)
	}
}

func TestPeriodsFollowTheClockOfTheContactCenter(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	data := generate(t, contactcenter.GeneratorOptions{Seed: 3, ConversationsPerDay: 3000, Location: tokyo,
		From: once.From.AddDate(0, 0, -1), To: once.From.AddDate(0, 0, 1), Scenario: calm(func(s *contactcenter.Scenario) {
			s.Campaigns = []contactcenter.Campaign{{Period: once, Factor: 0}}
		})})
	begin := time.Date(2026, 3, 10, 10, 0, 0, 0, tokyo)
	around := 0
	for _, c := range data.Conversations {
		if !c.CreatedOn.Before(begin) && c.CreatedOn.Before(begin.Add(once.Lasts)) {
			require.Fail(t, "a conversation arrives", "%v", c.CreatedOn)
		}
		if since := c.CreatedOn.Sub(begin); since > -time.Hour && since < 5*time.Hour {
			around++
		}
	}
	assert.NotZero(t, around)
}

func TestLinesHaveTheirSeasons(t *testing.T) {
	months := []float64{1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 4}
	count := func(month time.Month) (chats int) {
		from := time.Date(2026, month, 15, 0, 0, 0, 0, time.UTC)
		data := generate(t, contactcenter.GeneratorOptions{Seed: 4, ConversationsPerDay: 2000, From: from, To: from.AddDate(0, 0, 2),
			Scenario: calm(func(s *contactcenter.Scenario) {
				s.Lines = []contactcenter.LineSetting{{Line: "Web chat", Months: months}}
			})})
		for _, w := range data.Workstreams {
			for _, c := range data.Conversations {
				if *w.Name == "Web chat" && c.WorkstreamID != nil && *c.WorkstreamID == w.ID {
					chats++
				}
			}
		}
		return chats
	}
	april, july, december := count(time.April), count(time.July), count(time.December)
	assert.Less(t, july*10, april)
	assert.InEpsilon(t, 4, float64(december)/float64(april), 0.3)
}

func TestTheUsualMonthHasACampaignAndAnOutage(t *testing.T) {
	to := march
	for range 6 { // whenever the history ends
		to = to.AddDate(0, 0, 29)
		data := generate(t, contactcenter.GeneratorOptions{Seed: 5, To: to, Days: 30, ConversationsPerDay: 400})
		perDay := map[time.Time]int{}
		var workstream uuid.UUID
		for _, w := range data.Workstreams {
			if *w.Name == "Campaign replies" {
				workstream = w.ID
			}
		}
		for _, c := range data.Conversations {
			if c.WorkstreamID != nil && *c.WorkstreamID == workstream {
				perDay[c.CreatedOn.Truncate(24*time.Hour)]++
			}
		}
		counts := make([]int, 0, len(perDay))
		for _, n := range perDay {
			counts = append(counts, n)
		}
		slices.Sort(counts)
		assert.Greater(t, counts[len(counts)-1], 3*counts[len(counts)/2], "a day stands out of those up to %v", to)
	}
}

func TestAScenarioThatMakesNoSenseIsRefusedByTheGenerator(t *testing.T) {
	_, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{To: march, Scenario: calm(func(s *contactcenter.Scenario) {
		s.Bots = []contactcenter.BotSetting{{Bot: "HAL"}}
	})})
	assert.ErrorContains(t, err, `scenario: bots[0].bot: no line has a bot named "HAL"`)
	var setting *contactcenter.SettingError
	assert.ErrorAs(t, err, &setting)
}

func TestAContactCenterWithoutLinesHasNoConversations(t *testing.T) {
	nothing := 0.0
	scenario := calm(nil)
	for _, w := range generate(t, contactcenter.GeneratorOptions{To: march, Days: 1}).Workstreams {
		scenario.Lines = append(scenario.Lines, contactcenter.LineSetting{Line: *w.Name, Share: &nothing})
	}
	assert.Empty(t, generate(t, contactcenter.GeneratorOptions{To: march, Days: 2, Scenario: scenario}).Sessions)
}
