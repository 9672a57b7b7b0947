// Package dashboards holds the shipped dashboards to their promises: tests read the JSON files in the folder dashboards
// and the files that provision them, and run every query through the built plugin or past a real exporter. It has no
// code of its own.
package dashboards
