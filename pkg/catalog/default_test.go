package catalog_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDimensionsStandOnTheColumnsOfTheContract(t *testing.T) {
	type dimension struct {
		kind    catalog.DimensionKind
		entity  catalog.Entity
		column  string
		options int // number of published values
		lookup  catalog.Lookup
	}
	queue := catalog.Lookup{Table: "queue", Key: "queueid", Label: "name"}
	want := map[string]dimension{
		"channel":             {"choice", "session", "msdyn_channel", 17, catalog.Lookup{}},
		"queue":               {"lookup", "session", "msdyn_cdsqueueid", 0, queue},
		"escalation_queue":    {"escalation_queue", "", "", 0, queue},
		"workstream":          {"lookup", "conversation", "msdyn_liveworkstreamid", 0, catalog.Lookup{Table: "msdyn_liveworkstream", Key: "msdyn_liveworkstreamid", Label: "msdyn_name"}},
		"bot":                 {"bot", "", "", 0, catalog.Lookup{Table: "systemuser", Key: "systemuserid", Label: "fullname"}},
		"conversation_status": {"choice", "conversation", "statuscode", 7, catalog.Lookup{}},
		"closure_reason":      {"choice", "session", "msdyn_closurereason", 44, catalog.Lookup{}},
		"engagement_mode":     {"choice", "session", "msdyn_botengagementmode", 4, catalog.Lookup{}},
		"language":            {"lookup", "conversation", "msdyn_customerlanguageid", 0, catalog.Lookup{Table: "msdyn_oclanguage", Key: "msdyn_oclanguageid", Label: "msdyn_name"}},
		"hour_of_day":         {"hour_of_day", "", "", 24, catalog.Lookup{}},
		"day_of_week":         {"day_of_week", "", "", 7, catalog.Lookup{}},
		"outcome":             {"outcome", "", "", 2, catalog.Lookup{}},
		"in_progress":         {"in_progress", "", "", 2, catalog.Lookup{}},
	}
	c := catalog.Default()
	for _, d := range c.Dimensions {
		set, _ := c.OptionSet(d.Options)
		row := dimension{kind: d.Kind, entity: d.Entity, column: d.Column, options: len(set.Options)}
		if d.Lookup != nil {
			row.lookup = *d.Lookup
		}
		stands, known := want[d.ID]
		require.True(t, known, "say here where %s stands: %+v", d.ID, row)
		assert.Equal(t, stands, row, d.ID)
	}
	assert.Len(t, c.Dimensions, len(want))
}

func TestTheNumbersThatTheRulesTestHaveTheirPublishedLabels(t *testing.T) {
	for _, row := range []struct{ set, value, label string }{
		{"channels", "19241000", "Microsoft Teams"}, // eight digits
		{"channels", "192340000", "SMS"},
		{"channels", "192350000", "Entity Records"},
		{"channels", "192450001", "Google's Business Messages"},
		{"closure_reasons", "192350026", "BotTransferToAgent"},
		{"closure_reasons", "192350027", "BotEndConversation"},
		{"closure_reasons", "192350029", "BotCallFailureExternalTransfer"},
		{"closure_reasons", "192350030", "BotCallFailurePromptAndEscalate"},
		{"closure_reasons", "192350031", "BotCallFailureEscalate"},
		{"closure_reasons", "192350036", "ExternalAgentAccept"},
		{"closure_reasons", "192350037", "ExternalAgentReject"},
		{"closure_reasons", "192350038", "ExternalAgentTransfer"},
		{"closure_reasons", "192350065", "AutoRejectAsOutboundCallInProgress"},
		{"conversation_statuses", "5", "Wrap-up"},
		{"engagement_modes", "192350002", "PostConverstation"}, // as the product spells it
		{"hours_of_day", "0", "00:00"},
		{"hours_of_day", "23", "23:00"},
		{"days_of_week", "1", "Monday"},
		{"days_of_week", "7", "Sunday"},
		{"outcomes", "deflected", "Deflected"},
		{"yes_no", "no", "No"},
	} {
		set, ok := catalog.Default().OptionSet(row.set)
		require.True(t, ok, row.set)
		o, ok := set.Option(row.value)
		assert.True(t, ok, row.value)
		assert.Equal(t, row.label, o.Label)
	}
	set, _ := catalog.Default().OptionSet("closure_reasons")
	_, ok := set.Option("192350032")
	assert.False(t, ok, "what is not published is not invented")
}

func TestWindowsAreThoseOfTheContract(t *testing.T) {
	type window struct {
		kind   catalog.WindowKind
		length time.Duration
		open   time.Duration
		axis   catalog.TimeAxis
	}
	got := map[string]window{}
	for _, w := range catalog.Default().Windows {
		got[w.ID] = window{w.Kind, time.Duration(w.Length), time.Duration(w.OpenWithin), w.TimeAxis}
	}
	assert.Equal(t, map[string]window{
		"range":            {kind: "range"},
		"last_2h":          {kind: "trailing", length: 2 * time.Hour},
		"today":            {kind: "today"},
		"last_24h":         {kind: "trailing", length: 24 * time.Hour},
		"last_24h_open_3d": {kind: "trailing", length: 24 * time.Hour, open: 72 * time.Hour},
		"in_progress_now":  {kind: "trailing", length: 72 * time.Hour, axis: "conversation_created"},
	}, got)
}

func TestEveryRuleIsDescribed(t *testing.T) {
	var rules []string
	for _, r := range catalog.Default().Rules {
		rules = append(rules, r.ID+" "+r.Field)
		found, ok := catalog.Default().Rule(r.ID)
		assert.True(t, ok)
		assert.Equal(t, r, found)
		assert.Len(t, r.Settings, len(catalog.Settings(r.ID)))
	}
	assert.Nil(t, catalog.Settings("colour"))
	assert.Equal(t, []string{
		"entity_records entityRecords", "sms sms", "events events", "event_table eventTable",
		"time_axis timeAxis", "external_transfers externalTransfers", "survey_bots surveyBots",
	}, rules)
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	c := catalog.Default()
	_, ok := c.Metric("")
	assert.False(t, ok)
	_, ok = c.Page("Total bot conversations")
	assert.False(t, ok, "ids, not titles")
	assert.Equal(t, catalog.Definition{}, (&catalog.Catalog{}).DefaultDefinition(), "only a loaded catalogue has a default")
}

func TestWhatNoPageSaysIsMarkedAsOurs(t *testing.T) {
	c := catalog.Default()
	for _, d := range c.Dimensions {
		if p, ok := c.Page(d.Source.Page); assert.True(t, ok) && p.URL == "" {
			assert.NotEmpty(t, d.Source.Note, d.ID)
		}
	}
}

// TestTheJSONFormIsStable compares with what a front end gets. Its keys are a contract; names of columns are not in it.
func TestTheJSONFormIsStable(t *testing.T) {
	raw, err := json.MarshalIndent(catalog.Default(), "", "  ")
	require.NoError(t, err)
	raw = append(raw, '\n')
	const golden = "testdata/catalog.golden.json"
	if *update {
		require.NoError(t, os.WriteFile(golden, raw, 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(raw), "if that is meant: go test ./pkg/catalog -update")
	for _, d := range catalog.Default().Dimensions {
		if d.Column != "" && d.Column != "statuscode" {
			assert.NotContains(t, string(raw), `"`+d.Column+`"`)
		}
	}
	assert.False(t, bytes.Contains(raw, []byte("queueid")))
}
