// Package plugin is the back end of the Grafana data source: it turns Grafana's requests into counts of package tally
// and the counts into data frames.
//
// A Datasource is one configured data source. Its settings come from Grafana alone: the package reads no file and no
// environment. Frames are built by pure functions from a tally.Result, and carry the types of Grafana's data plane
// contract, so that alert rules and expressions read them as they are. Each error says what is wrong, where, and what
// to do next, and carries its source: downstream for what the person who asks, the administrator or Dataverse can
// change, plugin for faults of this code.
package plugin

// ID is the plugin's id in plugin.json.
const ID = "tally-dataverse-datasource"
