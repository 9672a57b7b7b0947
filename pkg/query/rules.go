package query

import (
	"github.com/dataverse-tally/tally/pkg/catalog"
)

// override is a rule that a query sets by itself.
type override struct {
	field   string // in the saved form, below rules
	rule    string // key in the catalogue
	setting string
}

// overrides lists the rules of a query in their order, and puts the ones that are set into the rules in force.
func (r Rules) overrides(force *catalog.Rules) []override {
	if force == nil {
		force = new(catalog.Rules)
	}
	return []override{
		{"entityRecords", "entity_records", replace(&force.EntityRecords, r.EntityRecords)},
		{"sms", "sms", replace(&force.SMS, r.SMS)},
		{"events", "events", replace(&force.Events, r.Events)},
		{"eventTable", "event_table", replace(&force.EventTable, r.EventTable)},
		{"timeAxis", "time_axis", replace(&force.TimeAxis, r.TimeAxis)},
		{"externalTransfers", "external_transfers", replace(&force.ExternalTransfers, r.ExternalTransfers)},
		{"surveyBots", "survey_bots", replace(&force.SurveyBots, r.SurveyBots)},
	}
}

func replace[T ~string](rule *T, setting T) string {
	if setting != "" {
		*rule = setting
	}
	return string(setting)
}

// rules are those in force: the definition's for the view, overridden by the query's and then by the window's axis.
func (q Query) rules(definition catalog.Definition, view catalog.View, window catalog.Window) (catalog.Rules, error) {
	force := definition.Views[view]
	if q.Rules != nil {
		fields := map[string]string{}
		for _, o := range q.Rules.overrides(&force) {
			fields[o.rule] = o.field
		}
		if problems := force.Problems(); len(problems) > 0 {
			p := problems[0]
			return catalog.Rules{}, &Error{"rules." + fields[p.Rule], p.Problem, p.Remedy}
		}
	}
	if window.TimeAxis != "" {
		if q.Rules != nil && q.Rules.TimeAxis != "" && q.Rules.TimeAxis != window.TimeAxis {
			return catalog.Rules{}, &Error{"rules.timeAxis", string(q.Rules.TimeAxis) + " does not go with the window " + window.ID + ", which is by " + string(window.TimeAxis), "remove rules.timeAxis or choose another window"}
		}
		force.TimeAxis = window.TimeAxis
	}
	return force, nil
}
