package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
	"go.yaml.in/yaml/v3"
)

// maxFileSize is the largest file, in bytes, that Load reads.
const maxFileSize = 1 << 20

// entry is an entry of a file, with where it stands.
type entry[T any] struct {
	value  T
	place  place
	broken bool // not of the form of its type: reported already, and not checked any further
}

// place says where an entry stands, so that what is wrong with it can be reported there.
type place struct {
	loader *loader
	file   int
	name   string // for example metric total
	node   *yaml.Node
}

// report says what is wrong with a field of the entry, or with the entry when field is "".
func (p place) report(field, problem, remedy string) {
	p.loader.report(p.file, &Error{Line: lineOf(p.node, field), Entry: p.name, Field: field, Problem: problem, Remedy: remedy})
}

// lineOf finds the line of a field by its path, as far down as the path exists.
func lineOf(node *yaml.Node, field string) int {
	line := node.Line
	for key := range strings.SplitSeq(field, ".") {
		name, _, _ := strings.Cut(key, "[")
		next := member(node, name)
		if next == nil {
			break
		}
		node, line = next, next.Line
		var index int
		if _, err := fmt.Sscanf(strings.TrimPrefix(key, name), "[%d]", &index); err == nil && index < len(node.Content) {
			node, line = node.Content[index], node.Content[index].Line
		}
	}
	return line
}

// member is the value of a key, or nil.
func member(node *yaml.Node, key string) *yaml.Node {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

var sections = []string{"pages", "definitions", "metrics", "dimensions", "windows", "option_sets"}

// read adds the entries of a file.
func (l *loader) read(f File) {
	file := len(l.files)
	l.files = append(l.files, f.Name)
	root := l.parse(file, f.Data)
	if root == nil {
		return
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, list := root.Content[i], root.Content[i+1]
		switch key.Value {
		case "pages":
			collect(l, file, list, "page", &l.pages)
		case "definitions":
			collect(l, file, list, "definition", &l.definitions)
		case "metrics":
			collect(l, file, list, "metric", &l.metrics)
		case "dimensions":
			collect(l, file, list, "dimension", &l.dimensions)
		case "windows":
			collect(l, file, list, "window", &l.windows)
		case "option_sets":
			collect(l, file, list, "option set", &l.optionSets)
		case "rules":
			collect(l, file, list, "rule", &l.rules)
		default:
			l.report(file, &Error{Line: key.Line, Problem: "unknown key " + spelling.Quote(key.Value), Remedy: instead(key.Value, sections)})
		}
	}
}

// parse reads the one document of a file, which must be a mapping.
func (l *loader) parse(file int, text []byte) *yaml.Node {
	what := "write a mapping with " + spelling.List(sections, "or")
	if len(text) > maxFileSize {
		l.report(file, &Error{Problem: fmt.Sprintf("has %d bytes", len(text)), Remedy: fmt.Sprintf("split it into files of at most %d bytes", maxFileSize)})
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		l.report(file, &Error{Problem: "is empty", Remedy: what})
		return nil
	} else if err != nil {
		l.syntax(file, err)
		return nil
	}
	var next yaml.Node
	if err := decoder.Decode(&next); err == nil {
		l.report(file, &Error{Line: next.Line, Problem: "a second document begins", Remedy: "write one document a file, without ---"})
		return nil
	} else if !errors.Is(err, io.EOF) {
		l.syntax(file, err)
		return nil
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		l.report(file, &Error{Line: root.Line, Problem: "is " + kindOf(root), Remedy: what})
		return nil
	}
	return root
}

// syntax reports text that is no YAML. The parser has the line only in its message.
func (l *loader) syntax(file int, err error) {
	e := &Error{Problem: "is no YAML: " + strings.TrimPrefix(err.Error(), "yaml: "), Remedy: "check tabs, indentation, colons and quotation marks there and on the next line"}
	if _, scanErr := fmt.Sscanf(err.Error(), "yaml: line %d:", &e.Line); scanErr == nil {
		_, e.Problem, _ = strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), ": ")
		e.Problem = "is no YAML: " + e.Problem
	}
	l.report(file, e)
}

// collect adds the entries of a list. The form of each is checked before it is decoded, as only the nodes have lines.
func collect[T any](l *loader, file int, list *yaml.Node, kind string, into *[]entry[T]) {
	if list.Kind != yaml.SequenceNode {
		l.report(file, &Error{Line: list.Line, Entry: kind + "s", Problem: "are " + kindOf(list), Remedy: "write a list of entries, each begun with a dash"})
		return
	}
	for i, node := range list.Content {
		e := entry[T]{place: place{loader: l, file: file, node: node, name: fmt.Sprintf("%s no. %d", kind, i+1)}}
		if id := member(node, "id"); id != nil && id.Kind == yaml.ScalarNode && id.Value != "" {
			e.place.name = kind + " " + clip(id.Value)
		}
		before := len(l.problems)
		e.place.form(node, reflect.TypeFor[T](), "")
		if len(l.problems) == before {
			if err := node.Decode(&e.value); err != nil { // what form lets through decodes; else say what the parser says
				e.place.report("", strings.TrimPrefix(err.Error(), "yaml: "), "write it in the form of the embedded files")
			}
		}
		e.broken = len(l.problems) > before
		*into = append(*into, e)
	}
}

// clip keeps names in messages short and printable.
func clip(name string) string {
	quoted := spelling.Quote(name)
	if quoted == `"`+name+`"` {
		return name
	}
	return quoted
}

// form reports where a node is not of the form of a type: another kind of node, unknown or repeated keys.
func (p place) form(node *yaml.Node, typ reflect.Type, field string) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case node.Kind == yaml.AliasNode:
		p.at(node, field, "is an alias", "write out what it stands for")
	case node.Tag == "!!null":
		p.at(node, field, "has no value", "write one or remove the key")
	case typ == reflect.TypeFor[Duration]():
		p.duration(node, field)
	case typ.Kind() == reflect.Struct:
		p.mapping(node, typ, field)
	case typ.Kind() == reflect.Map:
		p.keys(node, field, func(key, value *yaml.Node) {
			p.form(value, typ.Elem(), join(field, key.Value))
		})
	case typ.Kind() == reflect.Slice:
		if node.Kind != yaml.SequenceNode {
			p.at(node, field, "is "+kindOf(node), "write a list")
			return
		}
		for i, element := range node.Content {
			p.form(element, typ.Elem(), fmt.Sprintf("%s[%d]", field, i))
		}
	case typ.Kind() == reflect.Bool:
		if node.Tag != "!!bool" {
			p.at(node, field, "is "+kindOf(node), "write true or false")
		}
	case node.Kind != yaml.ScalarNode:
		p.at(node, field, "is "+kindOf(node), "write a text")
	case !plainScalars[node.Tag]:
		p.at(node, field, "has the tag "+clip(node.Tag), "write a plain text")
	}
}

// plainScalars are the tags of scalars whose text is taken as it stands.
var plainScalars = map[string]bool{"!!str": true, "!!int": true, "!!float": true, "!!bool": true, "!!timestamp": true}

func (p place) mapping(node *yaml.Node, typ reflect.Type, field string) {
	known := map[string]reflect.Type{}
	var names []string
	for i := range typ.NumField() {
		name := typ.Field(i).Tag.Get("yaml")
		if name == "-" {
			continue
		}
		known[name] = typ.Field(i).Type
		names = append(names, name)
	}
	p.keys(node, field, func(key, value *yaml.Node) {
		if typ, ok := known[key.Value]; ok {
			p.form(value, typ, join(field, key.Value))
			return
		}
		p.at(key, field, "unknown key "+spelling.Quote(key.Value), instead(key.Value, names))
	})
}

// keys goes through a mapping and reports keys that repeat.
func (p place) keys(node *yaml.Node, field string, each func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		p.at(node, field, "is "+kindOf(node), "write a mapping of keys and values")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			p.at(key, field, "has a key that is "+kindOf(key), "write a text before the colon")
			continue
		}
		if seen[key.Value] {
			p.at(key, field, "has the key "+spelling.Quote(key.Value)+" twice", "remove one of them")
			continue
		}
		seen[key.Value] = true
		each(key, value)
	}
}

func (p place) duration(node *yaml.Node, field string) {
	const remedy = "write one such as 2h or 15m"
	if node.Kind != yaml.ScalarNode {
		p.at(node, field, "is "+kindOf(node), remedy)
		return
	}
	if d, err := time.ParseDuration(node.Value); err != nil {
		p.at(node, field, spelling.Quote(node.Value)+" is no duration", remedy)
	} else if d < time.Second || d%time.Second != 0 {
		p.at(node, field, node.Value+" is not a number of whole seconds above 0", remedy)
	}
}

// at reports at the line of a node.
func (p place) at(node *yaml.Node, field, problem, remedy string) {
	p.loader.report(p.file, &Error{Line: node.Line, Entry: p.name, Field: field, Problem: problem, Remedy: remedy})
}

func join(field, key string) string {
	if field == "" {
		return clip(key)
	}
	return field + "." + clip(key)
}

// instead is the remedy for an unknown name.
func instead(word string, names []string) string {
	if close, ok := spelling.Closest(word, names); ok {
		return "did you mean " + close + "? Known are " + spelling.List(names, "and")
	}
	return "known are " + spelling.List(names, "and")
}

// either lists settings to choose from.
func either(settings []string) string { return spelling.List(settings, "or") }

// kindOf says what a node is, in a person's words.
func kindOf(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	default:
		if node.Tag == "!!null" {
			return "without a value"
		}
		return "the single value " + spelling.Quote(node.Value)
	}
}
