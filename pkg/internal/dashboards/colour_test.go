package dashboards

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// meanings are the colours that mean something wherever they stand.
var meanings = map[string]string{
	"Deflected": "#3274D9", "Deflection rate": "#3274D9",
	"Escalated":   "#C4621B",
	"In progress": "#A352CC", "In progress now": "#A352CC",
	"Deflection rate, today": "#3274D9",
}

// backgrounds of panels and pages, in Grafana's dark and light theme.
var backgrounds = []string{"#181b1f", "#111217", "#ffffff", "#f4f5f5"}

// minContrast is what WCAG 2.2 asks of graphical objects (1.4.11) and of large text (1.4.3).
const minContrast = 3.0

func TestColoursKeepTheirMeaningAcrossPanels(t *testing.T) {
	owners := map[string]string{"#3274D9": "deflected", "#C4621B": "escalated", "#A352CC": "in progress"}
	seen := map[string]bool{}
	check := func(t *testing.T, name, colour string) {
		if want, means := meanings[name]; means {
			assert.Equal(t, want, colour, name)
			seen[name] = true
		}
		if owner, taken := owners[colour]; taken {
			stem := strings.NewReplacer("deflected", "deflect", "escalated", "escalat").Replace(owner)
			known := strings.Contains(strings.ToLower(name), stem) || strings.HasPrefix(name, "of ") // the lines of an escalation rate
			assert.True(t, known, "%s has the colour of %s", name, owner)
		}
	}
	forPanels(t, func(t *testing.T, _ dashboard, p panel) {
		if c := p.FieldConfig.Defaults.Color; c.Mode == "fixed" {
			check(t, p.Title, c.FixedColor)
		}
		for _, o := range p.FieldConfig.Overrides {
			for _, property := range o.Properties {
				if property.ID == "color" {
					var c color
					require.NoError(t, json.Unmarshal(property.Value, &c))
					check(t, o.Matcher.Options, c.FixedColor)
				}
			}
		}
	})
	for name := range meanings {
		assert.True(t, seen[name], "no panel shows %s", name)
	}
}

func TestEveryColourIsSeenInTheDarkAndInTheLight(t *testing.T) {
	check := func(t *testing.T, colour string) {
		t.Helper()
		switch colour {
		case "", "text": // the theme's own
			return
		}
		require.Regexp(t, `^#[0-9A-F]{6}$`, colour, "a name has other shades in each theme")
		for _, background := range backgrounds {
			assert.GreaterOrEqual(t, contrast(t, colour, background), minContrast, "%s on %s", colour, background)
		}
	}
	forPanels(t, func(t *testing.T, _ dashboard, p panel) {
		for _, colour := range p.colours(t) {
			check(t, colour)
		}
	})
	for _, d := range shipped(t) {
		for _, a := range d.Annotations.List {
			check(t, a.IconColor)
		}
	}
}

// colours are all that a panel names: of its fields, thresholds and mapped values.
func (p panel) colours(t *testing.T) (found []string) {
	t.Helper()
	steps := func(of *thresholds) {
		if of != nil {
			for _, step := range of.Steps {
				found = append(found, step.Color)
			}
		}
	}
	found = append(found, p.FieldConfig.Defaults.Color.FixedColor)
	steps(p.FieldConfig.Defaults.Thresholds)
	mappings := p.FieldConfig.Defaults.Mappings
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			switch property.ID {
			case "color":
				var c color
				require.NoError(t, json.Unmarshal(property.Value, &c))
				found = append(found, c.FixedColor)
			case "thresholds":
				var of thresholds
				require.NoError(t, json.Unmarshal(property.Value, &of))
				steps(&of)
			case "mappings":
				var more []mapping
				require.NoError(t, json.Unmarshal(property.Value, &more))
				mappings = append(mappings, more...)
			}
		}
	}
	for _, m := range mappings {
		if m.Type != "value" {
			continue
		}
		var values map[string]struct{ Color string }
		require.NoError(t, json.Unmarshal(m.Options, &values))
		for _, value := range values {
			found = append(found, value.Color)
		}
	}
	return found
}

// Grafana colours a change itself, in a green and a red of its theme: green for a rise, or where the panel says inverted
// for a fall.
func TestAChangeIsGreenWhereItIsGoodAndRedWhereItIsBad(t *testing.T) {
	modes := map[string]string{
		"Total": "same_as_value", "Escalated": "inverted", "Deflected": "standard",
		"Escalation rate": "inverted", "Deflection rate": "standard", "In progress": "same_as_value",
	}
	changing := 0
	forPanels(t, func(t *testing.T, _ dashboard, p panel) {
		if p.Options["showPercentChange"] != true {
			return
		}
		changing++
		assert.Equal(t, modes[p.Title], p.Options["percentChangeColorMode"])
		assert.Equal(t, map[string]any{"calcs": []any{"last"}, "fields": "", "values": false}, p.Options["reduceOptions"],
			"a number that is not there is not replaced by the earlier one")
	})
	assert.Equal(t, len(modes), changing)
	for panel, colours := range map[string][]string{"#181b1f": {"#73BF69", "#F2495C"}, "#ffffff": {"#56A64B", "#E02F44"}} { // Grafana 12's
		for _, colour := range colours {
			assert.GreaterOrEqual(t, contrast(t, colour, panel), minContrast, "%s on %s", colour, panel)
		}
	}
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	assert.InDelta(t, 21, contrast(t, "#000000", "#FFFFFF"), 0.001)
	assert.InDelta(t, 1, contrast(t, "#3274D9", "#3274D9"), 0.001)
	assert.InDelta(t, 4.54, contrast(t, "#767676", "#FFFFFF"), 0.01)
}

// contrast is the ratio of two colours' relative luminance, from 1 to 21.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light, dark := luminance(t, a), luminance(t, b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		part, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		require.NoError(t, err)
		c := float64(part) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
