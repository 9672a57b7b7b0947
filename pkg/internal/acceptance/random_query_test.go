package acceptance

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// question is a query as a panel saves it, and what the panel brings along.
type question struct {
	saved query.Query
	env   query.Env
}

// raw is the saved form.
func (q question) raw() []byte {
	raw, err := json.Marshal(q.saved)
	if err != nil {
		panic(err)
	}
	return raw
}

// definition is the definition in force: the query's, else the data source's, else the default.
func (q question) definition() string {
	for _, id := range []string{q.saved.Definition, q.env.Definition} {
		if id != "" {
			return id
		}
	}
	return "2025-02"
}

// zone is the time zone in force.
func (q question) zone() string {
	for _, zone := range []string{q.saved.TimeZone, q.env.TimeZone} {
		if zone != "" {
			return zone
		}
	}
	return "UTC"
}

func (q question) view() catalog.View {
	if q.saved.View == "" {
		return catalog.Historical
	}
	return q.saved.View
}

func drawQuestion(t *rapid.T, cat *catalog.Catalog, s scene) question {
	d := questionDraw{T: t, cat: cat, scene: s}
	d.q.saved.Version = query.Version
	d.zone()
	d.definition()
	d.metrics()
	d.window()
	d.bucket()
	d.groups()
	d.filters()
	return d.q
}

type questionDraw struct {
	*rapid.T
	cat   *catalog.Catalog
	scene scene
	q     question
}

func (d *questionDraw) zone() {
	switch d.pick("zone of", "nobody", "query", "data source", "both") {
	case "query":
		d.q.saved.TimeZone = d.scene.zone
	case "data source":
		d.q.env.TimeZone = d.scene.zone
	case "both":
		d.q.saved.TimeZone, d.q.env.TimeZone = d.scene.zone, "Asia/Tokyo"
	}
}

func (d *questionDraw) definition() {
	d.q.saved.View = catalog.View(d.pick("view", "", "historical", "realtime"))
	definitions := []string{""}
	for _, definition := range d.cat.Definitions {
		definitions = append(definitions, definition.ID)
	}
	d.q.saved.Definition = d.pick("definition", definitions...)
	d.q.env.Definition = d.pick("definition of the data source", definitions...)

	rules := query.Rules{
		EntityRecords:     catalog.EntityRecords(d.override("entity records", "session", "workstream")),
		SMS:               catalog.SMS(d.override("sms", "all", "channel_instance", "none")),
		Events:            catalog.Events(d.override("events", "records", "ignore", "sessions")),
		EventTable:        catalog.EventTable(d.override("event table", "participant_event", "session_event")),
		TimeAxis:          catalog.TimeAxis(d.override("time axis", "session_created", "conversation_created")),
		ExternalTransfers: catalog.Switch(d.override("external transfers", "on", "off")),
		SurveyBots:        catalog.SurveyBots(d.override("survey bots", "include", "exclude")),
	}
	if rules.Events != "" && rules.Events != "ignore" && d.q.definition() == "2026-03" && d.q.view() == catalog.RealTime && rules.EventTable == "" {
		rules.EventTable = catalog.ParticipantEvent // the definition has no table to fall back on
	}
	if rules != (query.Rules{}) {
		d.q.saved.Rules = &rules
	}
}

// override draws a setting once in a while, and else none.
func (d *questionDraw) override(label string, settings ...string) string {
	if d.pick(label+" overridden", "no", "no", "no", "yes") == "no" {
		return ""
	}
	return d.pick(label, settings...)
}

func (d *questionDraw) metrics() {
	for _, metric := range d.cat.Metrics {
		if rapid.Bool().Draw(d.T, metric.ID) {
			d.q.saved.Metrics = append(d.q.saved.Metrics, metric.ID)
		}
	}
}

func (d *questionDraw) window() {
	// Ends of ranges and now lie on quarters of an hour, as many rows do, or a little beside them.
	end := func(label string) time.Time {
		quarters := rapid.IntRange(-12, 12).Draw(d.T, label+": quarters of an hour")
		beside := rapid.SampledFrom([]time.Duration{0, 0, 0, time.Millisecond, 999 * time.Millisecond, 7 * time.Second, -time.Second, -time.Millisecond}).
			Draw(d.T, label+": beside")
		return d.scene.anchor.Add(time.Duration(quarters)*15*time.Minute + beside)
	}
	later := []time.Duration{3 * time.Hour, time.Hour, 12 * time.Hour, 0}
	length := rapid.SampledFrom([]time.Duration{
		24 * time.Hour, 3 * time.Hour, 49 * time.Hour, 73 * time.Hour, 45 * 24 * time.Hour, 15 * time.Minute, 2 * time.Second, 48 * time.Hour,
	}).Draw(d.T, "length")
	d.q.env.To = end("to").Add(rapid.SampledFrom(later).Draw(d.T, "to: later"))
	d.q.env.From = d.q.env.To.Add(-length)
	d.q.env.Now = end("now").Add(rapid.SampledFrom(later).Draw(d.T, "now: later"))
	d.q.env.NowStep = rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute}).Draw(d.T, "step of now")

	windows := []string{"", "", "", "", "", "", "range"}
	for _, window := range d.cat.Windows {
		windows = append(windows, window.ID)
	}
	d.q.saved.Window = d.pick("window", windows...)
	if window, _ := d.cat.Window(d.q.saved.Window); window.TimeAxis != "" && d.q.saved.Rules != nil {
		d.q.saved.Rules.TimeAxis = "" // another one is refused
	}
}

func (d *questionDraw) bucket() {
	d.q.env.Interval = rapid.SampledFrom([]time.Duration{time.Hour, 0, 15 * time.Minute}).Draw(d.T, "interval")
	d.q.env.MaxDataPoints = rapid.SampledFrom([]int64{100, 0, 7}).Draw(d.T, "most points")

	kinds := []string{"", "none"}
	window := wantedWindow(d.cat, d.q)
	if window.OpenFrom.IsZero() { // refused with that window
		kinds = append(kinds, "auto", "month", "week", "day", "24h")
		if length := window.To.Sub(window.From); length <= 80*time.Hour {
			kinds = append(kinds, "hour", "1h", "30m", "7h")
			if length <= 3*time.Hour {
				kinds = append(kinds, "15m", "1m", "90s")
			}
		}
	}
	d.q.saved.Bucket = d.pick("bucket", kinds...)
}

func (d *questionDraw) groups() {
	for range rapid.IntRange(0, 2).Draw(d.T, "groups") {
		dimension := d.dimension("group by").ID
		if !slices.Contains(d.q.saved.GroupBy, dimension) {
			d.q.saved.GroupBy = append(d.q.saved.GroupBy, dimension)
		}
	}
}

func (d *questionDraw) filters() {
	d.q.saved.Filters = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) query.Filter {
		dimension := (&questionDraw{T: t, cat: d.cat}).dimension("filter by")
		filter := query.Filter{
			Dimension: dimension.ID,
			Operator:  rapid.SampledFrom([]query.Operator{"in", "not_in", "in", "not_in", "not_empty", "empty"}).Draw(t, "operator"),
		}
		if filter.Operator == query.In || filter.Operator == query.NotIn {
			filter.Values = rapid.SliceOfNDistinct(rapid.SampledFrom(valuesOf(dimension)), 1, 4, rapid.ID).Draw(t, "values")
		}
		return filter
	}), 0, 2).Draw(d.T, "filters")
}

// dimension draws those more often that are more than a column of a row.
func (d *questionDraw) dimension(label string) catalog.Dimension {
	dimensions := slices.Clone(d.cat.Dimensions)
	for _, dimension := range d.cat.Dimensions {
		if dimension.Column == "" {
			dimensions = append(dimensions, dimension, dimension)
		}
	}
	return rapid.SampledFrom(dimensions).Draw(d.T, label)
}

func (d *questionDraw) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(d.T, label)
}

// valuesOf are values that a random contact center has of a dimension, and one that it has not.
func valuesOf(dimension catalog.Dimension) []string {
	numbers := func(values []int64) []string {
		list := []string{"77"}
		for _, value := range values {
			list = append(list, strconv.FormatInt(value, 10))
		}
		return list
	}
	texts := func(values []uuid.UUID) []string {
		list := []string{numbered(0x99, 1).String()}
		for _, value := range values {
			list = append(list, value.String())
		}
		return list
	}
	switch dimension.Kind {
	case catalog.KindHourOfDay:
		return []string{"12", "0", "1", "2", "3", "11", "22", "23"}
	case catalog.KindDayOfWeek:
		return []string{"1", "2", "3", "4", "5", "6", "7"}
	case catalog.KindOutcome:
		return []string{"deflected", "escalated"}
	case catalog.KindInProgress:
		return []string{"yes", "no"}
	case catalog.KindBot:
		return texts(userIDs)
	case catalog.KindEscalationQueue:
		return texts(queueIDs)
	}
	switch dimension.Column {
	case "msdyn_channel":
		return numbers(channelValues)
	case "msdyn_closurereason":
		return numbers(closureValues)
	case "msdyn_botengagementmode":
		return numbers(engagementValues)
	case "statuscode":
		return numbers(statusValues)
	case "msdyn_cdsqueueid":
		return texts(queueIDs)
	case "msdyn_liveworkstreamid":
		return texts(workstreamIDs)
	case "msdyn_customerlanguageid":
		return texts(languageIDs)
	}
	panic("no values for dimension " + dimension.ID + ": add those that random contact centers have")
}
