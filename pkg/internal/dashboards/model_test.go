package dashboards

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const folder = "../../../dashboards"

// dashboard is the classic JSON of one, as far as tests look into it.
type dashboard struct {
	file string // its name
	raw  []byte

	UID           string
	Title         string
	Description   string
	Tags          []string
	SchemaVersion int
	Version       int
	Editable      *bool
	Refresh       string
	TimeZone      string
	Time          struct{ From, To string }
	Links         []dashboardLink
	Templating    struct{ List []variable }
	Annotations   struct{ List []annotation }
	Panels        []panel
}

// dashboardLink stands at the top of a dashboard.
type dashboardLink struct {
	Title, Tooltip, Type, URL string
	KeepTime, IncludeVars     bool
}

// reference is how a panel names its data source.
type reference struct{ Type, UID string }

// annotation marks times on the panels that have a time axis.
type annotation struct {
	Name       string
	Datasource reference
	Enable     bool
	IconColor  string
	Target     json.RawMessage
}

// panel is one, or a row: what stands in a row that is collapsed is inside of it.
type panel struct {
	ID                 int
	Collapsed          bool
	Panels             []panel
	Interval           string
	MaxDataPoints      int64
	Type               string
	Title, Description string
	Datasource         reference
	GridPos            struct{ X, Y, W, H int }
	Targets            []json.RawMessage
	FieldConfig        struct {
		Defaults  fieldConfig
		Overrides []override
	}
	Options         map[string]any
	Links           []dataLink
	Transformations []transformation
}

type fieldConfig struct {
	Unit, NoValue string
	Mappings      []mapping
	Color         color
	Links         []dataLink
	Thresholds    *thresholds
}

type thresholds struct {
	Mode  string
	Steps []struct {
		Color string
		Value *float64
	}
}

// mapping shows values as something else. Its options depend on its type.
type mapping struct {
	Type    string
	Options json.RawMessage
}

// dataLink leads from a panel, or from a value in it.
type dataLink struct{ Title, URL string }

type color struct{ Mode, FixedColor string }

type override struct {
	Matcher    struct{ ID, Options string }
	Properties []property
}

type property struct {
	ID    string
	Value json.RawMessage
}

// property is that of an override, nil where it has none.
func (o override) property(id string) json.RawMessage {
	for _, p := range o.Properties {
		if p.ID == id {
			return p.Value
		}
	}
	return nil
}

type transformation struct {
	ID      string
	Options json.RawMessage
}

// variable is an entry of templating.list. Its query is a text or an object.
type variable struct {
	Name, Label, Description, Type string
	Datasource                     reference
	Definition                     string
	Query                          json.RawMessage
	Multi, IncludeAll              bool
	AllValue                       *string
	Current                        struct{ Text, Value any }
	Options                        []struct{ Text, Value string }
}

// shipped are all dashboards of the folder, by their file's name.
func shipped(t testing.TB) map[string]dashboard {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	require.Len(t, paths, 4)
	all := make(map[string]dashboard)
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		d := dashboard{file: filepath.Base(path), raw: raw}
		require.NoError(t, json.Unmarshal(raw, &d), path)
		require.NotEmpty(t, d.Panels, path)
		all[d.file] = d
	}
	return all
}

// one is a shipped dashboard.
func one(t testing.TB, file string) dashboard {
	t.Helper()
	d, exists := shipped(t)[file]
	require.True(t, exists, file)
	return d
}

// forPanels runs a test for each panel of each dashboard.
func forPanels(t *testing.T, test func(t *testing.T, d dashboard, p panel)) {
	t.Helper()
	for file, d := range shipped(t) {
		for _, p := range d.all() {
			t.Run(fmt.Sprintf("%s, %s", file, p.Title), func(t *testing.T) { test(t, d, p) })
		}
	}
}

func (d dashboard) variable(name string) (variable, bool) {
	for _, v := range d.Templating.List {
		if v.Name == name {
			return v, true
		}
	}
	return variable{}, false
}

// opened are the panels that ask when the dashboard is opened: all but those in collapsed rows.
func (d dashboard) opened() (panels []panel) {
	for _, p := range d.Panels {
		if p.Type != row {
			panels = append(panels, p)
		}
	}
	return panels
}

// all are the panels, with those in rows.
func (d dashboard) all() []panel {
	panels := d.opened()
	for _, p := range d.rows() {
		panels = append(panels, p.Panels...)
	}
	return panels
}

func (d dashboard) rows() (rows []panel) {
	for _, p := range d.Panels {
		if p.Type == row {
			rows = append(rows, p)
		}
	}
	return rows
}

const row = "row"
