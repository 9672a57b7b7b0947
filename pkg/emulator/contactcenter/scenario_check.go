package contactcenter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// SettingError is something in a scenario that makes no sense.
type SettingError struct {
	Setting string // path, for example campaigns[1].factor
	Problem string // with what to give instead
}

// Error is the setting and the problem.
func (e *SettingError) Error() string { return e.Setting + ": " + e.Problem }

// Validate reports everything in the scenario that makes no sense, joined by errors.Join. Each error is a *SettingError.
func (s *Scenario) Validate() error {
	v := validation{names: s.names()}
	v.shares("hours", s.Hours, 24)
	v.shares("weekdays", s.Weekdays, 7)
	if s.Oddities != nil {
		v.share("oddities", *s.Oddities)
	}
	if s.Surveys != nil {
		v.share("surveys", *s.Surveys)
	}
	if s.OnlyOwn && len(s.Lines) == 0 {
		v.report("only_own", "there are no lines then: describe at least one under lines")
	}
	v.lines(s)
	v.bots(s)
	v.queues(s)
	for i, c := range s.Campaigns {
		path := fmt.Sprintf("campaigns[%d]", i)
		v.period(path, c.Period)
		if !(c.Factor >= 0 && c.Factor <= 100) {
			v.report(path+".factor", "%v: give a number from 0 to 100", c.Factor)
		}
		for j, line := range c.Lines {
			v.known(fmt.Sprintf("%s.lines[%d]", path, j), "line", line, v.names.lines, "")
		}
	}
	for i, o := range s.Outages {
		path := fmt.Sprintf("outages[%d]", i)
		v.known(path+".bot", "bot", o.Bot, v.names.bots, "")
		v.period(path, o.Period)
	}
	return errors.Join(v.errs...)
}

// maxOwn is how many lines, bots or queues a scenario may speak of.
const maxOwn = 500

func (v *validation) lines(s *Scenario) {
	v.count("lines", len(s.Lines))
	seen := map[string]bool{}
	for i, l := range s.Lines {
		path := fmt.Sprintf("lines[%d]", i)
		v.once(path+".line", l.Line, seen)
		v.line(path, l)
		if l.Share != nil && !(*l.Share >= 0 && *l.Share <= 1e6) {
			v.report(path+".share", "%v: give a number from 0 to a million", *l.Share)
		}
		if l.Direct != nil {
			v.share(path+".direct", *l.Direct)
		}
		v.shares(path+".months", l.Months, 12)
		if len(l.Months) > 0 && slices.Max(l.Months) > 10 {
			v.report(path+".months", "%v: give numbers from 0 to 10", slices.Max(l.Months))
		}
		v.parts(path+".bots", "bot", l.Bots, v.names.bots)
		v.parts(path+".queues", "queue", l.Queues, v.names.queues)
	}
}

// line checks what a new line needs and a usual one has.
func (v *validation) line(path string, l LineSetting) {
	if slices.Contains(v.names.usual.lines, l.Line) {
		if l.Channel != nil {
			v.report(path+".channel", "%s is a usual line and has its channel: leave it out, or give the line another name", l.Line)
		}
		if l.Queues != nil && len(l.Queues) == 0 {
			v.report(path+".queues", "there are none: name at least one")
		}
		return
	}
	switch {
	case l.Channel == nil:
		v.report(path+".line", "no line is named %s: %sgive a new one its channel, for example channel: Live chat",
			spelling.Quote(l.Line), meant(l.Line, v.names.usual.lines))
		return
	case len(l.Queues) == 0:
		v.report(path+".queues", "not set: a new line needs at least one queue, for example queues: [First line]")
	}
	if _, ok := paceOf[*l.Channel]; !ok {
		v.report(path+".channel", "%d is no channel on which there are conversations: give one of %s", *l.Channel, spelling.List(channelNames(), "or"))
	}
	v.text(path+".line", l.Line)
}

func (v *validation) bots(s *Scenario) {
	v.count("bots", len(s.Bots))
	seen := map[string]bool{}
	for i, b := range s.Bots {
		path := fmt.Sprintf("bots[%d]", i)
		v.once(path+".bot", b.Bot, seen)
		if b.Deflection != nil {
			v.share(path+".deflection", *b.Deflection)
		}
		switch {
		case slices.Contains(v.names.usual.bots, b.Bot):
		case !uses(s.Lines, b.Bot, func(l LineSetting) []Share { return l.Bots }):
			v.report(path+".bot", "no line has a bot named %s: %sname a new one under bots of a line",
				spelling.Quote(b.Bot), meant(b.Bot, v.names.usual.bots))
		case b.Deflection == nil:
			v.report(path+".deflection", "not set: give the share of conversations that go no further, for example 0.6")
		default:
			v.text(path+".bot", b.Bot)
		}
	}
}

func (v *validation) queues(s *Scenario) {
	v.count("queues", len(s.Queues))
	seen := map[string]bool{}
	for i, q := range s.Queues {
		path := fmt.Sprintf("queues[%d]", i)
		v.once(path+".queue", q.Queue, seen)
		v.duration(path+".wait", q.Wait)
		v.duration(path+".patience", q.Patience)
		switch {
		case slices.Contains(v.names.usual.queues, q.Queue):
		case !uses(s.Lines, q.Queue, func(l LineSetting) []Share { return l.Queues }):
			v.report(path+".queue", "no line has a queue named %s: %sname a new one under queues of a line",
				spelling.Quote(q.Queue), meant(q.Queue, v.names.usual.queues))
		default:
			v.text(path+".queue", q.Queue)
		}
	}
}

func uses(lines []LineSetting, name string, of func(LineSetting) []Share) bool {
	return slices.ContainsFunc(lines, func(l LineSetting) bool {
		return slices.ContainsFunc(of(l), func(s Share) bool { return s.Name == name })
	})
}

// meant asks whether a usual name was meant, if one is like it.
func meant(name string, names []string) string {
	if closest, ok := spelling.Closest(name, names); ok {
		return fmt.Sprintf("did you mean %s? Otherwise ", closest)
	}
	return ""
}

// validation gathers what makes no sense.
type validation struct {
	names scenarioNames
	errs  []error
}

func (v *validation) report(setting, format string, args ...any) {
	v.errs = append(v.errs, &SettingError{setting, fmt.Sprintf(format, args...)})
}

func (v *validation) count(setting string, count int) {
	if count > maxOwn {
		v.report(setting, "there are %d: give at most %d", count, maxOwn)
	}
}

// once reports a name that stands there already.
func (v *validation) once(setting, name string, seen map[string]bool) {
	if seen[name] {
		v.report(setting, "%s is here a second time: put everything about it in one place", spelling.Quote(name))
	}
	seen[name] = true
}

// maxName is the longest name of all that a scenario names: that of a workstream, in UTF-16 code units.
const maxName = 100

func (v *validation) text(setting, name string) {
	switch {
	case strings.TrimSpace(name) != name || name == "":
		v.report(setting, "%s: give a name without blanks around it", spelling.Quote(name))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		v.report(setting, "%s: give a name of visible characters", spelling.Quote(name))
	case len(utf16.Encode([]rune(name))) > maxName:
		v.report(setting, "%s: give a name of at most %d characters", spelling.Quote(name), maxName)
	}
}

// parts checks which bots or queues a line has.
func (v *validation) parts(setting, what string, parts []Share, known []string) {
	v.count(setting, len(parts))
	seen, sum := map[string]bool{}, 0.0
	for i, part := range parts {
		path := fmt.Sprintf("%s[%d]", setting, i)
		v.known(path, what, part.Name, known, "describe a new one under "+what+"s")
		v.once(path, part.Name, seen)
		if !(part.Share >= 0 && part.Share <= 1e6) {
			v.report(path, "%v: give a share from 0 to a million", part.Share)
			return
		}
		sum += part.Share
	}
	if len(parts) > 0 && sum == 0 {
		v.report(setting, "all shares are 0: give at least one above")
	}
}

func (v *validation) known(setting, what, name string, known []string, otherwise string) {
	if slices.Contains(known, name) {
		return
	}
	var remedies []string
	if closest, ok := spelling.Closest(name, known); ok {
		remedies = append(remedies, "did you mean "+closest+"?")
	} else if len(known) > 0 {
		remedies = append(remedies, "there are "+spelling.List(known, "and"))
	}
	if otherwise != "" {
		remedies = append(remedies, otherwise)
	}
	v.report(setting, "no %s is named %s: %s", what, spelling.Quote(name), strings.Join(remedies, "; "))
}

func (v *validation) share(setting string, value float64) {
	if !(value >= 0 && value <= 1) {
		v.report(setting, "%v: give a share from 0 to 1", value)
	}
}

func (v *validation) shares(setting string, values []float64, count int) {
	if values == nil {
		return
	}
	if len(values) != count {
		v.report(setting, "there are %d numbers: give %d", len(values), count)
		return
	}
	sum := 0.0
	for _, value := range values {
		if !(value >= 0 && value <= 1e6) {
			v.report(setting, "%v: give numbers from 0 to a million", value)
			return
		}
		sum += value
	}
	if sum == 0 {
		v.report(setting, "all are 0: give at least one above")
	}
}

func (v *validation) duration(setting string, value *time.Duration) {
	if value != nil && !(*value > 0 && *value <= 1000*time.Hour) {
		v.report(setting, "%v: give a time above 0 and up to 1000h", *value)
	}
}

func (v *validation) period(path string, p Period) {
	if p.From.IsZero() {
		v.report(path+".from", "not set: give when it begins, for example 2026-03-02 08:00")
	}
	if p.Lasts < time.Second {
		v.report(path+".lasts", "%v: give a time of at least a second, for example 3h", p.Lasts)
	}
	if p.Every != 0 && p.Every < p.Lasts {
		v.report(path+".every", "%v: give at least the time that it lasts, or leave it out to have it once", p.Every)
	}
}
