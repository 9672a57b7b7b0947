package csvfile

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/google/uuid"
)

// timeForm has milliseconds, which tell all values of datetime apart, as 1/300 s is more than three of them.
const timeForm = "2006-01-02T15:04:05.000Z"

// otherTimeForms are read besides RFC 3339.
var otherTimeForms = []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly}

// format is the cell of a value, which is of the Go type that sqltype names, or nil.
func format(t sqltype.Type, value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case uuid.UUID:
		return v.String(), nil
	case time.Time:
		switch t.Kind {
		case sqltype.DateTime:
			return v.UTC().Round(time.Millisecond).Format(timeForm), nil
		case sqltype.Date:
			return v.Format(time.DateOnly), nil
		}
		return v.Format(time.RFC3339Nano), nil
	case string:
		if t.IsText() {
			return escape(v), nil
		}
		return v, nil
	}
	return "", fmt.Errorf("a %T cannot be written as %s", value, t)
}

var escapes = strings.NewReplacer(`\`, `\\`, "\r", `\r`)

func escape(text string) string {
	if text == "" || text[0] == '\\' || strings.Contains(text, "\r") {
		return `\` + escapes.Replace(text)
	}
	return text
}

func unescape(cell string) (string, error) {
	rest, escaped := strings.CutPrefix(cell, `\`)
	if !escaped {
		return cell, nil
	}
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		if rest[i] != '\\' {
			b.WriteByte(rest[i])
			continue
		}
		i++
		switch {
		case i < len(rest) && rest[i] == '\\':
			b.WriteByte('\\')
		case i < len(rest) && rest[i] == 'r':
			b.WriteByte('\r')
		default:
			return "", errors.New(`a text that begins with a backslash is escaped, and in it a backslash stands before \ or r only: write \\ for a backslash`)
		}
	}
	return b.String(), nil
}

var decimal = regexp.MustCompile(`^-?\d{1,38}(\.\d{1,38})?$`)

// Ranges of the whole numbers.
var ranges = map[sqltype.Kind][2]int64{
	sqltype.TinyInt:  {0, math.MaxUint8},
	sqltype.SmallInt: {math.MinInt16, math.MaxInt16},
	sqltype.Int:      {math.MinInt32, math.MaxInt32},
	sqltype.BigInt:   {math.MinInt64, math.MaxInt64},
}

// parse is the value of a cell that is not empty.
func parse(t sqltype.Type, cell string) (any, error) {
	switch t.Kind {
	case sqltype.NVarChar, sqltype.VarChar:
		return parseText(t, cell)
	case sqltype.UniqueIdentifier:
		id, err := uuid.Parse(cell)
		if err != nil || len(cell) != 36 && len(cell) != 38 {
			return nil, errors.New("is no id: give one such as 6f9619ff-8b86-d011-b42d-00c04fc964ff")
		}
		return id, nil
	case sqltype.Bit:
		switch strings.ToLower(cell) {
		case "true", "1":
			return true, nil
		case "false", "0":
			return false, nil
		}
		return nil, errors.New("is no bit: give true or false")
	case sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt:
		limits := ranges[t.Kind]
		n, err := strconv.ParseInt(cell, 10, 64)
		if err != nil || n < limits[0] || n > limits[1] {
			return nil, fmt.Errorf("is no %s: give a whole number from %d to %d", t, limits[0], limits[1])
		}
		return n, nil
	case sqltype.Float:
		f, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, errors.New("is no number: give one such as 1.5")
		}
		return f, nil
	case sqltype.Decimal, sqltype.Money:
		whole, _, _ := strings.Cut(strings.TrimPrefix(cell, "-"), ".")
		if !decimal.MatchString(cell) || len(strings.TrimLeft(whole, "0")) > wholeDigits(t) {
			return nil, fmt.Errorf("is no %s: give a number such as 1.5, with at most %d digits before the point", t, wholeDigits(t))
		}
		return cell, nil
	case sqltype.DateTime, sqltype.DateTime2, sqltype.DateTimeOffset, sqltype.Date:
		return parseTime(t, cell)
	}
	return nil, fmt.Errorf("cannot be read, as no %s can", t)
}

func wholeDigits(t sqltype.Type) int {
	if t.Kind == sqltype.Money {
		return 15
	}
	return t.Precision - t.Scale
}

func parseText(t sqltype.Type, cell string) (any, error) {
	text, err := unescape(cell)
	if err != nil {
		return nil, err
	}
	length := 0 // in UTF-16, as SQL Server counts
	for _, r := range text {
		if length++; r > 0xffff {
			length++
		}
	}
	switch {
	case !utf8.ValidString(text):
		return nil, errors.New("is not UTF-8: save the file in that encoding")
	case strings.ContainsRune(text, 0):
		return nil, errors.New("has a zero character in it: remove it")
	case t.Length != sqltype.Max && length > t.Length:
		return nil, fmt.Errorf("has %d characters: at most %d fit", length, t.Length)
	}
	return text, nil
}

func parseTime(t sqltype.Type, cell string) (any, error) {
	moment, err := time.Parse(time.RFC3339Nano, cell)
	for _, form := range otherTimeForms {
		if err == nil {
			break
		}
		moment, err = time.Parse(form, cell) // fractions of seconds are read although the forms have none
	}
	if err != nil {
		return nil, errors.New("is no time: give one such as 2026-03-18T10:07:30Z")
	}
	if t.Kind != sqltype.DateTimeOffset {
		moment = moment.UTC()
	}
	first := 1
	if t.Kind == sqltype.DateTime {
		first = 1753
	}
	if year := moment.UTC().Year(); year < first || year > 9999 {
		return nil, fmt.Errorf("lies outside of the years %d to 9999, which a %s can hold", first, t)
	}
	return moment, nil
}
