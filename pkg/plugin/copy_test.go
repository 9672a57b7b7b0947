package plugin_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
)

func TestTheBinaryCountsTheTruthTableOfACopy(t *testing.T) {
	host, _ := start(t)
	copied := time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)
	for i, profile := range []emulator.Profile{emulator.ProfileFabric, emulator.ProfileSynapse} {
		at, err := emulator.Start(emulator.Options{Profile: profile, Data: truthtable.Together(), DataClock: func() time.Time { return copied }})
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, at.Close()) })
		secret(at.Credentials().ClientSecret)
		for name, parameters := range map[string]string{"parameters": "typed", "literals": "literal"} {
			t.Run(string(profile)+", "+name, func(t *testing.T) {
				from := bySecret(int64(2*i+len(parameters)), at, at.Credentials().ClientSecret)
				from.jsonData["profile"], from.jsonData["database"], from.jsonData["parameters"] = string(profile), at.Database(), parameters
				for _, ruling := range truthtable.Rulings() {
					assert.Equal(t, wanted(ruling), numbers(t, query(t, host, from, asksFor(ruling), tableDay())), ruling)
				}
				day := tableDay()
				response := query(t, host, from, `{"bucket":"hour"}`, day)
				require.NoError(t, response.Error)
				status, raw := resource(t, host, from, "Viewer", "POST", "sql", panel(t, `{"bucket":"hour"}`, day, nil))
				require.Equal(t, 200, status, "%s", raw)
				var shown struct{ SQL string }
				require.NoError(t, json.Unmarshal(raw, &shown))
				assert.Equal(t, response.Frames[0].Meta.ExecutedQueryString, shown.SQL, "what is shown is what is run, as the copy keeps its tables")

				response = query(t, host, from, `{"queryType":"status"}`, day)
				require.NoError(t, response.Error)
				fresh, ok := valueOf(t, response, "data_freshness").(time.Time)
				require.True(t, ok)
				assert.True(t, copied.Equal(fresh), fresh)
				assert.Greater(t, valueOf(t, response, "freshness_age"), 0.0)
			})
		}
	}
}

// valueOf is the value of a column of a frame of one row.
func valueOf(t *testing.T, response backend.DataResponse, name string) any {
	t.Helper()
	field, _ := response.Frames[0].FieldByName(name)
	require.NotNil(t, field, name)
	value, ok := field.ConcreteAt(0)
	require.True(t, ok, name)
	return value
}
