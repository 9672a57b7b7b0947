package catalog

import (
	"fmt"
	"maps"
	"slices"
)

// Views are the views in their order.
func Views() []View { return []View{Historical, RealTime} }

func (p place) views(views map[View]Rules) {
	for _, view := range Views() {
		field := "views." + string(view)
		rules, ok := views[view]
		if !ok {
			p.report(field, "is missing", "add the rules of this view; both views may have the same")
			continue
		}
		for _, problem := range rules.Problems() {
			p.report(field+"."+problem.Rule, problem.Problem, problem.Remedy)
		}
	}
	for _, view := range slices.Sorted(maps.Keys(views)) {
		if !slices.Contains(Views(), view) {
			p.report("views."+clip(string(view)), "unknown view", instead(string(view), texts(Views())))
		}
	}
}

// oneDefault reports when not exactly one definition is the default.
func (l *loader) oneDefault() {
	var first *entry[Definition]
	for i, e := range l.definitions {
		switch {
		case !e.value.Default:
		case first == nil:
			first = &l.definitions[i]
		default:
			e.place.report("default", fmt.Sprintf("%s is the default already", first.place.name), "remove it here; a data source or a query can choose this definition")
		}
	}
	if first == nil && len(l.definitions) > 0 && !slices.ContainsFunc(l.definitions, func(e entry[Definition]) bool { return e.broken }) {
		l.definitions[0].place.report("default", "no definition is the default", "write default: true in one of them")
	}
}
