package tsql

import (
	"fmt"

	"github.com/dataverse-tally/tally/pkg/query"
)

// ColumnNewest is the only column of the result of a statement by Newest: datetime, may be NULL.
const ColumnNewest = "newest"

// Newest writes the statement that tells the latest time, by the definition's axis, of a session that a query counts: no
// row where it counts none. Buckets and groups of the query do not matter.
//
// It asks for the first row from the window's end on, and not for the maximum, so that an engine can stop at the first
// session that is counted. The NULL is of a session that is only counted as its conversation is still in progress.
func (d Dialect) Newest(spec query.Spec) (Statement, error) { return d.NewestPart(spec, Part{}) }

// NewestPart is Newest for a part of all conversations.
func (d Dialect) NewestPart(spec query.Spec, part Part) (Statement, error) {
	spec.Buckets, spec.GroupBy = nil, nil
	b := &builder{dialect: d, spec: spec, part: part}
	newest, err := b.newest()
	if err != nil {
		return Statement{}, fmt.Errorf("newest: %w", err)
	}
	return b.finish(newest)
}

// newest selects the latest time of the sessions that are counted.
func (b *builder) newest() (selection, error) {
	conditions, err := b.verdictConditions()
	if err != nil {
		return selection{}, err
	}
	if len(conditions) == 0 {
		s, err := b.candidates()
		s.columns, s.first = []string{column(b.axis, ColumnNewest)}, []string{b.axis + " DESC"}
		s.where = append(s.where, primaryBots.exists(b.dialect))
		return s, err
	}
	sessions, err := b.sessions(true)
	sessions.columns = append(sessions.columns, column(b.axis, ColumnNewest))
	newest := "d.[" + ColumnNewest + "]"
	return selection{columns: []string{column(newest, ColumnNewest)}, from: sessions.derived("d"), where: conditions,
		first: []string{newest + " DESC"}}, err
}
