package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// file is a parsed configuration file.
type file struct {
	top          level
	environments []entry
}

// entry is one of the environments of a file.
type entry struct {
	name string
	own  level
}

// parser reads one file. It goes on after a mistake, so that all of them are told at once.
type parser struct {
	name     string // of the file, as errors call it
	mistakes []error
}

// environmentName is what can stand in an address and in a label without being quoted.
var environmentName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// parse reads a file. Everything that is wrong is reported at once, in the order of its lines.
func parse(path string, raw []byte) (*file, error) {
	p := &parser{name: filepath.Base(path)}
	said := &file{}
	root := p.document(raw)
	if root != nil {
		p.top(root, said)
	}
	if len(p.mistakes) > 0 {
		return nil, errors.Join(p.mistakes...)
	}
	return said, nil
}

func (p *parser) wrong(line int, format string, args ...any) {
	p.mistakes = append(p.mistakes, fmt.Errorf("%s:%d: %w", p.name, line, fmt.Errorf(format, args...)))
}

// unknown says that a key is none of the known ones, or which one it was meant to be.
func (p *parser) unknown(line int, prefix, key, having string, known []string) {
	if closest, ok := spelling.Closest(key, known); ok {
		p.wrong(line, "%s%s is unknown: did you mean %s%s?", prefix, key, prefix, closest)
		return
	}
	p.wrong(line, "%s%s is unknown: %s %s", prefix, key, having, strings.Join(known, ", "))
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// document returns the one mapping of the file, or nil for an empty one.
func (p *parser) document(raw []byte) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		p.notYAML(err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		p.wrong(second.Line, "a second document begins here: write everything into one")
		return nil
	} else if !errors.Is(err, io.EOF) {
		p.notYAML(err)
		return nil
	}
	return document.Content[0]
}

func (p *parser) notYAML(err error) {
	text, line := err.Error(), "1"
	if found := yamlLine.FindStringSubmatch(text); found != nil {
		text = text[len(found[0]):]
		if found[1] != "" {
			line = found[1]
		}
	}
	p.mistakes = append(p.mistakes, fmt.Errorf("%s:%s: this is no YAML: %s", p.name, line, text))
}

// pairs calls back for each key of a mapping. A mapping without content is null in YAML.
func (p *parser) pairs(node *yaml.Node, what string, each func(key string, line int, value *yaml.Node)) {
	node = followed(node)
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return
	}
	if node.Kind != yaml.MappingNode {
		p.wrong(node.Line, "%s is no mapping: write its settings below it, indented", what)
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if before, ok := seen[key.Value]; ok {
			p.wrong(key.Line, "%s is given twice, first in line %d: remove one", key.Value, before)
			continue
		}
		seen[key.Value] = key.Line
		each(key.Value, key.Line, value)
	}
}

// followed is the node that an alias stands for.
func followed(node *yaml.Node) *yaml.Node {
	for node.Kind == yaml.AliasNode && node.Alias != nil {
		node = node.Alias
	}
	return node
}

func (p *parser) top(root *yaml.Node, said *file) {
	p.pairs(root, "the file", func(key string, line int, value *yaml.Node) {
		switch {
		case key == "environments":
			p.environments(value, said)
		case isSection(key):
			said.top = append(said.top, p.section(key, value)...)
		default:
			p.unknown(line, "", key, "known are", append([]string{"environments"}, sections()...))
		}
	})
}

func (p *parser) environments(node *yaml.Node, said *file) {
	node = followed(node)
	if node.Kind != yaml.SequenceNode || len(node.Content) == 0 {
		p.wrong(node.Line, "environments is no list: write each environment as an entry that begins with - name:")
		return
	}
	lines := map[string]int{}
	for _, item := range node.Content {
		e := entry{}
		nameLine := item.Line
		p.pairs(item, "an environment", func(key string, line int, value *yaml.Node) {
			switch {
			case key == "name":
				e.name, nameLine = followed(value).Value, line
			case isSection(key):
				e.own = append(e.own, p.section(key, value)...)
			default:
				p.unknown(line, "", key, "an environment has", append([]string{"name"}, sections()...))
			}
		})
		before, twice := lines[e.name]
		switch {
		case e.name == "":
			p.wrong(nameLine, "this environment has no name: write one, which /probe?target= will know it by")
		case !environmentName.MatchString(e.name):
			p.wrong(nameLine, "name %q cannot be: use up to 64 letters, digits, dots, dashes and underscores", e.name)
		case twice:
			p.wrong(nameLine, "name %s is given twice, first in line %d: choose another one", e.name, before)
		}
		lines[e.name] = nameLine
		said.environments = append(said.environments, e)
	}
}

// section reads the settings of dataverse, tally or query.
func (p *parser) section(section string, node *yaml.Node) level {
	var all level
	p.pairs(node, section, func(key string, line int, value *yaml.Node) {
		s, ok := settingOf(section, key)
		if !ok {
			p.unknown(line, section+".", key, section+" has", keys(section))
			return
		}
		texts, ok := p.texts(s, value)
		if !ok {
			return
		}
		var scratch Environment
		if err := s.read(&scratch, texts); err != nil {
			p.wrong(line, "%s: %w", s.name, err)
			return
		}
		all = append(all, said{s, texts})
	})
	return all
}

// texts are the value of a setting as flags have it.
func (p *parser) texts(s setting, value *yaml.Node) ([]string, bool) {
	value = followed(value)
	switch {
	case s.form == mapping && value.Kind == yaml.MappingNode:
		var texts []string
		before := len(p.mistakes)
		p.pairs(value, s.name, func(key string, line int, value *yaml.Node) {
			if text, ok := p.text(s.name+"."+key, value); ok {
				texts = append(texts, key+"="+text)
			}
		})
		return texts, len(p.mistakes) == before
	case s.form == mapping:
		p.wrong(value.Line, "%s is no mapping: write a line such as last_24h_by_bot: 5m below it, indented", s.name)
		return nil, false
	case s.form == list && value.Kind == yaml.SequenceNode && len(value.Content) > 0:
		var texts []string
		for _, item := range value.Content {
			text, ok := p.text(s.name, item)
			if !ok {
				return nil, false
			}
			texts = append(texts, text)
		}
		return texts, true
	}
	text, ok := p.text(s.name, value)
	return []string{text}, ok
}

// text is a single value. An empty one is never what was meant.
func (p *parser) text(name string, value *yaml.Node) (string, bool) {
	value = followed(value)
	if value.Kind != yaml.ScalarNode {
		p.wrong(value.Line, "%s is no single value: write one behind the colon", name)
		return "", false
	}
	if value.Tag == "!!null" || value.Value == "" {
		p.wrong(value.Line, "%s is empty: write a value, or remove the line", name)
		return "", false
	}
	return value.Value, true
}

func sections() []string { return []string{"dataverse", "tally", "query"} }

func isSection(key string) bool { return len(keys(key)) > 0 }

// keys are the settings of a section.
func keys(section string) []string {
	var names []string
	for _, s := range settings {
		if key, ok := strings.CutPrefix(s.name, section+"."); ok {
			names = append(names, key)
		}
	}
	return names
}

func settingOf(section, key string) (setting, bool) {
	for _, s := range settings {
		if s.name == section+"."+key {
			return s, true
		}
	}
	return setting{}, false
}
