package contactcenter

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxScenarioFile is the largest scenario file, in bytes.
const maxScenarioFile = 1 << 20

// FileError is what is wrong with a line of a file. Column is 0 where the line says enough.
type FileError struct {
	File         string
	Line, Column int
	Problem      string
}

// Error is file:line:column: problem.
func (e *FileError) Error() string {
	if e.Column > 0 {
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Problem)
}

// The form of a scenario file, which docs/emulator.md describes.
type (
	scenarioFile struct {
		About               string         `yaml:"about"`
		Seed                *uint64        `yaml:"seed"`
		Days                *int           `yaml:"days"`
		ConversationsPerDay *float64       `yaml:"conversations_per_day"`
		TimeZone            *string        `yaml:"time_zone"`
		Hours               []float64      `yaml:"hours"`
		Weekdays            *weekdaysFile  `yaml:"weekdays"`
		Oddities            *float64       `yaml:"oddities"`
		Lines               []lineFile     `yaml:"lines"`
		Bots                []botFile      `yaml:"bots"`
		Queues              []queueFile    `yaml:"queues"`
		Campaigns           []campaignFile `yaml:"campaigns"`
		Outages             []outageFile   `yaml:"outages"`
	}
	weekdaysFile struct {
		Sunday    float64 `yaml:"sunday"`
		Monday    float64 `yaml:"monday"`
		Tuesday   float64 `yaml:"tuesday"`
		Wednesday float64 `yaml:"wednesday"`
		Thursday  float64 `yaml:"thursday"`
		Friday    float64 `yaml:"friday"`
		Saturday  float64 `yaml:"saturday"`
	}
	lineFile struct {
		Line   string    `yaml:"line"`
		Share  *float64  `yaml:"share"`
		Direct *float64  `yaml:"direct"`
		Months []float64 `yaml:"months"`
	}
	botFile struct {
		Bot        string   `yaml:"bot"`
		Deflection *float64 `yaml:"deflection"`
	}
	queueFile struct {
		Queue    string    `yaml:"queue"`
		Wait     *timeSpan `yaml:"wait"`
		Patience *timeSpan `yaml:"patience"`
	}
	periodFile struct {
		From  clockTime `yaml:"from"`
		Lasts timeSpan  `yaml:"lasts"`
		Every timeSpan  `yaml:"every"`
	}
	campaignFile struct {
		Name       string `yaml:"name"`
		periodFile `yaml:",inline"`
		Factor     float64  `yaml:"factor"`
		Lines      []string `yaml:"lines"`
	}
	outageFile struct {
		Bot        string `yaml:"bot"`
		periodFile `yaml:",inline"`
	}
)

// ReadScenario reads a scenario file: options for a generator, without To, From and what the file leaves open. name is
// what errors call the file. All that is wrong is reported at once, as *FileError values joined by errors.Join.
func ReadScenario(name string, content []byte) (GeneratorOptions, error) {
	var options GeneratorOptions
	if len(content) > maxScenarioFile {
		return options, &FileError{File: name, Line: 1, Problem: fmt.Sprintf("the file has %d bytes: at most %d are read", len(content), maxScenarioFile)}
	}
	root, err := parseScenario(name, content)
	if err != nil {
		return options, err
	}
	var f scenarioFile
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return options, fileErrors(name, err)
	}
	var errs []error
	wrong := func(setting, problem string) {
		line, column := place(root, setting)
		errs = append(errs, &FileError{name, line, column, setting + ": " + problem})
	}
	f.options(&options, wrong)
	if err := options.Scenario.Validate(); err != nil {
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() { // errors.Join's
			if setting := new(SettingError); errors.As(e, &setting) {
				wrong(setting.Setting, setting.Problem)
			}
		}
	}
	slices.SortStableFunc(errs, func(a, b error) int {
		one, two := a.(*FileError), b.(*FileError)
		return cmp.Or(cmp.Compare(one.Line, two.Line), cmp.Compare(one.Column, two.Column))
	})
	return options, errors.Join(errs...)
}

// options translates the file, and reports what has no place in a Scenario.
func (f *scenarioFile) options(options *GeneratorOptions, wrong func(setting, problem string)) {
	s := &Scenario{Hours: f.Hours, Oddities: f.Oddities}
	options.Scenario = s
	if f.Seed != nil {
		options.Seed = *f.Seed
	}
	if f.Days != nil {
		if options.Days = *f.Days; *f.Days < 1 || *f.Days > 36500 {
			wrong("days", fmt.Sprintf("%d: give a number from 1 to 36500", *f.Days))
		}
	}
	if f.ConversationsPerDay != nil {
		if options.ConversationsPerDay = *f.ConversationsPerDay; !(*f.ConversationsPerDay > 0 && *f.ConversationsPerDay <= maxPerDay) {
			wrong("conversations_per_day", fmt.Sprintf("%v: give a number above 0 and up to 10 million", *f.ConversationsPerDay))
		}
	}
	if f.TimeZone != nil {
		var err error
		if options.Location, err = time.LoadLocation(*f.TimeZone); err != nil || *f.TimeZone == "" || *f.TimeZone == "Local" {
			wrong("time_zone", fmt.Sprintf("no time zone is named %q: give an IANA name such as Europe/Berlin", *f.TimeZone))
		}
	}
	if w := f.Weekdays; w != nil {
		s.Weekdays = []float64{w.Sunday, w.Monday, w.Tuesday, w.Wednesday, w.Thursday, w.Friday, w.Saturday}
	}
	for _, l := range f.Lines {
		s.Lines = append(s.Lines, LineSetting(l))
	}
	for _, b := range f.Bots {
		s.Bots = append(s.Bots, BotSetting(b))
	}
	for _, q := range f.Queues {
		s.Queues = append(s.Queues, QueueSetting{q.Queue, (*time.Duration)(q.Wait), (*time.Duration)(q.Patience)})
	}
	if f.Campaigns != nil {
		s.Campaigns = []Campaign{}
	}
	for _, c := range f.Campaigns {
		s.Campaigns = append(s.Campaigns, Campaign{c.Name, c.period(), c.Factor, c.Lines})
	}
	if f.Outages != nil {
		s.Outages = []Outage{}
	}
	for _, o := range f.Outages {
		s.Outages = append(s.Outages, Outage{o.Bot, o.period()})
	}
}

func (p periodFile) period() Period {
	return Period{time.Time(p.From), time.Duration(p.Lasts), time.Duration(p.Every)}
}

// parseScenario reads the file as a tree, for the places of its settings, and refuses what decoding would let pass:
// settings without a value, aliases, further documents. An empty file has no tree.
func parseScenario(name string, content []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var document, more yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, fileErrors(name, err)
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, fileErrors(name, err)
		}
		return nil, &FileError{name, more.Line, 0, "a second document begins: a scenario file has one"}
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, &FileError{name, root.Line, root.Column, "this is no mapping of settings such as days: 30"}
	}
	var errs []error
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		switch {
		case n.Kind == yaml.AliasNode || n.Anchor != "":
			errs = append(errs, &FileError{name, n.Line, n.Column, "anchors and aliases are not read: write the value out"})
			return
		case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
			errs = append(errs, &FileError{name, n.Line, n.Column, "there is no value: give one, or leave the setting out"})
		}
		for _, child := range n.Content {
			walk(child)
		}
	}
	walk(root)
	return root, errors.Join(errs...)
}

// yamlLine is how package yaml begins an error of a line.
var yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)

// unknownField is what it says of a field that a type lacks.
var unknownField = regexp.MustCompile(`^field (\S+) not found in type .*$`)

// fileErrors are the errors of package yaml with the file's name.
func fileErrors(name string, err error) error {
	texts := []string{err.Error()}
	if typed := new(yaml.TypeError); errors.As(err, &typed) {
		texts = typed.Errors
	}
	errs := make([]error, len(texts))
	for i, text := range texts {
		line := 1
		if match := yamlLine.FindStringSubmatch(text); match != nil {
			line, _ = strconv.Atoi(match[1]) // digits
			text = match[2]
		}
		if match := unknownField.FindStringSubmatch(text); match != nil {
			text = "the setting " + match[1] + " is unknown here"
		}
		errs[i] = &FileError{File: name, Line: line, Problem: strings.TrimPrefix(text, "yaml: ")}
	}
	return errors.Join(errs...)
}

// place finds where a setting such as campaigns[1].factor stands, or the nearest thing around it.
func place(root *yaml.Node, setting string) (line, column int) {
	node := root
	if node == nil {
		return 1, 0
	}
	for _, step := range strings.FieldsFunc(setting, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := child(node, step)
		if next == nil {
			break
		}
		node = next
	}
	return node.Line, node.Column
}

func child(node *yaml.Node, step string) *yaml.Node {
	if i, err := strconv.Atoi(step); err == nil && node.Kind == yaml.SequenceNode && i < len(node.Content) {
		return node.Content[i]
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

// timeSpan is a length of time: Go's form, or whole days or weeks such as 28d and 4w.
type timeSpan time.Duration

// UnmarshalYAML is part of yaml.Unmarshaler.
func (s *timeSpan) UnmarshalYAML(n *yaml.Node) error {
	text := n.Value
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if number, ok := strings.CutSuffix(text, suffix); ok {
			if count, err := strconv.ParseUint(number, 10, 12); err == nil && count <= 4000 {
				*s = timeSpan(time.Duration(count) * unit)
				return nil
			}
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: %q is no length of time: give one such as 90s, 3h or 28d", n.Line, text)
	}
	*s = timeSpan(d)
	return nil
}

// clockTime is a date and a time of day.
type clockTime time.Time

// UnmarshalYAML is part of yaml.Unmarshaler.
func (c *clockTime) UnmarshalYAML(n *yaml.Node) error {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, n.Value); err == nil && n.Kind == yaml.ScalarNode {
			*c = clockTime(t)
			return nil
		}
	}
	return fmt.Errorf("line %d: %q is no date with a time of day: give one such as 2026-03-02 08:00, by the contact centre's clock", n.Line, n.Value)
}
