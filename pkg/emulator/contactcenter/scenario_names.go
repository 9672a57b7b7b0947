package contactcenter

import (
	"slices"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// names are those of lines, bots and queues.
type names struct{ lines, bots, queues []string }

// scenarioNames are the names that a scenario can use: the usual ones, unless they are left out, and its own.
type scenarioNames struct {
	names
	usual names
}

func (s *Scenario) names() scenarioNames {
	var n scenarioNames
	if !s.OnlyOwn {
		n.usual = usualNames()
	}
	n.lines, n.bots, n.queues = slices.Clone(n.usual.lines), slices.Clone(n.usual.bots), slices.Clone(n.usual.queues)
	for _, l := range s.Lines {
		n.lines = with(n.lines, l.Line)
	}
	for _, b := range s.Bots {
		n.bots = with(n.bots, b.Bot)
	}
	for _, q := range s.Queues {
		n.queues = with(n.queues, q.Queue)
	}
	return n
}

func usualNames() names {
	var n names
	for _, l := range newWorld(1, nil).lines {
		n.lines = with(n.lines, l.value.name)
		for _, b := range l.value.bots {
			n.bots = with(n.bots, b.value.name)
		}
		for _, q := range l.value.queues {
			n.queues = with(n.queues, q.value.name)
		}
	}
	return n
}

// with adds a name, unless there is none or it is there.
func with(names []string, name string) []string {
	if name == "" || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// channels are all that the schema has.
func channels() []schema.Option {
	table, _ := schema.Default().Table(schema.WorkstreamTable)
	column, _ := table.Column("msdyn_streamsource")
	return column.Options.Options
}

// channelNames are the labels of the channels that a line can have.
func channelNames() []string {
	var labels []string
	for _, option := range channels() {
		if _, ok := paceOf[option.Value]; ok {
			labels = append(labels, option.Label)
		}
	}
	return labels
}
