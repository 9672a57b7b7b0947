package contactcenter

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// maxScenarioFile is the largest scenario file, in bytes.
const maxScenarioFile = 1 << 20

// FileError is what is wrong at a place in a file. Line and Column count from 1; a column is one of bytes.
type FileError struct {
	File         string
	Line, Column int
	Problem      string // with what to give instead
}

// Error is file:line:column: problem.
func (e *FileError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
}

// ReadScenario reads a scenario file, whose form docs/emulator.md describes: options for a generator, without To, From
// and what the file leaves open. name is what errors call the file. All that is wrong is reported at once, by place, as
// *FileError values joined by errors.Join; what is no YAML at all ends the reading.
func ReadScenario(name string, content []byte) (GeneratorOptions, error) {
	if len(content) > maxScenarioFile {
		return GeneratorOptions{}, &FileError{name, 1, 1, fmt.Sprintf("the file has %d bytes: at most %d are read", len(content), maxScenarioFile)}
	}
	root, err := parseYAML(name, content)
	if err != nil {
		return GeneratorOptions{}, err
	}
	r := &settingReader{file: name, bad: map[string]bool{}}
	options := GeneratorOptions{Scenario: &Scenario{}}
	if root != nil {
		r.options(root, &options)
	}
	if err := options.Scenario.Validate(); err != nil {
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() { // errors.Join's
			if setting := new(SettingError); errors.As(e, &setting) && !r.bad[setting.Setting] {
				r.report(place(root, setting.Setting), setting.Setting, "%s", setting.Problem)
			}
		}
	}
	slices.SortStableFunc(r.errs, func(a, b *FileError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	errs := make([]error, len(r.errs))
	for i, e := range r.errs {
		errs[i] = e
	}
	return options, errors.Join(errs...)
}

// options reads the whole file.
func (r *settingReader) options(root *yaml.Node, options *GeneratorOptions) {
	s := options.Scenario
	r.mapping(root, "", settings{
		"about": func(n *yaml.Node, path string) { r.text(n, path) },
		"seed": func(n *yaml.Node, path string) {
			number(r, n, path, "a whole number from 0", &options.Seed)
		},
		"days": func(n *yaml.Node, path string) {
			if number(r, n, path, "a whole number", &options.Days) && (options.Days < 1 || options.Days > 36500) {
				r.report(n, path, "%d: give a number from 1 to 36500", options.Days)
			}
		},
		"conversations_per_day": func(n *yaml.Node, path string) {
			perDay := &options.ConversationsPerDay
			if number(r, n, path, "a number", perDay) && !(*perDay > 0 && *perDay <= maxPerDay) {
				r.report(n, path, "%v: give a number above 0 and up to 10 million", *perDay)
			}
		},
		"time_zone": func(n *yaml.Node, path string) { options.Location = r.zone(n, path) },
		"only_own":  func(n *yaml.Node, path string) { number(r, n, path, "true or false", &s.OnlyOwn) },
		"hours":     func(n *yaml.Node, path string) { s.Hours = r.numbers(n, path) },
		"weekdays":  func(n *yaml.Node, path string) { s.Weekdays = r.weekdays(n, path) },
		"oddities":  func(n *yaml.Node, path string) { s.Oddities = r.number(n, path) },
		"surveys":   func(n *yaml.Node, path string) { s.Surveys = r.number(n, path) },
		"lines":     func(n *yaml.Node, path string) { s.Lines = list(r, n, path, r.line) },
		"bots":      func(n *yaml.Node, path string) { s.Bots = list(r, n, path, r.bot) },
		"queues":    func(n *yaml.Node, path string) { s.Queues = list(r, n, path, r.queue) },
		"campaigns": func(n *yaml.Node, path string) { s.Campaigns = list(r, n, path, r.campaign) },
		"outages":   func(n *yaml.Node, path string) { s.Outages = list(r, n, path, r.outage) },
	})
}

func (r *settingReader) line(n *yaml.Node, path string) (l LineSetting) {
	r.mapping(n, path, settings{
		"line":    func(n *yaml.Node, path string) { l.Line = r.text(n, path) },
		"channel": func(n *yaml.Node, path string) { l.Channel = r.channel(n, path) },
		"share":   func(n *yaml.Node, path string) { l.Share = r.number(n, path) },
		"direct":  func(n *yaml.Node, path string) { l.Direct = r.number(n, path) },
		"months":  func(n *yaml.Node, path string) { l.Months = r.numbers(n, path) },
		"bots":    func(n *yaml.Node, path string) { l.Bots = r.parts(n, path) },
		"queues":  func(n *yaml.Node, path string) { l.Queues = r.parts(n, path) },
	}, "line")
	return l
}

func (r *settingReader) bot(n *yaml.Node, path string) (b BotSetting) {
	r.mapping(n, path, settings{
		"bot":        func(n *yaml.Node, path string) { b.Bot = r.text(n, path) },
		"deflection": func(n *yaml.Node, path string) { b.Deflection = r.number(n, path) },
	}, "bot")
	return b
}

func (r *settingReader) queue(n *yaml.Node, path string) (q QueueSetting) {
	r.mapping(n, path, settings{
		"queue":    func(n *yaml.Node, path string) { q.Queue = r.text(n, path) },
		"wait":     func(n *yaml.Node, path string) { q.Wait = r.span(n, path) },
		"patience": func(n *yaml.Node, path string) { q.Patience = r.span(n, path) },
	}, "queue")
	return q
}

func (r *settingReader) campaign(n *yaml.Node, path string) (c Campaign) {
	all := r.period(&c.Period)
	all["name"] = func(n *yaml.Node, path string) { c.Name = r.text(n, path) }
	all["factor"] = func(n *yaml.Node, path string) { number(r, n, path, "a number from 0 to 100", &c.Factor) }
	all["lines"] = func(n *yaml.Node, path string) { c.Lines = list(r, n, path, r.text) }
	r.mapping(n, path, all, "from", "lasts", "factor")
	return c
}

func (r *settingReader) outage(n *yaml.Node, path string) (o Outage) {
	all := r.period(&o.Period)
	all["bot"] = func(n *yaml.Node, path string) { o.Bot = r.text(n, path) }
	r.mapping(n, path, all, "bot", "from", "lasts")
	return o
}

func (r *settingReader) period(p *Period) settings {
	span := func(to *time.Duration) func(*yaml.Node, string) {
		return func(n *yaml.Node, path string) {
			if d := r.span(n, path); d != nil {
				*to = *d
			}
		}
	}
	return settings{"from": func(n *yaml.Node, path string) { p.From = r.clock(n, path) }, "lasts": span(&p.Lasts), "every": span(&p.Every)}
}

// parts are bots or queues of a line: a mapping of names and shares, or a list of names with equal ones.
func (r *settingReader) parts(n *yaml.Node, path string) []Share {
	parts := []Share{}
	switch n.Kind {
	case yaml.SequenceNode:
		for _, name := range list(r, n, path, r.text) {
			parts = append(parts, Share{name, 1})
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			part := fmt.Sprintf("%s[%d]", path, i/2)
			share := Share{Name: r.text(n.Content[i], part)}
			if !number(r, n.Content[i+1], part, "a share such as 3", &share.Share) {
				r.bad[path] = true
			}
			parts = append(parts, share)
		}
	default:
		r.report(n, path, "give names with shares such as {General: 3, Hotline: 1}, or a list of names")
	}
	return parts
}

func (r *settingReader) channel(n *yaml.Node, path string) *int64 {
	text := r.text(n, path)
	for _, option := range channels() {
		if strings.EqualFold(option.Label, text) || strconv.FormatInt(option.Value, 10) == text {
			return &option.Value
		}
	}
	remedy := "give one of " + spelling.List(channelNames(), "or")
	if closest, ok := spelling.Closest(text, channelNames()); ok {
		remedy = "did you mean " + closest + "?"
	}
	r.report(n, path, "no channel is named %s: %s", spelling.Quote(text), remedy)
	return new(int64) // which is none, but said: the line is a new one
}

func (r *settingReader) weekdays(n *yaml.Node, path string) []float64 {
	days := make([]float64, 7)
	all := settings{}
	for day := time.Sunday; day <= time.Saturday; day++ {
		all[strings.ToLower(day.String())] = func(n *yaml.Node, path string) { number(r, n, path, "a number", &days[day]) }
	}
	r.mapping(n, path, all)
	return days
}

func (r *settingReader) zone(n *yaml.Node, path string) *time.Location {
	name := r.text(n, path)
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		r.report(n, path, "no time zone is named %s: give an IANA name such as Europe/Berlin", spelling.Quote(name))
	}
	return location
}
