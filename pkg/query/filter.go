package query

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/spelling"
	"github.com/google/uuid"
)

func (q Query) conditions(cat *catalog.Catalog) ([]Condition, error) {
	var conditions []Condition
	for i, f := range q.Filters {
		c, all, err := f.condition(cat, fmt.Sprintf("filters[%d]", i))
		if err != nil {
			return nil, err
		}
		if !all {
			conditions = append(conditions, c)
		}
	}
	return conditions, nil
}

// condition types the values of a filter. All is true for a filter that has the value of Grafana's All among its
// values: it is no filter, whatever its operator, and its other values are not looked at.
func (f Filter) condition(cat *catalog.Catalog, path string) (c Condition, all bool, err error) {
	c = Condition{Operator: f.Operator}
	if c.Dimension, err = dimension(cat, path+".dimension", f.Dimension); err != nil {
		return Condition{}, false, err
	}
	switch f.Operator {
	case Empty, NotEmpty:
		if len(f.Values) > 0 {
			return Condition{}, false, &Error{path + ".values", fmt.Sprintf("do not go with the operator %s", f.Operator), "remove them, or use in or not_in"}
		}
		return c, false, nil
	case In, NotIn:
	default:
		operators := []Operator{In, NotIn, Empty, NotEmpty}
		return Condition{}, false, unknown(path+".operator", "operator", string(f.Operator), operators, func(o Operator) string { return string(o) })
	}
	if slices.Contains(f.Values, allValues) {
		return Condition{}, true, nil
	}
	if len(f.Values) == 0 {
		return Condition{}, false, &Error{path + ".values", fmt.Sprintf("are missing, which the operator %s needs", f.Operator), "add at least one, or remove the filter"}
	}
	for j, value := range f.Values {
		if err := c.add(cat, fmt.Sprintf("%s.values[%d]", path, j), strings.TrimSpace(value)); err != nil {
			return Condition{}, false, err
		}
	}
	c.sort()
	if n := len(c.Numbers) + len(c.IDs) + len(c.Words); n > MaxFilterValues {
		return Condition{}, false, &Error{path + ".values", fmt.Sprintf("are %d", n), fmt.Sprintf("choose at most %d, or filter by something coarser", MaxFilterValues)}
	}
	return c, false, nil
}

// add puts a value into the list of its dimension's type.
func (c *Condition) add(cat *catalog.Catalog, path, value string) error {
	set, _ := cat.OptionSet(c.Dimension.Options)
	switch kind := c.Dimension.Kind; {
	case kind.HasIDs():
		id, err := parseID(value)
		if err != nil {
			return &Error{path, spelling.Quote(value) + " is no id", "write one such as 0f8fad5b-d9cb-469f-a165-70867728950e; names are not filtered by"}
		}
		c.IDs = append(c.IDs, id)
		return nil
	case kind == catalog.KindChoice:
		// Environments have options of their own, so any number is taken.
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return &Error{path, spelling.Quote(value) + " is no option number", choiceRemedy(set, value)}
		}
		c.Numbers = append(c.Numbers, n)
		return nil
	}
	if _, ok := set.Option(value); !ok {
		return unknown(path, c.Dimension.ID, value, set.Options, func(o catalog.Option) string { return o.Value })
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		c.Numbers = append(c.Numbers, n)
	} else {
		c.Words = append(c.Words, value)
	}
	return nil
}

// choiceRemedy names the number of a label that was written in place of it, or else an example.
func choiceRemedy(set catalog.OptionSet, value string) string {
	for _, o := range set.Options {
		if strings.EqualFold(o.Label, value) {
			return fmt.Sprintf("write %s for %s", o.Value, o.Label)
		}
	}
	if len(set.Options) == 0 {
		return "write the option's number"
	}
	return fmt.Sprintf("write the option's number, such as %s for %s", set.Options[0].Value, set.Options[0].Label)
}

// sort puts the values in order and removes those that repeat, so that equal filters make equal statements.
func (c *Condition) sort() {
	slices.Sort(c.Numbers)
	slices.Sort(c.Words)
	slices.SortFunc(c.IDs, func(a, b uuid.UUID) int { return cmp.Compare(a.String(), b.String()) })
	c.Numbers, c.Words, c.IDs = slices.Compact(c.Numbers), slices.Compact(c.Words), slices.Compact(c.IDs)
}

// parseID reads an id as Dataverse, its Web API and people write it: with hyphens or without, in braces or not,
// in letters of either case.
func parseID(text string) (uuid.UUID, error) {
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		if inner, ok = strings.CutSuffix(inner, "}"); ok && len(inner) == 36 {
			text = inner
		}
	}
	if len(text) != 36 && len(text) != 32 {
		return uuid.UUID{}, fmt.Errorf("an id has 32 hexadecimal digits")
	}
	return uuid.Parse(text)
}
