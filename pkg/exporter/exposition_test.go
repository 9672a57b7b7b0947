package exporter

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/google/uuid"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// get asks for a page with headers, which come in pairs.
func get(t testing.TB, handler http.Handler, path string, headers ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer.Result()
}

const openMetrics = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"

func TestACompressedPageIsThePageCompressed(t *testing.T) {
	e := newExporter(t, &source{}, noon)
	refreshAll(t, e)
	for _, accept := range []string{"", openMetrics} {
		plain, err := io.ReadAll(get(t, e, "/metrics", "Accept", accept).Body)
		require.NoError(t, err)
		answer := get(t, e, "/metrics", "Accept", accept, "Accept-Encoding", "gzip")
		assert.Equal(t, "gzip", answer.Header.Get("Content-Encoding"))
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		assert.Equal(t, strconv.Itoa(len(body)), answer.Header.Get("Content-Length"))
		assert.Less(t, len(body), len(plain)/5)
		one, err := gzip.NewReader(bytes.NewReader(body))
		require.NoError(t, err)
		one.Multistream(false) // clients that know only one member of a file get everything as well
		unpacked, err := io.ReadAll(one)
		require.NoError(t, err)
		assert.Equal(t, string(plain), string(unpacked))
	}
}

// Whatever the parts are, joined and compressed they read back as what was put in.
func TestPartsThatAreCompressedApartReadBackTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []encoded
		var want []byte
		for _, plain := range rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 0, 5).Draw(t, "parts") {
			var deflated bytes.Buffer
			require.NoError(t, deflate(&deflated, plain, false))
			parts = append(parts, encoded{plain, deflated.Bytes()})
			want = append(want, plain...)
		}
		now := rapid.SliceOf(rapid.Byte()).Draw(t, "now")
		want = append(want, now...)
		var plain, compressed bytes.Buffer
		require.NoError(t, join(&plain, parts, now, false))
		require.True(t, bytes.Equal(want, plain.Bytes()))
		require.NoError(t, join(&compressed, parts, now, true))
		reader, err := gzip.NewReader(&compressed)
		require.NoError(t, err)
		got, err := io.ReadAll(reader)
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got))
	})
}

func TestBothFormatsSayTheSame(t *testing.T) {
	e, err := New(Options{Catalog: catalog.Default(), Counter: &source{}, Breakdowns: []string{"queue"}, Now: noon})
	require.NoError(t, err)
	refreshAll(t, e)
	text := decoded(t, get(t, e, "/metrics"), "text/plain")
	open := decoded(t, get(t, e, "/metrics", "Accept", openMetrics), "application/openmetrics-text")
	assert.Greater(t, len(text), 30)
	for name, families := range text {
		other, ok := open[name]
		if !assert.True(t, ok, "%s is not in OpenMetrics", name) {
			continue
		}
		assert.Len(t, other.GetMetric(), len(families.GetMetric()), name)
	}
	body, err := io.ReadAll(get(t, e, "/metrics", "Accept", openMetrics).Body)
	require.NoError(t, err)
	assert.True(t, bytes.HasSuffix(body, []byte("\n# EOF\n")))
	assert.Equal(t, 1, bytes.Count(body, []byte("# EOF")))
}

// A page is in the format that its content type names, whatever the client would rather have.
func TestAClientThatPrefersAnotherFormatGetsOneOfTheTwo(t *testing.T) {
	e := newExporter(t, &source{}, noon)
	refreshAll(t, e)
	const protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding="
	for accept, want := range map[string]string{
		protobuf + "delimited;q=0.6," + openMetrics:                   "application/openmetrics-text",
		protobuf + "delimited;q=0.6,text/plain;version=0.0.4;q=0.5":   "text/plain",
		protobuf + "delimited":                                        "text/plain",
		protobuf + "text":                                             "text/plain",
		protobuf + "compact-text":                                     "text/plain",
		"application/openmetrics-text;version=0.0.1":                  "application/openmetrics-text; version=0.0.1",
		"application/openmetrics-text;version=2.0.0;q=0.9,text/plain": "text/plain",
		"application/json":                                            "text/plain",
	} {
		answer := get(t, e, "/metrics", "Accept", accept)
		assert.Contains(t, answer.Header.Get("Content-Type"), want, accept)
		assert.NotEmpty(t, decoded(t, answer, want), accept)
	}
}

// decoded reads a page by its content type.
func decoded(t *testing.T, answer *http.Response, mediaType string) map[string]*dto.MetricFamily {
	t.Helper()
	require.Contains(t, answer.Header.Get("Content-Type"), mediaType)
	decoder := expfmt.NewDecoder(answer.Body, expfmt.ResponseFormat(answer.Header))
	families := map[string]*dto.MetricFamily{}
	for {
		var family dto.MetricFamily
		err := decoder.Decode(&family)
		if errors.Is(err, io.EOF) {
			return families
		}
		require.NoError(t, err)
		families[family.GetName()] = &family
	}
}

func TestAcceptEncodingIsReadAsTheStandardHasIt(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "deflate": false, "deflate, gzip;q=0.5": true, "gzip;q=0": false,
		"gzip;q=0.0": false, "*": true, "*;q=0": false, "*;q=0, gzip": true, "*, gzip;q=0": false, "identity": false, "gzip;q=x": false,
	} {
		assert.Equal(t, want, takesGzip(http.Header{"Accept-Encoding": {header}}), header)
	}
	assert.True(t, takesGzip(http.Header{"Accept-Encoding": {"br", "gzip"}}))
}

// manySource answers breakdowns with a number of groups.
func manySource(groups int) counterFunc {
	var cells []tally.Cell
	for i := range groups {
		id := uuid.NewSHA1(uuid.NameSpaceOID, []byte(strconv.Itoa(i))).String()
		cells = append(cells, tally.Cell{Group: []tally.GroupValue{{Value: id, Label: fmt.Sprintf("Customer care team %d", i)}},
			Counts: catalog.Counts{Total: int64(i), Escalated: int64(i / 2)}})
	}
	return func(_ context.Context, spec query.Spec) (*tally.Result, error) {
		result := &tally.Result{Spec: spec, AsOf: noon(), Cells: []tally.Cell{{Counts: catalog.Counts{Total: 10, Escalated: 4}}}}
		if len(spec.GroupBy) > 0 {
			result.Cells = cells
		}
		return result, nil
	}
}
