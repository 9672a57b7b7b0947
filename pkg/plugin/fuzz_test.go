package plugin

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// FuzzSubscribe reads what a browser sends with a subscription: whatever it is, only the path of its own query opens.
func FuzzSubscribe(f *testing.F) {
	for _, saved := range savedQueries() {
		f.Add("counts/00000000000000000000000000000000", []byte(request(string(saved), time.Hour, clock)))
	}
	f.Add("", []byte(nil))
	f.Add("counts/", []byte(`{"query":null,"from":"0001-01-01T00:00:00Z","to":"9999-12-31T23:59:59Z","intervalMs":-9223372036854775808}`))
	d := newDatasource(f.Context(), stored(goodJSON, goodSecrets()), catalog.Default(), nil, func() time.Time { return clock })
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		answer, err := d.SubscribeStream(t.Context(), &backend.SubscribeStreamRequest{Path: path, Data: data})
		require.NoError(t, err)
		if answer.Status != backend.SubscribeStreamStatusOK {
			return
		}
		var asked PanelRequest
		require.NoError(t, json.Unmarshal(data, &asked))
		s, err := d.streamable(asked)
		require.NoError(t, err)
		assert.Equal(t, s.path(), path)
	})
}

// FuzzSettings reads what somebody has provisioned: it is right, or the fault names a field.
func FuzzSettings(f *testing.F) {
	for _, text := range []string{goodJSON, loopbackJSON, `{"longestRange":"1.5d","staleFor":"0s","cacheMiB":1e308,"maxRunning":-1,"allowedDefinitions":[null]}`,
		`{"profile":"fabric","database":"x","labelLanguage":1031}`, `{"queryTimeout":{}}`, `[]`, `null`, ``} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		settings, err := LoadSettings(stored(text, goodSecrets()))
		if err == nil {
			err = settings.Validate(catalog.Default())
		}
		if err == nil {
			_, err = settings.config()
			require.NoError(t, err, "what is accepted can be used")
			return
		}
		var setting *SettingError
		require.True(t, errors.As(err, &setting), "%v", err)
		assert.NotEmpty(t, setting.Field)
		assert.NotContains(t, err.Error(), secretText)
	})
}
