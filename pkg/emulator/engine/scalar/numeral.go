package scalar

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
)

// isNumeric is ISNUMERIC of a text: 1 for what some numeric type reads, and for signs and points alone.
// https://learn.microsoft.com/sql/t-sql/functions/isnumeric-transact-sql
func isNumeric(args []any) (any, error) {
	s := strings.Trim(text(args[0]), " ")
	if s == "" {
		return int64(0), nil
	}
	if _, err := parseFloat(strings.Replace(strings.ToLower(s), "d", "e", 1)); err == nil && strings.ContainsAny(s, "0123456789") {
		return int64(1), nil
	}
	amount := withoutCurrency(s)
	if _, ok := exact.Parse(amount); ok || strings.Trim(amount, "+-.") == "" && len(amount) <= 2 {
		return int64(1), nil
	}
	return int64(0), nil
}

// isDate is ISDATE of a text: 1 for what datetime reads.
func isDate(args []any) (any, error) {
	if text(args[0]) == "" {
		return int64(0), nil
	}
	if _, err := textDateTime([]any{args[0], int64(0), "varchar"}); err != nil {
		return int64(0), nil
	}
	return int64(1), nil
}

// str is STR(float, length, decimals): to the right of its field, or stars when the field is too short.
// https://learn.microsoft.com/sql/t-sql/functions/str-transact-sql
func str(args []any) (any, error) {
	f, length, decimals := real(args[0]), whole(args[1]), whole(args[2])
	if length < 1 || length > 8000 || decimals < 0 {
		return nil, nil
	}
	room := int(length)
	s := strconv.FormatFloat(roundTo(f, min(decimals, 16)), 'f', int(min(decimals, 16)), 64)
	if digits, _, point := strings.Cut(s, "."); point && len(s) > room && len(digits) <= room { // less of the fraction
		fraction := max(room-len(digits)-1, 0)
		s = strconv.FormatFloat(roundTo(f, int64(fraction)), 'f', fraction, 64)
	}
	if len(s) > room {
		return strings.Repeat("*", room), nil
	}
	return strings.Repeat(" ", room-len(s)) + s, nil
}

func noParse(s, to string) error {
	return throw(9819, "Error converting string value '%s' into data type %s using culture 'en-US'.", s, to)
}

// parseNumber is PARSE of a number in the culture en-US: dv_parse_number(text, to). The value is a key.
// https://learn.microsoft.com/sql/t-sql/functions/parse-transact-sql
func parseNumber(args []any) (any, error) {
	s, to := strings.TrimSpace(text(args[0])), text(args[1])
	plain := s
	if _, isMoney := money[to]; isMoney {
		if bracketed := strings.TrimSuffix(strings.TrimPrefix(s, "("), ")"); len(bracketed) == len(s)-2 {
			plain = "-" + bracketed
		}
		plain = strings.Replace(plain, "$", "", 1)
	}
	if trailing := strings.TrimSuffix(plain, "-"); trailing != plain {
		plain = "-" + strings.TrimRight(trailing, " ")
	}
	if i := strings.IndexByte(plain, ','); i > 0 || i == 0 && to == "money" {
		plain = strings.ReplaceAll(plain, ",", "")
	}
	n, ok := exact.Parse(plain)
	if !ok {
		return nil, noParse(text(args[0]), to)
	}
	return n.Key(), nil
}

// parseReal is PARSE of a float.
func parseReal(args []any) (any, error) {
	f, err := parseFloat(strings.TrimSpace(text(args[0])))
	if err != nil || math.IsInf(f, 0) {
		return nil, noParse(text(args[0]), "float")
	}
	return f, nil
}

// writtenDates are the forms in which PARSE finds dates, a time of writtenTimes behind them or not.
var (
	writtenDates = []string{
		"1/2/2006", "1-2-2006", "2006-1-2", "2006/1/2", "Monday, January 2, 2006", "Monday, 2 January 2006", "January 2, 2006", "2 January 2006",
		"Jan 2, 2006", "2 Jan 2006", "Jan 2 2006", "January 2006",
	}
	writtenTimes = []string{"", " 15:04", " 15:04:05", " 3:04 PM", " 3:04:05 PM", "T15:04:05", "T15:04:05Z", " 3:04PM", " 3 PM"}
)

// parseDate is PARSE of a date in the culture en-US: dv_parse_date(text, to). The value has ticks of datetime2.
func parseDate(args []any) (any, error) {
	s := strings.Join(strings.Fields(text(args[0])), " ")
	if len(s) <= 60 {
		for _, date := range writtenDates {
			for _, clock := range writtenTimes {
				t, err := time.Parse(date+clock, s)
				if err != nil {
					continue
				}
				if ticks, ok := instant.DateTime2(t, 7); ok {
					return ticks, nil
				}
			}
		}
	}
	return nil, noParse(text(args[0]), text(args[1]))
}
