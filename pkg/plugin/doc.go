// Package plugin is the back end of the Grafana data source: it turns Grafana's requests into counts of package tally
// and the counts into data frames.
//
// A Datasource is one configured data source. Its settings come from Grafana alone: the package reads no file and no
// environment. Frames carry the types of Grafana's data plane contract, so that alert rules and expressions read them as
// they are. Each error says what is wrong, where, and what to do next, and carries its source: downstream for what the
// person who asks, the administrator or Dataverse can change, plugin for faults of this code.
//
// There is a handler for each type of query (see package query):
//
//	counts       a column for each metric, by its id. Where a dimension of the query has the same id, as in_progress
//	             can, the dimension keeps it and the metric's column is in_progress_metric
//	breakdown    the same by group, the largest first metric first; beside each dimension d its value as d_id
//	comparison   of each metric m also m_before and m_change, and in_progress_share; over time m and m_before alone
//	explain      the frames rules (rule, removed, remaining) and definitions (definition, title, total, difference)
//	status       one row: ages, oldest session, state of the endpoint; budget and cache for editors and administrators
//	annotations  time, timeEnd, title, text, tags: buckets whose escalation rate is at or above the threshold, or times
//	             of three buckets and more without a conversation of a bot that had some before
//	values       text, value, conversations, as variables read them
//
// The format of a query chooses among the shapes of an answer, for what the panel draws. Alert rules and expressions get
// numbers that their labels tell apart, whatever the format: see Shape.
//
// A query may be streamed: POST /stream gives the path of a channel, whose digest is that of the query, and Grafana runs
// one stream for each channel. It asks at the steps of 15 seconds to which panels are cut as well, so that both are
// answered by the same statements.
package plugin

// ID is the plugin's id in plugin.json.
const ID = "tally-dataverse-datasource"
