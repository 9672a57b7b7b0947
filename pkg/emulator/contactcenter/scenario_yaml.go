package contactcenter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// parseYAML reads a file as a tree of settings. An empty file has none. What would be hard to tell the place of is
// refused: aliases, and further documents.
func parseYAML(name string, content []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var document, more yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, noYAML(name, content, err)
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, noYAML(name, content, err)
		}
		return nil, &FileError{name, more.Line, max(1, more.Column), "a second document begins: a scenario file has one"}
	}
	root := document.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" { // a file of nothing but a document's mark
		return nil, nil
	}
	var errs []error
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.AliasNode || n.Anchor != "" {
			errs = append(errs, &FileError{name, n.Line, n.Column, "anchors and aliases are not read: write the value out"})
			return
		}
		for _, child := range n.Content {
			walk(child)
		}
	}
	walk(root)
	return root, errors.Join(errs...)
}

// yamlLine is how package yaml begins an error of a line.
var yamlLine = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

// noYAML is an error of package yaml, which names at most a line: where its text begins.
func noYAML(name string, content []byte, err error) error {
	line, problem := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if match := yamlLine.FindStringSubmatch(err.Error()); match != nil {
		line, _ = strconv.Atoi(match[1]) // digits
		problem = match[2]
	}
	column := 1
	if lines := bytes.Split(content, []byte("\n")); line >= 1 && line <= len(lines) {
		text := lines[line-1]
		column += len(text) - len(bytes.TrimLeft(text, " \t"))
	}
	return &FileError{name, max(1, line), column, "this is no YAML: " + problem + ": look at the brackets, quotes and indentation here and just before"}
}

// settings are what a mapping may have, each with what reads its value.
type settings map[string]func(n *yaml.Node, path string)

// settingReader reads settings from a tree and gathers what is wrong.
type settingReader struct {
	file string
	errs []*FileError
	bad  map[string]bool // settings that something is wrong with
}

func (r *settingReader) report(n *yaml.Node, path, format string, args ...any) {
	e := &FileError{File: r.file, Line: 1, Column: 1, Problem: fmt.Sprintf(format, args...)}
	if n != nil {
		e.Line, e.Column = n.Line, n.Column
	}
	if path != "" {
		e.Problem = path + ": " + e.Problem
		r.bad[path] = true
	}
	r.errs = append(r.errs, e)
}

// mapping reads a mapping. Unknown settings, those that stand twice and those that are needed and missing are reported.
func (r *settingReader) mapping(n *yaml.Node, path string, all settings, needed ...string) {
	names := slices.Sorted(maps.Keys(all))
	if n.Kind != yaml.MappingNode {
		r.report(n, path, "give settings, each a name and a value: there are %s", spelling.List(names, "and"))
		for _, name := range needed {
			r.bad[path+"."+name] = true
		}
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, known := all[key.Value]
		if key.Kind != yaml.ScalarNode || !known {
			r.report(key, "", "%s", unknownSetting(key, path, names))
			continue
		}
		setting := strings.TrimPrefix(path+"."+key.Value, ".")
		if line, twice := lines[key.Value]; twice {
			r.report(key, setting, "it is set in line %d already: leave one of them out", line)
			continue
		}
		lines[key.Value] = key.Line
		if value.Kind == yaml.ScalarNode && value.Tag == "!!null" {
			r.report(value, setting, "there is no value: give one, or leave the setting out")
			continue
		}
		read(value, setting)
	}
	for _, name := range needed {
		if lines[name] == 0 {
			r.report(n, path+"."+name, "not set: give one, for example %s: %s", name, examples[name])
		}
	}
}

// examples of settings that are needed.
var examples = map[string]string{"line": "Web chat", "bot": "Phone menu", "queue": "General", "from": "2026-03-02 08:00", "lasts": "3h", "factor": "2.5"}

func unknownSetting(key *yaml.Node, path string, names []string) string {
	text := "the setting " + spelling.Quote(key.Value) + " is unknown"
	if path != "" {
		text += " in " + path
	}
	if closest, ok := spelling.Closest(key.Value, names); ok {
		return text + ": did you mean " + closest + "?"
	}
	return text + ": there are " + spelling.List(names, "and")
}

// list reads a list. It is not nil, even where it is empty or wrong.
func list[T any](r *settingReader, n *yaml.Node, path string, read func(*yaml.Node, string) T) []T {
	items := []T{}
	if n.Kind != yaml.SequenceNode {
		r.report(n, path, "give a list: a line for each, which begins with a dash, or [] for none")
		return items
	}
	for i, child := range n.Content {
		items = append(items, read(child, fmt.Sprintf("%s[%d]", path, i)))
	}
	return items
}

// number reads a number or a truth value into to, and reports whether it could.
func number[T uint64 | int | float64 | bool](r *settingReader, n *yaml.Node, path, what string, to *T) bool {
	tags := []string{"!!int"} // what is no whole number would be cut to one
	switch any(*to).(type) {
	case float64:
		tags = []string{"!!int", "!!float"}
	case bool:
		tags = []string{"!!bool"}
	}
	if n.Kind != yaml.ScalarNode || !slices.Contains(tags, n.Tag) || n.Decode(to) != nil {
		r.report(n, path, "%s: give %s", quoted(n), what)
		return false
	}
	return true
}

func (r *settingReader) number(n *yaml.Node, path string) *float64 {
	var value float64
	if !number(r, n, path, "a number", &value) {
		return nil
	}
	return &value
}

func (r *settingReader) numbers(n *yaml.Node, path string) []float64 {
	return list(r, n, path, func(n *yaml.Node, path string) (value float64) {
		if !number(r, n, path, "a number", &value) {
			r.bad[path[:strings.LastIndexByte(path, '[')]] = true
		}
		return value
	})
}

// text reads a text; what looks like a number is one as well.
func (r *settingReader) text(n *yaml.Node, path string) string {
	if n.Kind != yaml.ScalarNode {
		r.report(n, path, "%s: give a text", quoted(n))
		return ""
	}
	if n.Tag == "!!null" {
		r.report(n, path, "there is no value: give a text")
	}
	return n.Value
}

// quoted is a value as errors show it.
func quoted(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "these are settings"
	case yaml.SequenceNode:
		return "this is a list"
	}
	return spelling.Quote(n.Value)
}

// span reads a length of time: Go's form, or whole days or weeks such as 28d and 4w.
func (r *settingReader) span(n *yaml.Node, path string) *time.Duration {
	if n.Kind == yaml.ScalarNode {
		for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
			if digits, ok := strings.CutSuffix(n.Value, suffix); ok {
				if count, err := strconv.ParseUint(digits, 10, 12); err == nil && count <= 4000 {
					d := time.Duration(count) * unit
					return &d
				}
			}
		}
		if d, err := time.ParseDuration(n.Value); err == nil {
			return &d
		}
	}
	r.report(n, path, "%s is no length of time: give one such as 90s, 3h or 28d", quoted(n))
	return nil
}

// clock reads a date and a time of day, which are those of the contact center's clock.
func (r *settingReader) clock(n *yaml.Node, path string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, n.Value); err == nil && n.Kind == yaml.ScalarNode {
			return t
		}
	}
	r.report(n, path, "%s is no date with a time of day: give one such as 2026-03-02 08:00, by the contact center's clock", quoted(n))
	return time.Time{}
}

// place finds where a setting such as campaigns[1].factor stands, or the nearest thing around it.
func place(root *yaml.Node, setting string) *yaml.Node {
	node := root
	for _, step := range strings.FieldsFunc(setting, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := child(node, step)
		if next == nil {
			break
		}
		node = next
	}
	return node
}

// child is the value of a setting, an item of a list, or the name of a part.
func child(node *yaml.Node, step string) *yaml.Node {
	if node == nil {
		return nil
	}
	if i, err := strconv.Atoi(step); err == nil {
		switch {
		case node.Kind == yaml.SequenceNode && i < len(node.Content):
			return node.Content[i]
		case node.Kind == yaml.MappingNode && 2*i < len(node.Content):
			return node.Content[2*i]
		}
		return nil
	}
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	}
	return nil
}
