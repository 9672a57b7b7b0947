package tds

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// declaration is one parameter of sp_executesql as its second argument declares it.
type declaration struct {
	name string // with its @
	kind sqltype.Type
}

// declaredTypes are the type names of T-SQL that a parameter may have, with the kind that they become.
var declaredTypes = map[string]sqltype.Kind{
	"bit": sqltype.Bit, "tinyint": sqltype.TinyInt, "smallint": sqltype.SmallInt, "int": sqltype.Int, "bigint": sqltype.BigInt,
	"float": sqltype.Float, "real": sqltype.Float, "decimal": sqltype.Decimal, "numeric": sqltype.Decimal,
	"money": sqltype.Money, "smallmoney": sqltype.Money,
	"nvarchar": sqltype.NVarChar, "nchar": sqltype.NVarChar, "varchar": sqltype.VarChar, "char": sqltype.VarChar,
	"uniqueidentifier": sqltype.UniqueIdentifier,
	"datetime":         sqltype.DateTime, "smalldatetime": sqltype.DateTime,
	"datetime2": sqltype.DateTime2, "datetimeoffset": sqltype.DateTimeOffset, "date": sqltype.Date,
}

// parseDeclarations reads a list such as "@p1 nvarchar(20), @p2 decimal(10, 2)". The type of a value comes
// with the value, so the declared one matters only for its name, its place, and a NULL without a type.
func parseDeclarations(list string) ([]declaration, error) {
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	var declarations []declaration
	for _, part := range splitDeclarations(list) {
		name, rest, _ := strings.Cut(strings.TrimSpace(part), " ")
		if len(name) < 2 || name[0] != '@' {
			return nil, fmt.Errorf("%.60q does not start with a name", part)
		}
		rest = strings.TrimSpace(rest)
		if first, tail, found := strings.Cut(rest, " "); found && strings.EqualFold(first, "as") {
			rest = strings.TrimSpace(tail)
		}
		kind, err := parseType(rest)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		declarations = append(declarations, declaration{name: name, kind: kind})
	}
	return declarations, nil
}

// splitDeclarations cuts at the commas that are not within brackets.
func splitDeclarations(list string) []string {
	var parts []string
	depth, start := 0, 0
	for i := range len(list) {
		switch list[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, list[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, list[start:])
}

// parseType reads a type, with OUTPUT or OUT behind it, which is refused later with the parameter.
func parseType(text string) (sqltype.Type, error) {
	text = strings.ToLower(text)
	for _, suffix := range []string{" output", " out"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, suffix))
	}
	name, arguments, bracket := strings.Cut(text, "(")
	kind, known := declaredTypes[strings.TrimSpace(name)]
	if !known {
		return sqltype.Type{}, fmt.Errorf("type %.40q is not supported", name)
	}
	t := defaultType(kind)
	if !bracket {
		return t, nil
	}
	arguments, closed := strings.CutSuffix(strings.TrimSpace(arguments), ")")
	if !closed {
		return sqltype.Type{}, errors.New("a bracket is not closed")
	}
	err := setArguments(&t, strings.Split(arguments, ","))
	return t, err
}

// defaultType is the type that T-SQL means without brackets.
func defaultType(kind sqltype.Kind) sqltype.Type {
	t := sqltype.Type{Kind: kind}
	switch kind {
	case sqltype.Decimal:
		t.Precision = 18
	case sqltype.NVarChar, sqltype.VarChar:
		t.Length = 1
	case sqltype.DateTime2, sqltype.DateTimeOffset:
		t.Scale = 7
	}
	return t
}

// setArguments sets what stands in the brackets of a type.
func setArguments(t *sqltype.Type, arguments []string) error {
	numbers := make([]int, len(arguments))
	for i, argument := range arguments {
		argument = strings.TrimSpace(argument)
		number, err := strconv.Atoi(argument)
		switch {
		case argument == "max":
			number = sqltype.Max
		case err != nil || number < 0 || number > 8000:
			return fmt.Errorf("%.20q is no length", argument)
		}
		numbers[i] = number
	}
	switch {
	case t.Kind == sqltype.Decimal && len(numbers) <= 2:
		t.Precision = numbers[0]
		if len(numbers) == 2 {
			t.Scale = numbers[1]
		}
	case len(numbers) != 1:
		return errors.New("too many numbers in brackets")
	case t.IsText():
		t.Length = numbers[0]
	case t.Kind == sqltype.DateTime2 || t.Kind == sqltype.DateTimeOffset:
		t.Scale = numbers[0]
	case t.Kind == sqltype.Float: // float(24) and float(53) are both float here
	default:
		return errors.New("the type takes no numbers in brackets")
	}
	return nil
}
