// Package harness shows the plugin's real editors and Grafana's own panels in a browser, with the built plugin binary
// and an embedded Dataverse behind them, on a machine without a Grafana server.
//
// Server takes the place of the server's API, page/ that of its pages: they are bundled from the sources of the plugin
// and of @grafana/ui. page/drive.mjs is a person in front of them. What the page cannot show: dashboards with their
// variables, panels as plugins of their own, and the loading of module.js, which a test of the front end does.
package harness
