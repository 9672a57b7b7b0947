package tally

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// learnedLife is how long what was found out about a copy's tables holds: somebody may link a table anew in another way.
const learnedLife = time.Hour

// WithProfile sets the kind of engine that the source asks. The default is Dataverse itself.
func WithProfile(profile dataverse.Profile) Option {
	return func(s *Service) { s.dialects.current = DialectOf(profile) }
}

// DialectOf is how statements for a profile are written, as far as it is known without asking the engine.
func DialectOf(profile dataverse.Profile) tsql.Dialect {
	switch profile {
	case dataverse.ProfileFabric:
		return tsql.Fabric
	case dataverse.ProfileSynapse:
		return tsql.Synapse
	}
	return tsql.Dataverse
}

// dialects keeps what was found out about the engine.
type dialects struct {
	mu      sync.Mutex
	current tsql.Dialect
	learned bool
	expires time.Time
}

func (d *dialects) look(now time.Time) (current tsql.Dialect, learned, fresh bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.current, d.learned, now.Before(d.expires)
}

func (d *dialects) found(learned tsql.Dialect, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.current, d.learned, d.expires = learned, true, now.Add(learnedLife)
}

// wait has what is known used a little longer.
func (d *dialects) wait(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expires = now.Add(failureLife)
}

// Dialect is how statements for the source are written, as far as it is known now: how a copy keeps its tables is found
// out with the first count.
func (s *Service) Dialect() tsql.Dialect {
	current, _, _ := s.dialects.look(s.now())
	return current
}

// learn finds out how a copy keeps its tables, once in a while, with one statement that reads none of them. Where that
// fails, what was found out before stands; the error is one where there is none. In front of Dataverse it does nothing.
func (s *Service) learn(ctx context.Context) error {
	current, learned, fresh := s.dialects.look(s.now())
	probe, isCopy := current.Probe()
	if fresh || !isCopy {
		return nil
	}
	_, _, err := s.facts.do(ctx, keyOf(probe), func(ctx context.Context) (*fact, error) {
		if _, _, fresh := s.dialects.look(s.now()); fresh {
			return nil, nil // another flight has just landed
		}
		rows, _, _, err := s.ask(ctx, probe)
		if err != nil {
			return nil, err
		}
		columns, err := decodeColumns(rows)
		if err != nil {
			return nil, err
		}
		found, err := current.Learn(columns)
		if err != nil {
			return nil, &dataverse.Error{Class: dataverse.ClassSchema, Message: dataverse.ClassSchema.Sentence() + ": " + err.Error(),
				Hint: "check the name of the database, that the link has these tables, and that the identity may read them"}
		}
		s.dialects.found(found, s.now())
		return nil, nil
	})
	if err != nil && learned && ctx.Err() == nil {
		s.dialects.wait(s.now())
		return nil
	}
	return err
}

// decodeColumns reads the rows of a statement of tsql.Dialect.Probe.
func decodeColumns(rows *dataverse.Rows) ([]tsql.Column, error) {
	want := []string{tsql.ColumnTable, tsql.ColumnColumn, tsql.ColumnType}
	if rows == nil || !slices.EqualFunc(rows.Columns, want, strings.EqualFold) {
		return nil, unexpected("it does not have the columns %q", want)
	}
	columns := make([]tsql.Column, 0, len(rows.Values))
	for _, row := range rows.Values {
		if len(row) != len(want) {
			return nil, unexpected("a row of the catalogue has %d values", len(row))
		}
		table, isTable := row[0].(string)
		name, isName := row[1].(string)
		kind, isType := integer(row[2])
		if !isTable || !isName || !isType {
			return nil, unexpected("a row of the catalogue is %v", row)
		}
		columns = append(columns, tsql.Column{Table: table, Name: name, Type: kind})
	}
	return columns, nil
}
