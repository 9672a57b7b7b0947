package plugin

import (
	"context"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/datasourcetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/dataverse-tally/tally/pkg/query"
)

// TestOverGRPC asks through the protocol that Grafana speaks, in this process. The SDK registers the server's metrics
// for the whole process, so there is one server and one test.
func TestOverGRPC(t *testing.T) {
	factory := func(_ context.Context, stored backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
		return newDatasource(context.Background(), stored, catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
			return countFunc(answerTwelve), &closes{}, nil
		}, func() time.Time { return clock }), nil
	}
	plugin, err := datasourcetest.Manage(factory, datasourcetest.ManageOpts{Address: peers.FreeAddress(t)})
	require.NoError(t, err)
	defer func() { assert.NoError(t, plugin.Shutdown()) }()

	settings := stored(goodJSON, goodSecrets())
	settings.Updated = clock
	from := backend.PluginContext{Namespace: "default", PluginID: ID, DataSourceInstanceSettings: &settings}

	t.Run("queries", func(t *testing.T) {
		response, err := plugin.Client.QueryData(t.Context(), &backend.QueryDataRequest{PluginContext: from, Queries: []backend.DataQuery{
			asked("A", `{"metrics":["total","escalated","deflected"],"bucket":"6h"}`),
			asked("B", `{"metrics":["totals"]}`),
		}})
		require.NoError(t, err)
		good, bad := response.Responses["A"], response.Responses["B"]
		experimental.CheckGoldenJSONResponse(t, "testdata", "over_grpc", &good, *update)
		assert.ErrorContains(t, bad.Error, `metrics[0]: unknown metric "totals"; did you mean total? Known are total, `)
		assert.Equal(t, backend.ErrorSourceDownstream, bad.ErrorSource)
		assert.Equal(t, backend.StatusBadRequest, bad.Status)
		assert.Empty(t, bad.Frames)
	})
	t.Run("types", func(t *testing.T) {
		response, err := plugin.Client.QueryData(t.Context(), &backend.QueryDataRequest{PluginContext: from, Headers: byRule, Queries: []backend.DataQuery{
			asked("breakdown", ofType(query.Breakdown, `,"metrics":["total","escalated"]`)),
			asked("values", ofType(query.Values, "")),
			asked("annotations", ofType(query.Annotations, `,"bucket":"hour"`)),
		}})
		require.NoError(t, err)
		for refID, kind := range map[string]data.FrameType{"breakdown": data.FrameTypeNumericWide, "values": data.FrameTypeNumericLong, "annotations": data.FrameTypeTable} {
			answer := response.Responses[refID]
			require.NoError(t, answer.Error, refID)
			assert.Equal(t, kind, answer.Frames[0].Meta.Type, "%s, by an alert rule", refID)
		}
	})
	t.Run("health", func(t *testing.T) {
		result, err := plugin.Client.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: from})
		require.NoError(t, err)
		assert.Equal(t, backend.HealthStatusOk, result.Status)
		assert.Contains(t, result.Message, "12 bot conversations")
	})
	t.Run("resources", func(t *testing.T) {
		var status int
		err := plugin.Client.CallResource(t.Context(), &backend.CallResourceRequest{PluginContext: from, Method: "GET", Path: "catalog", URL: "catalog"},
			backend.CallResourceResponseSenderFunc(func(response *backend.CallResourceResponse) error {
				status = response.Status
				return nil
			}))
		require.NoError(t, err)
		assert.Equal(t, 200, status)
	})
}
