package tally

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// WithLanguage has the values of choices labelled as Dataverse labels them in a language, by its Windows locale id such
// as 1031 for German. The default is 0: the catalogue's labels, which are in English and the same everywhere.
//
// That costs one statement for each choice in hours. Where Dataverse has no label the catalogue's stands in, and a value
// that neither has keeps its number.
func WithLanguage(language int) Option {
	return func(s *Service) { s.language = max(language, 0) }
}

// How long the labels of a choice are remembered. They change when somebody edits the choice or adds a language.
const (
	optionLife        = 6 * time.Hour
	optionFailureLife = 10 * time.Minute // where there are none, or none could be read
)

// optionNames remembers the labels of choices, by the dimensions they are of.
type optionNames struct {
	mu      sync.Mutex
	entries map[string]optionEntry
}

type optionEntry struct {
	labels  map[string]string // as they were read last; never changed
	err     error             // why they are not younger
	expires time.Time
}

func (o *optionNames) get(id string) optionEntry {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.entries[id]
}

func (o *optionNames) found(id string, labels map[string]string, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	life := optionLife
	if len(labels) == 0 {
		life = optionFailureLife
	}
	o.put(id, optionEntry{labels: labels, expires: now.Add(life)})
}

func (o *optionNames) failed(id string, err error, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.put(id, optionEntry{labels: o.entries[id].labels, err: err, expires: now.Add(optionFailureLife)})
}

func (o *optionNames) put(id string, entry optionEntry) {
	if o.entries == nil {
		o.entries = map[string]optionEntry{}
	}
	o.entries[id] = entry
}

// options are the labels of the values of a dimension that has them by number or word, and what the reader should know
// about them.
func (s *Service) options(ctx context.Context, dimension catalog.Dimension, values []string) (map[string]string, []Notice) {
	labels := map[string]string{}
	if set, ok := s.catalog.OptionSet(dimension.Options); ok {
		for _, option := range set.Options {
			labels[option.Value] = option.Label
		}
	}
	statement, isChoice := s.Dialect().OptionLabels(dimension, s.language)
	if s.language == 0 || !isChoice {
		return labels, nil
	}
	theirs, err := s.readOptions(ctx, dimension.ID, statement)
	standIn := slices.ContainsFunc(values, func(value string) bool { return theirs[value] == "" && labels[value] != "" })
	for value, label := range theirs {
		labels[value] = label
	}
	switch {
	case !standIn:
		return labels, nil
	case err != nil:
		return labels, []Notice{{Severity: Warning, Text: fmt.Sprintf("The labels of %s in the language %d could not be read, so those of the catalogue are shown: %s.",
			dimension.Title, s.language, strings.TrimSuffix(reason(err), "."))}}
	}
	return labels, []Notice{{Severity: Info, Text: fmt.Sprintf("Dataverse does not have all labels of %s in the language %d, so those of the catalogue stand in.",
		dimension.Title, s.language)}}
}

// readOptions are the labels of a choice, from what is remembered or from the source. What there is it returns even with
// an error, and it does not change it.
func (s *Service) readOptions(ctx context.Context, id string, statement tsql.Statement) (map[string]string, error) {
	if kept := s.choices.get(id); s.now().Before(kept.expires) {
		return kept.labels, kept.err
	}
	labels, _, err := s.naming.do(ctx, keyOf(statement), func(ctx context.Context) (map[string]string, error) {
		if kept := s.choices.get(id); s.now().Before(kept.expires) {
			return kept.labels, kept.err // another flight has just landed
		}
		rows, err := s.source.Query(ctx, statement.Text, statement.Args...)
		var labels map[string]string
		if err == nil {
			labels, err = decodeOptions(rows)
		}
		if err != nil {
			if ctx.Err() == nil {
				s.choices.failed(id, err, s.now())
				s.logger.WarnContext(ctx, "labels cannot be read", "dimension", id, "language", s.language, "error", err)
			}
			return nil, err
		}
		s.choices.found(id, labels, s.now())
		return labels, nil
	})
	if err != nil {
		return s.choices.get(id).labels, err // old labels say more than numbers
	}
	return labels, nil
}

// decodeOptions reads the rows of a statement of tsql.Dialect.OptionLabels. Of two labels of a value the first counts.
func decodeOptions(rows *dataverse.Rows) (map[string]string, error) {
	if want := []string{tsql.ColumnValue, tsql.ColumnLabel}; rows == nil || !slices.EqualFunc(rows.Columns, want, strings.EqualFold) {
		return nil, unexpected("the labels of a choice do not have the columns %q", want)
	}
	labels := make(map[string]string, len(rows.Values))
	for _, row := range rows.Values {
		if len(row) != 2 {
			return nil, unexpected("the label of a choice has %d values", len(row))
		}
		number, isNumber := integer(row[0])
		label, isText := row[1].(string)
		label = strings.TrimSpace(label)
		if value := strconv.FormatInt(number, 10); isNumber && isText && label != "" && labels[value] == "" {
			labels[value] = label
		}
	}
	return labels, nil
}
