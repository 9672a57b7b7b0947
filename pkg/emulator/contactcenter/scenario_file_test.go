package contactcenter_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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

func TestAnEmptyScenarioFileIsTheUsualContactCenter(t *testing.T) {
	options, err := contactcenter.ReadScenario("empty.yaml", []byte("# nothing\n"))
	require.NoError(t, err)
	options.Seed, options.To, options.Days = 1, march, 2
	assert.Equal(t, generate(t, contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 2}), generate(t, options))
}

func TestScenarioFilesAreRefusedWithTheirPlaceAndARemedy(t *testing.T) {
	const settings = "about, bots, campaigns, conversations_per_day, days, hours, lines, oddities, only_own, outages, queues, seed, surveys, time_zone and weekdays"
	outage := "outages:\n  - bot: Phone menu\n    from: 2026-03-02 08:00\n    lasts: 1h\n"
	tests := map[string]struct{ content, message string }{
		"unknown setting":        {"days: 3\nflavour: vanilla\n", `s.yaml:2:1: the setting "flavour" is unknown: there are ` + settings},
		"misspelt setting":       {"day: 3\n", `s.yaml:1:1: the setting "day" is unknown: did you mean days?`},
		"unknown setting inside": {"bots:\n  - bot: Phone menu\n    deflections: 1\n", `s.yaml:3:5: the setting "deflections" is unknown in bots[0]: did you mean deflection?`},
		"a setting that is none": {"? {x: y}\n: 1\n", `s.yaml:1:3: the setting "" is unknown: there are ` + settings},
		"twice":                  {"days: 3\ndays: 4\n", "s.yaml:2:1: days: it is set in line 1 already: leave one of them out"},
		"no value":               {"days:\n", "s.yaml:1:6: days: there is no value: give one, or leave the setting out"},
		"wrong type":             {"seed: 1\ndays: many\n", `s.yaml:2:7: days: "many": give a whole number`},
		"a number in quotes":     {"days: '3'\n", `s.yaml:1:7: days: "3": give a whole number`},
		"half a day":             {"days: 0.5\n", `s.yaml:1:7: days: "0.5": give a whole number`},
		"a seed below 0":         {"seed: -1\n", `s.yaml:1:7: seed: "-1": give a whole number from 0`},
		"a list for a number":    {"days: [3]\n", "s.yaml:1:7: days: this is a list: give a whole number"},
		"a list for a text":      {"time_zone: [UTC]\n", "s.yaml:1:12: time_zone: this is a list: give a text\ns.yaml:1:12: time_zone: no time zone is named \"\": give an IANA name such as Europe/Berlin"},
		"a setting for a list":   {"bots:\n  bot: Phone menu\n", "s.yaml:2:3: bots: give a list: a line for each, which begins with a dash, or [] for none"},
		"a list of texts":        {"bots: [Phone menu]\n", "s.yaml:1:8: bots[0]: give settings, each a name and a value: there are bot and deflection"},
		"an empty item":          {"hours: [1,]\nbots:\n  -\n", "s.yaml:1:8: hours: there are 1 numbers: give 24\ns.yaml:3:4: bots[0]: give settings, each a name and a value: there are bot and deflection"},
		"a text among numbers":   {"hours: [1, x]\n", `s.yaml:1:12: hours[1]: "x": give a number`},
		"no mapping":             {"- days\n", "s.yaml:1:1: give settings, each a name and a value: there are " + settings},
		"no YAML":                {"days: 3\n  hours: [\n", "s.yaml:2:3: this is no YAML: mapping values are not allowed in this context: look at the brackets, quotes and indentation here and just before"},
		"two documents":          {"days: 3\n---\ndays: 4\n", "s.yaml:2:1: a second document begins: a scenario file has one"},
		"alias":                  {"hours: &h [1]\nweekdays: *h\n", "s.yaml:1:8: anchors and aliases are not read: write the value out\ns.yaml:2:11: anchors and aliases are not read: write the value out"},
		"unknown zone":           {"time_zone: Mars/Olympus\n", `s.yaml:1:12: time_zone: no time zone is named "Mars/Olympus": give an IANA name such as Europe/Berlin`},
		"share above 1":          {"oddities: 1.5\n", "s.yaml:1:11: oddities: 1.5: give a share from 0 to 1"},
		"surveys above 1":        {"surveys: 15\n", "s.yaml:1:10: surveys: 15: give a share from 0 to 1"},
		"not a number":           {"oddities: .nan\n", "s.yaml:1:11: oddities: NaN: give a share from 0 to 1"},
		"23 hours":               {"hours: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\n", "s.yaml:1:8: hours: there are 23 numbers: give 24"},
		"closed all week":        {"weekdays: {monday: 0}\n", "s.yaml:1:11: weekdays: all are 0: give at least one above"},
		"several":                {"days: 0\noddities: 2\nconversations_per_day: -1\n", "s.yaml:1:7: days: 0: give a number from 1 to 36500\ns.yaml:2:11: oddities: 2: give a share from 0 to 1\ns.yaml:3:24: conversations_per_day: -1: give a number above 0 and up to 10 million"},

		"unknown bot":           {strings.Replace(outage, "Phone menu", "HAL", 1), `s.yaml:2:10: outages[0].bot: no bot is named "HAL": there are Orders assistant, Billing assistant, Service desk assistant, Returns assistant, Phone menu and Case triage`},
		"misspelt bot":          {strings.Replace(outage, "Phone menu", "Phone men", 1), `s.yaml:2:10: outages[0].bot: no bot is named "Phone men": did you mean Phone menu?`},
		"unknown line":          {"campaigns:\n  - {from: 2026-03-02, lasts: 1h, factor: 1, lines: [Phon]}\n", `s.yaml:2:54: campaigns[0].lines[0]: no line is named "Phon": did you mean Phone?`},
		"no length":             {strings.Replace(outage, "    lasts: 1h\n", "", 1), "s.yaml:2:5: outages[0].lasts: not set: give one, for example lasts: 3h"},
		"odd length":            {strings.Replace(outage, "1h", "long", 1), `s.yaml:4:12: outages[0].lasts: "long" is no length of time: give one such as 90s, 3h or 28d`},
		"no time at all":        {strings.Replace(outage, "1h", "0s", 1), "s.yaml:4:12: outages[0].lasts: 0s: give a time of at least a second, for example 3h"},
		"odd moment":            {strings.Replace(outage, "2026-03-02 08:00", "noon", 1), `s.yaml:3:11: outages[0].from: "noon" is no date with a time of day: give one such as 2026-03-02 08:00, by the contact center's clock`},
		"overlapping":           {"campaigns:\n  - from: 2026-03-02\n    lasts: 2d\n    every: 1d\n    factor: 2\n", "s.yaml:4:12: campaigns[0].every: 24h0m0s: give at least the time that it lasts, or leave it out to have it once"},
		"no factor":             {"campaigns:\n  - from: 2026-03-02\n    lasts: 2d\n", "s.yaml:2:5: campaigns[0].factor: not set: give one, for example factor: 2.5"},
		"summer of the century": {"lines:\n  - line: Phone\n    months: [1,1,1,1,1,1,11,1,1,1,1,1]\n", "s.yaml:3:13: lines[0].months: 11: give numbers from 0 to 10"},

		"new line without channel": {"lines:\n  - line: Fax\n    queues: [General]\n", `s.yaml:2:11: lines[0].line: no line is named "Fax": give a new one its channel, for example channel: Live chat`},
		"misspelt line":            {"lines:\n  - line: Web chatt\n    share: 3\n", `s.yaml:2:11: lines[0].line: no line is named "Web chatt": did you mean Web chat? Otherwise give a new one its channel, for example channel: Live chat`},
		"line without name":        {"lines:\n  - share: 3\n", "s.yaml:2:5: lines[0].line: not set: give one, for example line: Web chat"},
		"new line without queue":   {"lines:\n  - line: Fax\n    channel: Custom\n", "s.yaml:2:5: lines[0].queues: not set: a new line needs at least one queue, for example queues: [First line]"},
		"a usual line's channel":   {"lines:\n  - line: Phone\n    channel: SMS\n", "s.yaml:3:14: lines[0].channel: Phone is a usual line and has its channel: leave it out, or give the line another name"},
		"a usual line's queues":    {"lines:\n  - line: Phone\n    queues: []\n", "s.yaml:3:13: lines[0].queues: there are none: name at least one"},
		"unknown channel":          {"lines:\n  - {line: Fax, channel: Fax, queues: [General]}\n", `s.yaml:2:26: lines[0].channel: no channel is named "Fax": give one of Microsoft Teams, WhatsApp, LINE, WeChat, Facebook, SMS, Entity Records, Twitter, Custom, Live chat, Voice, Video, Voice call, Apple Messages for Business or Google's Business Messages`},
		"misspelt channel":         {"lines:\n  - {line: Fax, channel: live-chat, queues: [General]}\n", `s.yaml:2:26: lines[0].channel: no channel is named "live-chat": did you mean Live chat?`},
		"channel of no talk":       {"lines:\n  - {line: Fax, channel: Co-browse, queues: [General]}\n", "s.yaml:2:26: lines[0].channel: 192390000 is no channel on which there are conversations: give one of Microsoft Teams, WhatsApp, LINE, WeChat, Facebook, SMS, Entity Records, Twitter, Custom, Live chat, Voice, Video, Voice call, Apple Messages for Business or Google's Business Messages"},
		"unknown bot of a line":    {"lines:\n  - line: Phone\n    bots: {HAL: 1}\n", `s.yaml:3:12: lines[0].bots[0]: no bot is named "HAL": there are Orders assistant, Billing assistant, Service desk assistant, Returns assistant, Phone menu and Case triage; describe a new one under bots`},
		"unknown queue of a line":  {"lines:\n  - line: Phone\n    queues: [Hotlin]\n", `s.yaml:3:14: lines[0].queues[0]: no queue is named "Hotlin": did you mean Hotline?; describe a new one under queues`},
		"odd share of a bot":       {"lines:\n  - line: Phone\n    bots: {Phone menu: much}\n", `s.yaml:3:24: lines[0].bots[0]: "much": give a share such as 3`},
		"a bot's share below 0":    {"lines:\n  - line: Phone\n    bots: {Phone menu: -1}\n", "s.yaml:3:12: lines[0].bots[0]: -1: give a share from 0 to a million"},
		"no share above 0":         {"lines:\n  - line: Phone\n    bots: {Phone menu: 0}\n", "s.yaml:3:11: lines[0].bots: all shares are 0: give at least one above"},
		"a bot twice in a line":    {"lines:\n  - line: Phone\n    bots: [Phone menu, Phone menu]\n", `s.yaml:3:24: lines[0].bots[1]: "Phone menu" is here a second time: put everything about it in one place`},
		"one bot for a line":       {"lines:\n  - line: Phone\n    bots: Phone menu\n", "s.yaml:3:11: lines[0].bots: give names with shares such as {General: 3, Hotline: 1}, or a list of names"},
		"new bot of no line":       {"bots:\n  - bot: HAL\n    deflection: 0.5\n", `s.yaml:2:10: bots[0].bot: no line has a bot named "HAL": name a new one under bots of a line`},
		"misspelt bot to change":   {"bots:\n  - bot: Order assistant\n    deflection: 0.5\n", `s.yaml:2:10: bots[0].bot: no line has a bot named "Order assistant": did you mean Orders assistant? Otherwise name a new one under bots of a line`},
		"new bot, no deflection":   {"lines:\n  - {line: Phone, bots: [HAL]}\nbots:\n  - bot: HAL\n", "s.yaml:4:5: bots[0].deflection: not set: give the share of conversations that go no further, for example 0.6"},
		"the same bot again":       {"bots:\n  - bot: Phone menu\n  - bot: Phone menu\n", `s.yaml:3:10: bots[1].bot: "Phone menu" is here a second time: put everything about it in one place`},
		"new queue of no line":     {"queues:\n  - queue: Cinema\n", `s.yaml:2:12: queues[0].queue: no line has a queue named "Cinema": name a new one under queues of a line`},
		"a queue without wait":     {"queues:\n  - queue: General\n    wait: 0s\n", "s.yaml:3:11: queues[0].wait: 0s: give a time above 0 and up to 1000h"},
		"a name with blanks":       {"lines:\n  - {line: ' Fax', channel: SMS, queues: [General]}\n", `s.yaml:2:12: lines[0].line: " Fax": give a name without blanks around it`},
		"a name of two lines":      {"lines:\n  - {line: \"a\\nb\", channel: SMS, queues: [General]}\n", `s.yaml:2:12: lines[0].line: "a\nb": give a name of visible characters`},
		"a long name":              {"lines:\n  - {line: " + strings.Repeat("x", 101) + ", channel: SMS, queues: [General]}\n", `s.yaml:2:12: lines[0].line: "` + strings.Repeat("x", 60) + `"…: give a name of at most 100 characters`},
		"nothing of its own":       {"only_own: true\n", "s.yaml:1:11: only_own: there are no lines then: describe at least one under lines"},
		"not quite true":           {"only_own: maybe\n", `s.yaml:1:11: only_own: "maybe": give true or false`},
		"a usual bot left out":     {"only_own: true\nlines:\n  - {line: Fax, channel: SMS, queues: [Desk], bots: [Phone menu]}\nqueues: [{queue: Desk}]\n", `s.yaml:3:54: lines[0].bots[0]: no bot is named "Phone menu": describe a new one under bots`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := contactcenter.ReadScenario("s.yaml", []byte(test.content))
			assert.EqualError(t, err, test.message)
		})
	}
	_, err := contactcenter.ReadScenario("s.yaml", make([]byte, 2<<20))
	assert.ErrorContains(t, err, "s.yaml:1:1: the file has 2097152 bytes: at most 1048576 are read")
}

// Whatever the bytes, a scenario file gives options that a generator takes, or errors that each name a line.
func FuzzReadScenario(f *testing.F) {
	season, err := os.ReadFile("testdata/season.yaml")
	require.NoError(f, err)
	own, err := os.ReadFile("testdata/own.yaml")
	require.NoError(f, err)
	for _, seed := range []string{string(season), string(own), "", "days: 3", "outages: [{bot: Phone menu, from: 2026-03-02, lasts: 1w, every: 4w}]",
		"a: &a [*a]", "hours: [.inf]", "lines: []\ncampaigns: []", "? {x: y}\n: 1", "\xff", "days: !!int '3'", "queues: [{queue: General, wait: d}]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		options, err := contactcenter.ReadScenario("s.yaml", content)
		if err != nil {
			var file *contactcenter.FileError
			require.True(t, errors.As(err, &file), "%v", err)
			require.Positive(t, file.Line)
			require.Positive(t, file.Column)
			return
		}
		options.To, options.From, options.ConversationsPerDay = march, march.Add(-time.Hour), 1
		_, err = contactcenter.Generate(options)
		require.NoError(t, err)
	})
}
