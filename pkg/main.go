// Command gpx_dataverse is the back end of the Grafana data source. Grafana starts it and speaks gRPC with it.
package main

import (
	"os"
	_ "time/tzdata" // the zones of buckets, where the system brings none

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/dataverse-tally/tally/pkg/plugin"
)

func main() {
	err := datasource.Manage(plugin.ID, plugin.New, datasource.ManageOpts{
		QueryConversionHandler: plugin.Conversion{},
		ConversionHandler:      plugin.Conversion{},
	})
	if err != nil {
		log.DefaultLogger.Error("The plugin ends", "error", err)
		os.Exit(1)
	}
}
