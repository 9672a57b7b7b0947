package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// dimensionForm is what a kind of dimension is written with.
type dimensionForm struct {
	column, lookup, options bool
	values                  []string // the exact values of the option set, where the statement makes them
	numbers                 bool     // the option set holds numbers
}

var dimensionForms = map[DimensionKind]dimensionForm{
	KindChoice:          {column: true, options: true, numbers: true},
	KindLookup:          {column: true, lookup: true},
	KindBot:             {lookup: true},
	KindEscalationQueue: {lookup: true},
	KindHourOfDay:       {options: true, numbers: true, values: count(0, 23)},
	KindDayOfWeek:       {options: true, numbers: true, values: count(1, 7)},
	KindOutcome:         {options: true, values: []string{"deflected", "escalated"}},
	KindInProgress:      {options: true, values: []string{"yes", "no"}},
}

var dimensionKinds = []DimensionKind{KindChoice, KindLookup, KindBot, KindEscalationQueue, KindHourOfDay, KindDayOfWeek, KindOutcome, KindInProgress}

func (p place) dimension(d Dimension) {
	if !p.oneOf("kind", string(d.Kind), texts(dimensionKinds)) {
		return
	}
	form := dimensionForms[d.Kind]
	because := "kind " + string(d.Kind)
	if form.column {
		p.oneOf("entity", string(d.Entity), texts([]Entity{EntitySession, EntityConversation}))
		p.logicalName("column", d.Column)
	} else {
		p.unwanted("entity", string(d.Entity), because)
		p.unwanted("column", d.Column, because)
	}
	switch {
	case form.lookup && d.Lookup == nil:
		p.report("lookup", "is missing", "add the table, key and label that name the ids")
	case form.lookup:
		p.logicalName("lookup.table", d.Lookup.Table)
		p.logicalName("lookup.key", d.Lookup.Key)
		p.logicalName("lookup.label", d.Lookup.Label)
	case d.Lookup != nil:
		p.report("lookup", "does not go with "+because, "remove it")
	}
	if !form.options {
		p.unwanted("options", d.Options, because)
	} else if p.required("options", d.Options, "add the id of an option set") && p.known("options", "option set", d.Options, p.loader.ids.optionSets) {
		p.optionValues(form, d)
	}
}

// optionValues reports an option set whose values a dimension of this kind cannot have.
func (p place) optionValues(form dimensionForm, d Dimension) {
	for e := range sound(p.loader.optionSets) {
		if e.value.ID != d.Options {
			continue
		}
		var values []string
		for _, o := range e.value.Options {
			values = append(values, o.Value)
		}
		if form.values != nil && !sameWords(values, form.values) {
			p.report("options", fmt.Sprintf("%s does not have exactly the values of kind %s", d.Options, d.Kind), "choose an option set with "+strings.Join(form.values, ", "))
		} else if form.numbers && slices.ContainsFunc(values, func(v string) bool { return !isNumber(v) }) {
			p.report("options", fmt.Sprintf("%s has values that are no numbers", d.Options), "choose an option set of numbers")
		}
		return
	}
}

func (p place) logicalName(field, name string) {
	if p.required(field, name, "add the logical name, as Dataverse has it") && !logicalName.MatchString(name) {
		p.report(field, fmt.Sprintf("%q is no logical name", name), logicalNameForm)
	}
}

// options checks the options of a set: numbers or words, each once.
func (p place) options(options []Option) {
	if len(options) == 0 {
		p.report("options", "is missing", "add at least one value with its label")
	}
	seen := map[string]int{}
	for i, o := range options {
		field := fmt.Sprintf("options[%d]", i)
		p.required(field+".label", o.Label, "add what people call it")
		if !p.required(field+".value", o.Value, "add the number or the word") {
			continue
		}
		if !isNumber(o.Value) && !logicalName.MatchString(o.Value) {
			p.report(field+".value", fmt.Sprintf("%q is neither a number nor a plain word", o.Value), "write the option's number in decimal digits")
		} else if isNumber(o.Value) != isNumber(options[0].Value) {
			p.report(field+".value", fmt.Sprintf("%q is mixed with others: numbers and words", o.Value), "write either numbers or words")
		}
		if first, ok := seen[o.Value]; ok {
			p.report(field+".value", fmt.Sprintf("%s is there already, as %q", o.Value, options[first].Label), "remove one of them")
			continue
		}
		seen[o.Value] = i
	}
}

// isNumber tells whether a value is a number as Go writes it: 1, not 01 or +1.
func isNumber(value string) bool {
	n, err := strconv.ParseInt(value, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == value
}

func sameWords(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// count lists the numbers from first to last.
func count(first, last int) []string {
	var numbers []string
	for n := first; n <= last; n++ {
		numbers = append(numbers, strconv.Itoa(n))
	}
	return numbers
}
