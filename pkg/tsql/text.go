package tsql

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// selection is a SELECT that is being put together: one column, join and condition a line.
type selection struct {
	columns []string // each with its alias
	from    string
	joins   []string
	where   []string // all of them must hold
	groupBy []string
	first   []string // the order of which the first row is taken; nil for all rows
}

// String is the text of the SELECT.
func (s selection) String() string {
	var text strings.Builder
	text.WriteString("SELECT")
	if s.first != nil {
		text.WriteString(" TOP 1")
	}
	if len(s.columns) == 1 {
		text.WriteString(" " + s.columns[0])
	} else {
		text.WriteString("\n" + indent(strings.Join(s.columns, ",\n")))
	}
	text.WriteString("\nFROM " + s.from)
	for _, join := range s.joins {
		text.WriteString("\nJOIN " + join)
	}
	if len(s.where) > 0 {
		text.WriteString("\nWHERE " + hang(strings.Join(s.where, "\nAND ")))
	}
	if len(s.groupBy) > 0 {
		text.WriteString("\nGROUP BY " + strings.Join(s.groupBy, ", "))
	}
	if s.first != nil {
		text.WriteString("\nORDER BY " + strings.Join(s.first, ", "))
	}
	return text.String()
}

// derived is the selection as a table of a FROM clause.
func (s selection) derived(alias string) string {
	return "(\n" + indent(s.String()) + "\n) AS " + alias
}

// exists is the condition that the selection has a row.
func (s selection) exists() string {
	s.columns = []string{"1 AS [found]"}
	return "EXISTS (\n" + indent(s.String()) + "\n)"
}

// anyOf is the condition that one of the conditions holds.
func anyOf(conditions ...string) string {
	return "(\n" + indent(strings.Join(conditions, "\nOR ")) + "\n)"
}

// allOf is the condition that all of the conditions hold.
func allOf(conditions ...string) string {
	return "(" + strings.Join(conditions, " AND ") + ")"
}

// column is a column of a result under its alias.
func column(expression, alias string) string {
	return expression + " AS [" + alias + "]"
}

// choose is the CASE expression with these arms, each a WHEN or the ELSE.
func choose(arms ...string) string {
	return "CASE\n" + indent(strings.Join(arms, "\n")) + "\nEND"
}

// in is the condition that a value is one of the values.
func in(expression string, values []string) string {
	return expression + " IN (" + strings.Join(values, ", ") + ")"
}

// numbers are written into the text. They are integers by type, a literal has the type of the option columns, which
// a bigint parameter has not, and the parameters are left to the ids.
func numbers(values []int64) []string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = strconv.FormatInt(value, 10)
	}
	return texts
}

// isNot is the condition that a choice is another number, or null.
func isNot(expression string, number int64) string {
	return fmt.Sprintf("(%s <> %d OR %s IS NULL)", expression, number, expression)
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,127}$`)

// quote is a table's or column's name, of which only the plain form of logical names is accepted.
func quote(name string) (string, error) {
	if !plainName.MatchString(name) {
		return "", fmt.Errorf("%q is not a logical name of Dataverse: write it in lower case letters, digits and _", name)
	}
	return "[" + name + "]", nil
}

const indentation = "    "

// indent moves every line to the right.
func indent(text string) string {
	return indentation + hang(text)
}

// hang moves every line but the first to the right.
func hang(text string) string {
	return strings.ReplaceAll(text, "\n", "\n"+indentation)
}
