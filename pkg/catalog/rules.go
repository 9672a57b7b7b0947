package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// RuleProblem is a rule whose setting is unknown, missing, or contradicts another rule.
type RuleProblem struct {
	Rule    string // its key in YAML, for example event_table
	Problem string
	Remedy  string
}

// Settings are the known settings of a rule by its key in YAML, or nil.
func Settings(rule string) []string {
	for _, r := range ruleList {
		if r.key == rule {
			return r.settings
		}
	}
	return nil
}

// Problems are what is wrong with rules, in the order of the rules; none when they can be counted by.
func (r Rules) Problems() []RuleProblem {
	var problems []RuleProblem
	for _, rule := range ruleList {
		setting := rule.of(r)
		switch {
		case setting == "" && rule.key == "event_table":
			if r.Events == EventsRecords || r.Events == EventsSessions {
				problems = append(problems, RuleProblem{rule.key, "is missing, and events is " + string(r.Events), "write " + either(rule.settings) + ", or set events to ignore"})
			}
		case setting == "":
			problems = append(problems, RuleProblem{rule.key, "is missing", "write " + either(rule.settings)})
		case !slices.Contains(rule.settings, setting):
			problems = append(problems, RuleProblem{rule.key, "unknown setting " + clip(setting), instead(setting, rule.settings)})
		}
	}
	return problems
}

var ruleList = []struct {
	key      string
	settings []string
	of       func(Rules) string
}{
	{"entity_records", texts([]EntityRecords{EntityRecordsSession, EntityRecordsWorkstream}), func(r Rules) string { return string(r.EntityRecords) }},
	{"sms", texts([]SMS{SMSAll, SMSChannelInstance, SMSNone}), func(r Rules) string { return string(r.SMS) }},
	{"events", texts([]Events{EventsRecords, EventsIgnore, EventsSessions}), func(r Rules) string { return string(r.Events) }},
	{"event_table", texts([]EventTable{ParticipantEvent, SessionEvent}), func(r Rules) string { return string(r.EventTable) }},
	{"time_axis", texts([]TimeAxis{SessionCreated, ConversationCreated}), func(r Rules) string { return string(r.TimeAxis) }},
	{"external_transfers", texts([]Switch{On, Off}), func(r Rules) string { return string(r.ExternalTransfers) }},
	{"survey_bots", texts([]SurveyBots{SurveyBotsInclude, SurveyBotsExclude}), func(r Rules) string { return string(r.SurveyBots) }},
}

// rule checks the description of a rule against the rule itself.
func (p place) rule(r Rule) {
	if !p.known("id", "rule", r.ID, ruleKeys()) {
		return
	}
	var described []string
	for i, s := range r.Settings {
		field := fmt.Sprintf("settings[%d]", i)
		p.required(field+".title", s.Title, "add one of a few words")
		p.required(field+".description", s.Description, "add a sentence that says what it does, to people")
		described = append(described, s.ID)
	}
	if settings := Settings(r.ID); !sameWords(described, settings) {
		p.report("settings", "are not those of the rule", "describe "+spelling.List(settings, "and")+", each once")
	}
}

func ruleKeys() []string {
	var keys []string
	for _, r := range ruleList {
		keys = append(keys, r.key)
	}
	return keys
}

// jsonName is the name of a rule in JSON: eventTable for event_table.
func jsonName(key string) string {
	words := strings.Split(key, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

func texts[T ~string](words []T) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return list
}
