package dashboards

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/exporter"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// exported is a real exporter that serves.
type exported struct{ address string }

// export starts an exporter of the road's Dataverse whose clock stands still, and waits until it has read everything.
func (r *road) export(t *testing.T, now time.Time) exported {
	t.Helper()
	address, err := dataverse.ParseAddress(r.dataverse.Address())
	require.NoError(t, err)
	token := dataverse.StaticToken(r.dataverse.Token(emulator.TokenOptions{}))
	client, err := dataverse.Open(dataverse.Config{Address: address, Token: token, CACertificate: r.dataverse.CACertificate(),
		Version: "test", QueryTimeout: 20 * time.Second, MaxConnections: 2})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	share := budget.New(budget.Options{Running: budget.ExporterShare})
	clock := func() time.Time { return now }
	site, err := exporter.OpenSite(exporter.SiteOptions{Load: func() ([]exporter.Setting, error) {
		return []exporter.Setting{{Name: exporter.MainEnvironment, Open: func() (*exporter.Exporter, func() error, error) {
			e, err := exporter.New(exporter.Options{Catalog: catalog.Default(), Counter: tally.New(catalog.Default(), share.Source(client), tally.WithClock(clock)),
				TimeZone: "Europe/Berlin", Interval: time.Second, Now: clock, Token: token, Stats: client.Stats, Budget: share.Stats})
			return e, func() error { return nil }, err
		}}}, nil
	}})
	require.NoError(t, err)
	t.Cleanup(site.Close)
	server := httptest.NewServer(site.Handler())
	t.Cleanup(server.Close)
	e := exported{strings.TrimPrefix(server.URL, "http://")}
	require.Eventually(t, func() bool {
		answer, err := http.Get("http://" + e.address + "/-/ready")
		return err == nil && answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}, time.Minute, 50*time.Millisecond)
	return e
}

// page is what a scrape gets, by the names of the series.
func (e exported) page(t *testing.T) map[string]*dto.MetricFamily {
	t.Helper()
	answer, err := http.Get("http://" + e.address + "/metrics")
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(string(raw)))
	require.NoError(t, err)
	return families
}

// values are the gauges without labels.
func (e exported) values(t *testing.T) map[string]float64 {
	t.Helper()
	values := make(map[string]float64)
	for name, family := range e.page(t) {
		if metric := family.GetMetric()[0]; family.GetType() == dto.MetricType_GAUGE && len(metric.GetLabel()) == 0 {
			values[name] = metric.GetGauge().GetValue()
		}
	}
	return values
}
