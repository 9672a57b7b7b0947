package tally_test

import (
	"encoding/xml"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plot is lines over a number that grows tenfold from place to place, as its values do.
type plot struct {
	title, across, up string
	xs                []float64
	lines             []plotLine
}

type plotLine struct {
	name, color string
	values      []float64 // one for each of xs, above 0
}

// The size of a plot, and of the margins around its field.
const (
	plotWidth, plotHeight                    = 720, 420
	plotLeft, plotRight, plotTop, plotBottom = 70, 170, 50, 55
)

// svg draws a plot. Both axes are logarithmic, from a power of ten to another.
func (p plot) svg() string {
	var all []float64
	for _, line := range p.lines {
		all = append(all, line.values...)
	}
	left, right := decades(p.xs)
	low, high := decades(all)
	x := func(value float64) float64 {
		return plotLeft + (math.Log10(value)-left)/(right-left)*(plotWidth-plotLeft-plotRight)
	}
	y := func(value float64) float64 {
		return plotHeight - plotBottom - (math.Log10(value)-low)/(high-low)*(plotHeight-plotTop-plotBottom)
	}
	var out strings.Builder
	write := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	text := func(atX, atY float64, anchor, words string) {
		write(`<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, atX, atY, anchor, escape(words))
	}
	write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`, plotWidth, plotHeight)
	write(`<title>%s</title>`, escape(p.title))
	write(`<rect width="100%%" height="100%%" fill="#ffffff"/>`)
	text(plotLeft, plotTop-22, "start", p.title)
	text(plotLeft, plotTop-6, "start", p.up)
	text((plotLeft+plotWidth-plotRight)/2, plotHeight-14, "middle", p.across)
	for decade := low; decade <= high; decade++ {
		at := y(math.Pow(10, decade))
		write(`<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#dddddd"/>`, plotLeft, plotWidth-plotRight, at, at)
		text(plotLeft-8, at+4, "end", number(math.Pow(10, decade)))
	}
	for _, value := range p.xs {
		write(`<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#eeeeee"/>`, x(value), x(value), plotTop, plotHeight-plotBottom)
		text(x(value), plotHeight-plotBottom+18, "middle", number(value))
	}
	for _, line := range p.lines {
		var points []string
		for i, value := range line.values {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(p.xs[i]), y(value)))
			write(`<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>`, x(p.xs[i]), y(value), line.color)
		}
		write(`<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, strings.Join(points, " "), line.color)
		last := len(line.values) - 1
		text(x(p.xs[last])+10, y(line.values[last])+4, "start", line.name)
	}
	write(`</svg>`)
	return out.String()
}

// decades are the powers of ten between which values lie: at least one apart.
func decades(values []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, value := range values {
		low, high = min(low, math.Floor(math.Log10(value))), max(high, math.Ceil(math.Log10(value)))
	}
	return low, max(high, low+1)
}

// number writes a number with a comma after each three digits.
func number(value float64) string {
	if value < 1000 {
		return fmt.Sprintf("%.4g", value)
	}
	return number(math.Floor(value/1000)) + fmt.Sprintf(",%03d", int(value)%1000)
}

func escape(words string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(words)) // a builder never fails
	return out.String()
}

func TestAPlotIsWellFormedAndHasEveryPointInItsField(t *testing.T) {
	drawn := plot{title: "a < b", across: "sessions", up: "ms", xs: []float64{10_000, 30_000, 1_000_000},
		lines: []plotLine{{"cold", "#000000", []float64{0.5, 7, 20_000}}, {"warm", "#111111", []float64{1, 1, 1}}}}.svg()
	var circles int
	decoder := xml.NewDecoder(strings.NewReader(drawn))
	for {
		token, err := decoder.Token()
		if token == nil {
			break
		}
		require.NoError(t, err)
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "circle" {
			continue
		}
		circles++
		var x, y float64
		_, err = fmt.Sscan(start.Attr[0].Value, &x)
		require.NoError(t, err)
		_, err = fmt.Sscan(start.Attr[1].Value, &y)
		require.NoError(t, err)
		assert.True(t, x >= plotLeft && x <= plotWidth-plotRight && y >= plotTop && y <= plotHeight-plotBottom, "%v %v", x, y)
	}
	assert.Equal(t, 6, circles)
	assert.Contains(t, drawn, "a &lt; b")
	assert.Contains(t, drawn, ">1,000,000<")
}
