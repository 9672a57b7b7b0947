package config

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// Write prints environments as a configuration file: everything that is in force, each with all of its settings. Where a
// secret comes from a variable of the environment that is set, a comment says so.
func Write(to io.Writer, environments []Environment) error {
	entries := &yaml.Node{Kind: yaml.SequenceNode}
	for _, e := range environments {
		entries.Content = append(entries.Content, e.node())
	}
	encoder := yaml.NewEncoder(to)
	encoder.SetIndent(2)
	root := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{plain("environments"), entries}}
	if err := encoder.Encode(root); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	return encoder.Close()
}

func (e Environment) node() *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{plain("name"), plain(e.Name)}}
	for _, section := range sections() {
		content := &yaml.Node{Kind: yaml.MappingNode}
		for _, key := range keys(section) {
			s, _ := settingOf(section, key)
			texts := s.format(e)
			if len(texts) == 0 {
				continue
			}
			value := valueNode(s.form, texts)
			if s.isVariable() {
				value.LineComment = dataverse.NewSecret(os.Getenv(texts[0])).String() // which shows that there is one
			}
			content.Content = append(content.Content, plain(key), value)
		}
		if len(content.Content) > 0 {
			node.Content = append(node.Content, plain(section), content)
		}
	}
	return node
}

func valueNode(form form, texts []string) *yaml.Node {
	switch form {
	case list:
		node := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, text := range texts {
			node.Content = append(node.Content, plain(text))
		}
		return node
	case mapping:
		node := &yaml.Node{Kind: yaml.MappingNode}
		for _, text := range texts {
			key, value, _ := strings.Cut(text, "=")
			node.Content = append(node.Content, plain(key), plain(value))
		}
		return node
	default:
		return plain(texts[0])
	}
}

// plain is a text or a number; the encoder quotes a text where it would be read as something else.
func plain(text string) *yaml.Node {
	if n, err := strconv.Atoi(text); err == nil && strconv.Itoa(n) == text {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: text}
	}
	node := &yaml.Node{}
	node.SetString(text)
	return node
}
