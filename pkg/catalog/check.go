package catalog

import (
	"fmt"
	"iter"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Ids of entries go into URLs, JSON and metric labels; names of columns and tables go into SQL. Both are plain.
var (
	logicalName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,127}$`)
	definitionID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,127}$`)
)

const (
	logicalNameForm  = "write a lower-case letter and then lower-case letters, digits and underscores"
	definitionIDForm = "write lower-case letters, digits, hyphens and underscores"
)

// check reports what is wrong with the entries of all files together.
func (l *loader) check() {
	l.ids = ids{pages: idsOf(l.pages), metrics: idsOf(l.metrics), optionSets: idsOf(l.optionSets)}
	for e := range sound(l.pages) {
		e.id(logicalName, logicalNameForm)
		e.place.required("title", e.value.Title, "add the title of the page")
		e.place.address(e.value.URL)
	}
	for e := range sound(l.optionSets) {
		e.id(logicalName, logicalNameForm)
		e.place.source(e.value.Source)
		e.place.options(e.value.Options)
	}
	for e := range sound(l.definitions) {
		e.id(definitionID, definitionIDForm)
		e.place.heading(e.value.Title, e.value.Description, e.value.Source)
		e.place.views(e.value.Views)
	}
	for e := range sound(l.metrics) {
		e.id(logicalName, logicalNameForm)
		e.place.heading(e.value.Title, e.value.Description, e.value.Source)
		e.place.metric(e.value)
	}
	for e := range sound(l.dimensions) {
		e.id(logicalName, logicalNameForm)
		e.place.heading(e.value.Title, e.value.Description, e.value.Source)
		e.place.dimension(e.value)
	}
	for e := range sound(l.windows) {
		e.id(logicalName, logicalNameForm)
		e.place.heading(e.value.Title, e.value.Description, e.value.Source)
		e.place.window(e.value)
	}
	for e := range sound(l.rules) {
		e.place.heading(e.value.Title, e.value.Description, e.value.Source)
		e.place.rule(e.value)
	}
	l.oneDefault()
	l.noCycles()
	unique(l.pages)
	unique(l.definitions)
	unique(l.metrics)
	unique(l.dimensions)
	unique(l.windows)
	unique(l.optionSets)
	unique(l.rules)
}

// id checks the form of an entry's id.
func (e entry[T]) id(form *regexp.Regexp, remedy string) {
	if id := any(e.value).(interface{ name() string }).name(); e.place.required("id", id, remedy) && !form.MatchString(id) {
		e.place.report("id", fmt.Sprintf("%q is no plain name", id), remedy)
	}
}

// heading checks what most kinds of entries have in common.
func (p place) heading(title, description string, source Provenance) {
	p.required("title", title, "add one of a few words")
	p.required("description", description, "add a sentence or two that say what it is, to people")
	p.source(source)
}

// required reports a field that is missing or blank.
func (p place) required(field, value, remedy string) bool {
	if strings.TrimSpace(value) != "" {
		return true
	}
	p.report(field, "is missing", remedy)
	return false
}

// unwanted reports a field that does not go with another one.
func (p place) unwanted(field, value, because string) {
	if value != "" {
		p.report(field, "does not go with "+because, "remove it")
	}
}

func (p place) source(s Provenance) {
	if p.required("source.page", s.Page, "add the id of the page that it follows") {
		p.known("source.page", "page", s.Page, p.loader.ids.pages)
	}
	const remedy = "write the date of the page's revision as YYYY-MM-DD"
	if !p.required("source.revision", s.Revision, remedy) {
		return
	}
	if _, err := time.Parse(time.DateOnly, s.Revision); err != nil {
		p.report("source.revision", fmt.Sprintf("%q is no date", s.Revision), remedy)
	}
}

func (p place) address(address string) {
	if address == "" {
		return
	}
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
		p.report("url", fmt.Sprintf("%q is no web address", address), "write one that begins with https://, or leave it out")
	}
}

// known reports a reference to something that no file has.
func (p place) known(field, kind, id string, known []string) bool {
	if slices.Contains(known, id) {
		return true
	}
	p.report(field, fmt.Sprintf("there is no %s %s", kind, clip(id)), instead(id, known))
	return false
}

// oneOf reports a word that is none of the known ones.
func (p place) oneOf(field, word string, words []string) bool {
	if !p.required(field, word, "write "+either(words)) {
		return false
	}
	if slices.Contains(words, word) {
		return true
	}
	p.report(field, "unknown setting "+clip(word), instead(word, words))
	return false
}

// unique reports ids that stand twice, also in different files. The later one is wrong.
func unique[T interface{ name() string }](entries []entry[T]) {
	first := map[string]place{}
	for _, e := range entries {
		id := e.value.name()
		if id == "" {
			continue
		}
		earlier, ok := first[id]
		if !ok {
			first[id] = e.place
			continue
		}
		e.place.report("id", fmt.Sprintf("is taken by the one in %s:%d", e.place.loader.files[earlier.file], lineOf(earlier.node, "id")), "choose another id")
	}
}

// sound goes through the entries whose form is right.
func sound[T any](entries []entry[T]) iter.Seq[entry[T]] {
	return func(yield func(entry[T]) bool) {
		for _, e := range entries {
			if !e.broken && !yield(e) {
				return
			}
		}
	}
}

// ids are those of all entries that others refer to.
type ids struct {
	pages, metrics, optionSets []string
}

// idsOf are those of all entries, also of broken ones: a reference to them is not wrong as well.
func idsOf[T any](entries []entry[T]) []string {
	var list []string
	for _, e := range entries {
		if id := member(e.place.node, "id"); id != nil && id.Value != "" {
			list = append(list, id.Value)
		}
	}
	return list
}
