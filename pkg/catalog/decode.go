package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

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

// instead is the remedy for an unknown name.
func instead(word string, names []string) string {
	if close, ok := spelling.Closest(word, names); ok {
		return "did you mean " + close + "? Known are " + spelling.List(names, "and")
	}
	return "known are " + spelling.List(names, "and")
}

// either lists settings to choose from.
func either(settings []string) string { return spelling.List(settings, "or") }
