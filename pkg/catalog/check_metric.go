package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// units are the Grafana unit ids that fit a number or a share of conversations.
var units = []string{"locale", "percentunit"}

func (p place) metric(m Metric) {
	p.oneOf("unit", m.Unit, units)
	forms := 0
	if m.Shape.Count != "" {
		forms++
		p.oneOf("shape.count", string(m.Shape.Count), texts([]CountColumn{CountTotal, CountEscalated, CountInProgress}))
		if m.Unit == "percentunit" {
			p.report("unit", "percentunit does not go with a count", "write locale")
		}
	}
	if m.Shape.Difference != nil {
		forms++
		p.operands("shape.difference", *m.Shape.Difference)
	}
	if m.Shape.Ratio != nil {
		forms++
		p.operands("shape.ratio", *m.Shape.Ratio)
	}
	if forms != 1 {
		problem := "has no form"
		if forms > 1 {
			problem = fmt.Sprintf("has %d forms", forms)
		}
		p.report("shape", problem, "write exactly one of count, difference or ratio")
	}
}

func (p place) operands(field string, o Operands) {
	for _, operand := range []struct{ name, metric string }{{"of", o.Of}, {"by", o.By}} {
		if p.required(field+"."+operand.name, operand.metric, "add the id of a metric") {
			p.known(field+"."+operand.name, "metric", operand.metric, p.loader.ids.metrics)
		}
	}
}

// noCycles reports metrics that are made of themselves, and those that are nested deeper than Evaluate goes.
func (l *loader) noCycles() {
	w := nestingWalk{metrics: map[string]entry[Metric]{}, depth: map[string]int{}}
	for e := range sound(l.metrics) {
		w.metrics[e.value.ID] = e
	}
	for e := range sound(l.metrics) {
		w.visit(e.value.ID)
	}
}

// nestingWalk goes through the metrics and their operands, each metric once.
type nestingWalk struct {
	metrics map[string]entry[Metric]
	path    []string       // the metrics that are being visited, outermost first
	depth   map[string]int // of the metrics that have been visited: 1 for a count
}

// visit returns the depth of a metric, and 0 for one that is being visited, is not known, or was reported.
func (w *nestingWalk) visit(id string) int {
	if depth, ok := w.depth[id]; ok {
		return depth
	}
	e, ok := w.metrics[id]
	if !ok {
		return 0
	}
	if i := slices.Index(w.path, id); i >= 0 {
		cycle := strings.Join(append(slices.Clone(w.path[i:]), id), " -> ")
		e.place.report("shape", "is made of itself: "+cycle, "let one of them be a count")
		return 0
	}
	w.path = append(w.path, id)
	depth := 0
	for _, operand := range operandsOf(e.value.Shape) {
		depth = max(depth, w.visit(operand))
	}
	w.path = w.path[:len(w.path)-1]
	depth++
	if depth > maxNesting {
		e.place.report("shape", fmt.Sprintf("nests %d metrics", depth), fmt.Sprintf("nest at most %d", maxNesting))
		depth = 0
	}
	w.depth[id] = depth
	return depth
}

func operandsOf(s Shape) []string {
	var ids []string
	for _, o := range []*Operands{s.Difference, s.Ratio} {
		if o != nil {
			ids = append(ids, o.Of, o.By)
		}
	}
	return ids
}
