package query

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// MaxSize is the largest saved query, in bytes, that Parse reads.
const MaxSize = 1 << 20

// Parse reads the saved form of a query: JSON, of this version or an older one. It is strict: an unknown field or a
// value of the wrong type is an error, so that a misspelt filter can never be a filter that is silently not there.
// Only the fields that Grafana itself puts beside a data source's own are let through. A field that is null is absent.
//
// Parse looks at the form only; whether the names exist is for Resolve to say. Errors are of type *Error.
func Parse(raw []byte) (Query, error) {
	return parse(raw, Version, migrations)
}

// migration rewrites the fields of a query of one version into those of the next.
type migration func(fields object) error

// migrations has, for each older version, the step to the next one.
var migrations = map[int]migration{1: windowOfRealTime}

// windowOfRealTime keeps the meaning of a query of version 1 that names no window: in the real-time view, too, that was
// the panel's time range, and from version 2 on it is the window that the data source is set to.
func windowOfRealTime(fields object) error {
	text := func(name string) (text string) {
		_ = json.Unmarshal(fields[name], &text) // what is no text is refused later
		return text
	}
	if _, named := fields["window"]; (!named || isNull(fields["window"]) || text("window") == "") && text("view") == string(catalog.RealTime) {
		fields["window"] = json.RawMessage(`"` + string(catalog.WindowRange) + `"`)
	}
	return nil
}

func parse(raw []byte, current int, steps map[int]migration) (Query, error) {
	if len(raw) > MaxSize {
		return Query{}, &Error{"query", fmt.Sprintf("has %d bytes", len(raw)), fmt.Sprintf("write at most %d", MaxSize)}
	}
	if err := syntax(raw); err != nil {
		return Query{}, err
	}
	fields, err := readObject(raw, "query", "")
	if err != nil {
		return Query{}, err
	}
	version, err := versionOf(fields, current)
	if err != nil {
		return Query{}, err
	}
	for ; version < current; version++ {
		if err := steps[version](fields); err != nil {
			return Query{}, err
		}
	}
	for name := range grafanaFields {
		delete(fields, name)
	}
	var q Query
	if err := decodeObject(fields, &q); err != nil {
		return Query{}, err
	}
	q.Version = current
	return q, nil
}

// syntax reports text that is no JSON.
func syntax(raw []byte) error {
	const remedy = "write one JSON object"
	var value json.RawMessage
	err := json.Unmarshal(raw, &value)
	var syntax *json.SyntaxError
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return &Error{"query", "is empty", remedy}
	case errors.As(err, &syntax):
		return &Error{"query", fmt.Sprintf("is no JSON, at byte %d: %s", syntax.Offset, syntax), remedy}
	case err != nil:
		return &Error{"query", "is no JSON: " + err.Error(), remedy}
	}
	return nil
}

// versionOf is the version of a saved query: 1 where it has none.
func versionOf(fields object, current int) (int, error) {
	raw, ok := fields["version"]
	if !ok || isNull(raw) {
		return 1, nil
	}
	version, err := strconv.Atoi(string(bytes.TrimSpace(raw)))
	switch {
	case err != nil || version < 0:
		return 0, &Error{"version", "is " + describe(raw), fmt.Sprintf("write %d", current)}
	case version > current:
		return 0, &Error{"version", fmt.Sprintf("%d is newer than %d, which this version of Tally reads", version, current), "update Tally, or save the query again with this one"}
	}
	return max(version, 1), nil
}

// grafanaFields are those that Grafana adds to a saved query or to its request. They are the SDK's common query
// properties and what Explore and annotations put beside them.
var grafanaFields = map[string]bool{
	"refId": true, "datasource": true, "datasourceId": true, "hide": true, "key": true,
	"intervalMs": true, "maxDataPoints": true, "timeRange": true, "resultAssertions": true, "requestId": true,
	"fromAnnotations": true, "queryCachingTTL": true,
}

// Convert rewrites a saved query of this version or an older one as this version writes it. What Grafana has put beside
// a data source's own fields stays as it is. Errors are those of Parse.
func Convert(raw []byte) (map[string]json.RawMessage, error) {
	q, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	written, err := json.Marshal(q)
	if err != nil {
		return nil, &Error{"query", "cannot be written: " + err.Error(), "report this"}
	}
	converted, err := readObject(written, "query", "")
	if err != nil {
		return nil, err
	}
	before, err := readObject(raw, "query", "")
	if err != nil {
		return nil, err
	}
	for name := range grafanaFields {
		if value, ok := before[name]; ok {
			converted[name] = value
		}
	}
	return converted, nil
}
