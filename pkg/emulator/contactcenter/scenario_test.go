package contactcenter_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// calm is a contact centre in which nothing happens but what a test adds.
func calm(change func(*contactcenter.Scenario)) *contactcenter.Scenario {
	s := &contactcenter.Scenario{Campaigns: []contactcenter.Campaign{}, Outages: []contactcenter.Outage{}}
	if change != nil {
		change(s)
	}
	return s
}

// once is a time on the Tuesday of the week before march, from ten to two.
var once = contactcenter.Period{From: time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC), Lasts: 4 * time.Hour}

// tuesday generates that Tuesday and the one before, of a large contact centre.
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

func TestPeriodsFollowTheClockOfTheContactCentre(t *testing.T) {
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

func TestAScenarioFileSetsEverything(t *testing.T) {
	content, err := os.ReadFile("testdata/season.yaml")
	require.NoError(t, err)
	options, err := contactcenter.ReadScenario("season.yaml", content)
	require.NoError(t, err)
	assert.EqualValues(t, 7, options.Seed)
	assert.Equal(t, 60, options.Days)
	assert.Equal(t, 1200.0, options.ConversationsPerDay)
	assert.Equal(t, "Europe/Berlin", options.Location.String())
	s := options.Scenario
	assert.Len(t, s.Hours, 24)
	assert.Equal(t, []float64{0.3, 1.4, 1.2, 1, 1, 1, 0.6}, s.Weekdays)
	assert.Equal(t, 0.02, *s.Oddities)
	assert.Equal(t, 50.0, *s.Lines[0].Share)
	assert.Zero(t, *s.Lines[0].Direct)
	assert.Equal(t, 2.4, s.Lines[0].Months[11])
	assert.Equal(t, 0.35, *s.Bots[0].Deflection)
	assert.Equal(t, 3*time.Minute, *s.Queues[0].Wait)
	assert.Equal(t, contactcenter.Campaign{Name: "Advent", Factor: 2.5, Lines: []string{"Web chat", "App chat"},
		Period: contactcenter.Period{From: time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC), Lasts: 48 * time.Hour, Every: 168 * time.Hour}}, s.Campaigns[0])
	assert.Equal(t, 150*time.Minute, s.Outages[0].Lasts)

	options.To = march
	assert.NotEmpty(t, generate(t, options).Conversations)
}

func TestAnEmptyScenarioFileIsTheUsualContactCentre(t *testing.T) {
	options, err := contactcenter.ReadScenario("empty.yaml", []byte("# nothing\n"))
	require.NoError(t, err)
	options.Seed, options.To, options.Days = 1, march, 2
	assert.Equal(t, generate(t, contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 2}), generate(t, options))
}

func TestScenarioFilesAreRefusedWithLineAndReason(t *testing.T) {
	tests := map[string]struct{ content, message string }{
		"unknown setting":        {"days: 3\nflavour: vanilla\n", "s.yaml:2: the setting flavour is unknown here"},
		"unknown setting inside": {"bots:\n  - bot: Phone menu\n    deflect: 1\n", "s.yaml:3: the setting deflect is unknown here"},
		"twice":                  {"days: 3\ndays: 4\n", `s.yaml:2: mapping key "days" already defined at line 1`},
		"no value":               {"days:\n", "s.yaml:1:6: there is no value: give one, or leave the setting out"},
		"wrong type":             {"seed: 1\ndays: many\n", "s.yaml:2: cannot unmarshal !!str `many` into int"},
		"no mapping":             {"- days\n", "s.yaml:1:1: this is no mapping of settings such as days: 30"},
		"no YAML":                {"days: [\n", "s.yaml:1: did not find expected node content"},
		"two documents":          {"days: 3\n---\ndays: 4\n", "s.yaml:2: a second document begins: a scenario file has one"},
		"alias":                  {"hours: &h [1]\nweekdays: *h\n", "s.yaml:1:8: anchors and aliases are not read: write the value out\ns.yaml:2:11: anchors and aliases are not read: write the value out"},
		"unknown bot":            {"outages:\n  - bot: HAL\n    from: 2026-03-02 08:00\n    lasts: 1h\n", "s.yaml:2:10: outages[0].bot: no bot is named \"HAL\": there are Orders assistant, Billing assistant, Service desk assistant, Phone menu, Returns assistant"},
		"unknown line":           {"campaigns:\n  - {from: 2026-03-02, lasts: 1h, factor: 1, lines: [Fax]}\n", "s.yaml:2:54: campaigns[0].lines[0]: no line is named \"Fax\": there are Web chat,"},
		"unknown queue":          {"queues:\n  - queue: Cinema\n", `s.yaml:2:12: queues[0].queue: no queue is named "Cinema": there are General,`},
		"unknown zone":           {"time_zone: Mars/Olympus\n", `s.yaml:1:12: time_zone: no time zone is named "Mars/Olympus": give an IANA name such as Europe/Berlin`},
		"share above 1":          {"oddities: 1.5\n", "s.yaml:1:11: oddities: 1.5: give a share from 0 to 1"},
		"not a number":           {"oddities: .nan\n", "s.yaml:1:11: oddities: NaN: give a share from 0 to 1"},
		"23 hours":               {"hours: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\n", "s.yaml:1:8: hours: there are 23 numbers: give 24"},
		"closed all week":        {"weekdays: {monday: 0}\n", "s.yaml:1:11: weekdays: all are 0: give at least one above"},
		"no length":              {"outages:\n  - bot: Phone menu\n    from: 2026-03-02 08:00\n", "s.yaml:2:5: outages[0].lasts: 0s: give a time of at least a second, for example 3h"},
		"odd length":             {"outages:\n  - bot: Phone menu\n    lasts: long\n", `s.yaml:3: "long" is no length of time: give one such as 90s, 3h or 28d`},
		"odd moment":             {"outages:\n  - bot: Phone menu\n    from: noon\n", `s.yaml:3: "noon" is no date with a time of day: give one such as 2026-03-02 08:00, by the contact centre's clock`},
		"overlapping":            {"campaigns:\n  - from: 2026-03-02\n    lasts: 2d\n    every: 1d\n    factor: 2\n", "s.yaml:4:12: campaigns[0].every: 24h0m0s: give at least the time that it lasts, or leave it out to have it once"},
		"summer of the century":  {"lines:\n  - line: Phone\n    months: [1,1,1,1,1,1,11,1,1,1,1,1]\n", "s.yaml:3:13: lines[0].months: 11: give numbers from 0 to 10"},
		"several":                {"days: 0\noddities: 2\nconversations_per_day: -1\n", "s.yaml:1:7: days: 0: give a number from 1 to 36500\ns.yaml:2:11: oddities: 2: give a share from 0 to 1\ns.yaml:3:24: conversations_per_day: -1: give a number above 0 and up to 10 million"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := contactcenter.ReadScenario("s.yaml", []byte(test.content))
			require.Error(t, err)
			if strings.HasSuffix(test.message, ",") {
				assert.ErrorContains(t, err, test.message)
				return
			}
			assert.EqualError(t, err, test.message)
		})
	}
	_, err := contactcenter.ReadScenario("s.yaml", make([]byte, 2<<20))
	assert.ErrorContains(t, err, "at most 1048576 are read")
}

func TestAScenarioThatMakesNoSenseIsRefusedByTheGenerator(t *testing.T) {
	_, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{To: march, Scenario: calm(func(s *contactcenter.Scenario) {
		s.Bots = []contactcenter.BotSetting{{Bot: "HAL"}}
	})})
	assert.ErrorContains(t, err, `scenario: bots[0].bot: no bot is named "HAL"`)
	var setting *contactcenter.SettingError
	assert.ErrorAs(t, err, &setting)
}

func TestAContactCentreWithoutLinesHasNoConversations(t *testing.T) {
	nothing := 0.0
	scenario := calm(nil)
	for _, w := range generate(t, contactcenter.GeneratorOptions{To: march, Days: 1}).Workstreams {
		scenario.Lines = append(scenario.Lines, contactcenter.LineSetting{Line: *w.Name, Share: &nothing})
	}
	assert.Empty(t, generate(t, contactcenter.GeneratorOptions{To: march, Days: 2, Scenario: scenario}).Sessions)
}

// Whatever the bytes, a scenario file gives options that a generator takes, or errors that each name a line.
func FuzzReadScenario(f *testing.F) {
	season, err := os.ReadFile("testdata/season.yaml")
	require.NoError(f, err)
	for _, seed := range []string{string(season), "", "days: 3", "outages: [{bot: Phone menu, from: 2026-03-02, lasts: 1w, every: 4w}]",
		"a: &a [*a]", "hours: [.inf]", "lines: []\ncampaigns: []", "? {x: y}\n: 1", "\xff", "days: !!int '3'", "queues: [{queue: General, wait: d}]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		options, err := contactcenter.ReadScenario("s.yaml", content)
		if err != nil {
			var file *contactcenter.FileError
			require.True(t, errors.As(err, &file), "%v", err)
			require.Positive(t, file.Line)
			return
		}
		options.To, options.From, options.ConversationsPerDay = march, march.Add(-time.Hour), 1
		_, err = contactcenter.Generate(options)
		require.NoError(t, err)
	})
}
