package tsql

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// parameters collects the values of a statement. Equal values share a parameter.
type parameters struct {
	args  []any
	names map[any]string
}

// times are sent as datetime, whose first and last years these are.
const (
	firstYear = 1753
	lastYear  = 9999
)

// time is the name of the parameter that holds an instant.
func (p *parameters) time(t time.Time) (string, error) {
	t = t.UTC()
	if t.Nanosecond() != 0 {
		return "", fmt.Errorf("%s is not a whole second: round it up", t.Format(time.RFC3339Nano))
	}
	if year := t.Year(); year < firstYear || year > lastYear {
		return "", fmt.Errorf("the year %d does not exist in Dataverse: use %d to %d", year, firstYear, lastYear)
	}
	return p.add(t), nil
}

// ids are the names of the parameters that hold some ids, without repetition.
func (p *parameters) ids(d Dialect, ids []uuid.UUID) []string {
	var names []string
	for _, id := range ids {
		var value any = id
		if d.IsCopy() {
			value = id.String() // in lower case, as Dialect.id has the columns
		}
		if name := p.add(value); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (p *parameters) add(value any) string {
	if name, ok := p.names[value]; ok {
		return name
	}
	if p.names == nil {
		p.names = make(map[any]string)
	}
	p.args = append(p.args, value)
	name := "@p" + strconv.Itoa(len(p.args))
	p.names[value] = name
	return name
}
