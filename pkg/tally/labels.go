package tally

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
)

// NoValue is the label of a group whose value is null.
const NoValue = "(none)"

// label gives every value of the groups its label, and returns what the reader should know about that. The only error is
// the end of ctx.
func (s *Service) label(ctx context.Context, dimensions []catalog.Dimension, groups [][]GroupValue) ([]Notice, error) {
	var notices []Notice
	for i, dimension := range dimensions {
		values := valuesOf(groups, i)
		var labels map[string]string
		if dimension.Lookup != nil {
			var err error
			labels, err = s.lookUp(ctx, *dimension.Lookup, values)
			if ctx.Err() != nil {
				return nil, fmt.Errorf("reading the names of %s: %w", dimension.Title, ctx.Err())
			}
			if err != nil {
				s.logger.WarnContext(ctx, "labels cannot be read", "dimension", dimension.ID, "error", err)
			}
			if err != nil && slices.ContainsFunc(values, func(value string) bool { return labels[value] == "" }) {
				notices = append(notices, Notice{Severity: Warning,
					Text: fmt.Sprintf("The names of %s could not be read, so ids are shown: %s.", dimension.Title, reason(err))})
			}
		} else {
			var told []Notice
			labels, told = s.options(ctx, dimension, values)
			if ctx.Err() != nil {
				return nil, fmt.Errorf("reading the labels of %s: %w", dimension.Title, ctx.Err())
			}
			notices = append(notices, told...)
		}
		labels = tellApart(values, labels)
		for _, group := range groups {
			value := &group[i]
			value.Label = labels[value.Value]
			if value.Null {
				value.Label = NoValue
			}
		}
	}
	return notices, nil
}

// valuesOf are the distinct values of a dimension, sorted, without null.
func valuesOf(groups [][]GroupValue, dimension int) []string {
	var values []string
	for _, group := range groups {
		if value := group[dimension]; !value.Null {
			values = append(values, value.Value)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// lookUp reads the labels of ids, those that are not known yet from the source. What it could get it returns even with
// an error.
func (s *Service) lookUp(ctx context.Context, lookup catalog.Lookup, values []string) (map[string]string, error) {
	now := s.now()
	labels, missing, err := s.names.known(lookup, values, now)
	if err != nil {
		s.names.fillExpired(lookup, values, labels) // an old name says more than an id
		return labels, err
	}
	for part := range slices.Chunk(missing, tsql.MaxLabelIDs) {
		found, err := s.readLabels(ctx, lookup, part)
		if err != nil {
			if ctx.Err() == nil {
				s.names.failed(lookup, err, now)
			}
			s.names.fillExpired(lookup, values, labels)
			return labels, err
		}
		for value, label := range found {
			labels[value] = label
		}
	}
	return labels, nil
}

// readLabels reads the labels of ids from the source and remembers them. Rows without a name are left out.
func (s *Service) readLabels(ctx context.Context, lookup catalog.Lookup, values []string) (map[string]string, error) {
	ids := make([]uuid.UUID, 0, len(values))
	for _, value := range values {
		if id, err := uuid.Parse(value); err == nil {
			ids = append(ids, id)
		}
	}
	statement := s.Dialect().Labels(lookup, ids)
	found, _, err := s.naming.do(ctx, keyOf(statement), func(ctx context.Context) (map[string]string, error) {
		now := s.now()
		// A flight for the same ids may have landed between the look at the names and the start of this one.
		if known, missing, err := s.names.known(lookup, values, now); err == nil && len(missing) == 0 {
			return known, nil
		}
		rows, err := s.source.Query(ctx, statement.Text, statement.Args...)
		if err != nil {
			return nil, err
		}
		labels, err := decodeLabels(lookup, rows)
		if err != nil {
			return nil, err
		}
		s.names.put(lookup, values, labels, now)
		return labels, nil
	})
	return found, err
}

// decodeLabels reads the rows of a statement of tsql.Labels.
func decodeLabels(lookup catalog.Lookup, rows *dataverse.Rows) (map[string]string, error) {
	if want := []string{tsql.ColumnID, tsql.ColumnLabel}; rows == nil || !slices.EqualFunc(rows.Columns, want, strings.EqualFold) {
		return nil, unexpected("the names of %s do not have the columns %q", lookup.Table, want)
	}
	labels := make(map[string]string, len(rows.Values))
	for _, row := range rows.Values {
		if len(row) != 2 {
			return nil, unexpected("a name of %s has %d values", lookup.Table, len(row))
		}
		id, isID := canonicalID(row[0])
		label, isText := row[1].(string)
		if isID && isText && strings.TrimSpace(label) != "" {
			labels[id] = strings.TrimSpace(label)
		}
	}
	return labels, nil
}

// reason says for people why something failed.
func reason(err error) string {
	var failure *dataverse.Error
	if errors.As(err, &failure) {
		return failure.Message
	}
	return err.Error()
}
