package catalog

import (
	"fmt"
	"reflect"
	"time"

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
	"go.yaml.in/yaml/v3"
)

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
