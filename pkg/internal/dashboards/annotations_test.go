package dashboards

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnnotationsAreNamedAndSwitchedOffAsTheyCostStatements(t *testing.T) {
	for file, d := range shipped(t) {
		for _, a := range d.Annotations.List {
			assert.NotEmpty(t, a.Name, file)
			assert.False(t, a.Enable, "%s, %s", file, a.Name)
			assert.Equal(t, reference{sources["datasource"], "${datasource}"}, a.Datasource, a.Name)
		}
	}
	assert.Len(t, one(t, "bot-historical.json").Annotations.List, 2)
}

func TestEveryAnnotationIsAnsweredWithSpansInTheTimeRange(t *testing.T) {
	r := openRoad(t)
	span := r.history()
	d := one(t, "bot-historical.json")
	for _, a := range d.Annotations.List {
		t.Run(a.Name, func(t *testing.T) {
			for _, bucket := range []string{"auto", "hour", "day"} {
				saved := d.defaults().with("bucket", bucket).interpolate(t, a.Target)
				frame := r.ask(t, span, map[string]json.RawMessage{a.Name: saved})[a.Name]
				assert.Equal(t, data.FrameTypeTable, frame.Meta.Type)
				assert.Equal(t, []string{"time", "timeEnd", "title", "text", "tags"}, names(frame))
				for row := range frame.Rows() {
					from, isTime := frame.At(0, row).(time.Time)
					require.True(t, isTime)
					to, isTime := frame.At(1, row).(time.Time)
					require.True(t, isTime)
					assert.False(t, from.Before(span.From) || to.After(span.To) || !from.Before(to), "%s to %s", from, to)
				}
				if bucket == "hour" && a.Name == "Escalation spikes" {
					assert.Positive(t, frame.Rows(), "there are hours of the night with one conversation, and that one escalated")
				}
			}
		})
	}
}
