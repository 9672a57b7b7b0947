package oracle

import "github.com/dataverse-tally/tally/pkg/catalog"

// Rules are the rules of a definition and view as the table of docs/definitions.md has them; false for one that
// is not in the table. The catalogue is compared with it.
func Rules(definition string, view catalog.View) (catalog.Rules, bool) {
	switch {
	case definition == "2025-02" && (view == "historical" || view == "realtime"):
		return catalog.Rules{
			EntityRecords: "session", SMS: "all", Events: "records", EventTable: "participant_event",
			TimeAxis: "session_created", ExternalTransfers: "on", SurveyBots: "include",
		}, true
	case definition == "2026-03" && view == "historical":
		return catalog.Rules{
			EntityRecords: "session", SMS: "channel_instance", Events: "ignore", EventTable: "participant_event",
			TimeAxis: "session_created", ExternalTransfers: "on", SurveyBots: "include",
		}, true
	case definition == "2026-03" && view == "realtime":
		return catalog.Rules{
			EntityRecords: "workstream", SMS: "none", Events: "ignore",
			TimeAxis: "conversation_created", ExternalTransfers: "on", SurveyBots: "include",
		}, true
	}
	return catalog.Rules{}, false
}
