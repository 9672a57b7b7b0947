package plugin

import (
	"context"
	"errors"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// Datasource is one data source as it is configured in Grafana. It is safe for concurrent use.
type Datasource struct {
	backend.CallResourceHandler

	settings   Settings
	catalog    *catalog.Catalog
	fault      error // what is wrong with the settings
	connection *connection
	queryTypes *datasource.QueryTypeMux
	now        func() time.Time

	slots    *slots // of the streams of this process
	channels channels
	life     context.Context // until Dispose
	end      context.CancelFunc
}

var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ backend.StreamHandler         = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// New makes a data source from the settings that Grafana stores. It connects to nothing before the first query.
//
// Settings that are wrong are no error here: the SDK would answer the whole request with it, with neither a status nor
// a refID. The data source keeps the fault instead, and answers each query and the health check with it.
func New(ctx context.Context, stored backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	return newDatasource(ctx, stored, catalog.Default(), dialDataverse, time.Now), nil
}

func newDatasource(ctx context.Context, stored backend.DataSourceInstanceSettings, known *catalog.Catalog, dial dialer, now func() time.Time) *Datasource {
	settings, err := LoadSettings(stored)
	if err == nil {
		settings.server = identitiesOf(ctx)
		settings.dial, err = proxied(ctx, stored)
		err = errors.Join(settings.Validate(known), err)
	}
	d := &Datasource{settings: settings, catalog: known, fault: err, now: now, slots: streamSlots}
	d.life, d.end = context.WithCancel(context.Background()) // that of the call ends with it
	d.connection = &connection{dial: func() (counter, way, error) { return dial(settings, known) }}
	d.queryTypes = d.newQueryTypes()
	d.CallResourceHandler = httpadapter.New(d.routes())
	return d
}

// Dispose ends the streams and the connections to Dataverse. Grafana calls it when the settings have changed.
func (d *Datasource) Dispose() {
	d.end()
	if err := d.connection.Close(); err != nil {
		backend.Logger.Warn("The connections to Dataverse did not close", "error", diagnose(err).text)
	}
}

// counter returns the connected counter, or what keeps it from being so.
func (d *Datasource) counter() (counter, error) {
	counter, _, err := d.connected()
	return counter, err
}

// connected returns the connected counter and the way beneath it, or what keeps them from being so.
func (d *Datasource) connected() (counter, way, error) {
	if d.fault != nil {
		return nil, nil, d.fault
	}
	return d.connection.open()
}
