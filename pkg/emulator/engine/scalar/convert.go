package scalar

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/guid"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/instant"
)

// text, whole and real read arguments whose types the checker made sure of.
func text(v any) string {
	s, _ := v.(string)
	return s
}

func whole(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case float64:
		return int64(n)
	}
	return 0
}

func real(v any) float64 {
	switch n := v.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	return 0
}

func guidText(args []any) (any, error) {
	key, _ := args[0].([]byte)
	id, ok := guid.FromKey(key)
	if !ok {
		return nil, throw(8169, "Conversion failed when converting from a character string to uniqueidentifier.")
	}
	return guid.Text(id), nil
}

func textGUID(args []any) (any, error) {
	id, ok := guid.Parse(text(args[0]))
	if !ok {
		return nil, throw(8169, "Conversion failed when converting from a character string to uniqueidentifier.")
	}
	return guid.Key(id), nil
}

// integers are the bounds of the integer types.
var integers = map[string][2]int64{
	"tinyint": {0, 255}, "smallint": {math.MinInt16, math.MaxInt16}, "int": {math.MinInt32, math.MaxInt32}, "bigint": {math.MinInt64, math.MaxInt64},
}

// textInt converts a text to the integer type that the second argument names; ” is 0.
func textInt(args []any) (any, error) {
	s, name := strings.Trim(text(args[0]), " "), text(args[1])
	if s == "" {
		return int64(0), nil
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(s, "+"), 10, 64)
	if errors.Is(err, strconv.ErrSyntax) || strings.HasPrefix(s, "+-") || strings.HasPrefix(s, "++") {
		if name == "bigint" {
			return nil, throw(8114, "Error converting data type nvarchar to bigint.")
		}
		return nil, throw(245, "Conversion failed when converting the nvarchar value '%s' to data type %s.", text(args[0]), name)
	}
	if bounds := integers[name]; err != nil || n < bounds[0] || n > bounds[1] {
		return nil, throw(248, "The conversion of the nvarchar value '%s' overflowed an %s column.", text(args[0]), name)
	}
	return n, nil
}

func textFloat(args []any) (any, error) {
	s := strings.Trim(text(args[0]), " ")
	if s == "" && text(args[1]) == "float" {
		return 0.0, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(s, "xX_pP") {
		return nil, throw(8114, "Error converting data type nvarchar to %s.", text(args[1]))
	}
	return f, nil
}

func textBit(args []any) (any, error) {
	switch s := strings.ToLower(strings.Trim(text(args[0]), " ")); {
	case s == "true":
		return int64(1), nil
	case s == "false", s == "":
		return int64(0), nil
	default:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, throw(245, "Conversion failed when converting the nvarchar value '%s' to data type bit.", text(args[0]))
		}
		if n != 0 {
			n = 1
		}
		return n, nil
	}
}

const (
	noDate  = "Conversion failed when converting date and/or time from character string."
	noRange = "The conversion of a nvarchar data type to a datetime data type resulted in an out-of-range value."
)

func parseTime(v, style any, digits int) (time.Time, error) {
	t, err := instant.Parse(text(v), digits, whole(style) == 127)
	switch {
	case errors.Is(err, instant.ErrRange):
		return t, throw(242, noRange)
	case err != nil:
		return t, throw(241, noDate)
	}
	return t, nil
}

func textDateTime(args []any) (any, error) {
	t, err := parseTime(args[0], args[1], 3)
	if err != nil {
		return nil, err
	}
	ticks, ok := instant.DateTime(t)
	if !ok {
		return nil, throw(242, noRange)
	}
	return ticks, nil
}

func textDateTime2(args []any) (any, error) {
	t, err := parseTime(args[0], args[1], 7)
	if err != nil {
		return nil, err
	}
	ticks, ok := instant.DateTime2(t, int(whole(args[2])))
	if !ok {
		return nil, throw(242, noRange)
	}
	return ticks, nil
}

func textDate(args []any) (any, error) {
	t, err := parseTime(args[0], args[1], 7)
	if err != nil {
		return nil, err
	}
	days, _ := instant.Date(t)
	return days, nil
}

func noStyle(style any) error {
	return throw(281, "%d is not a valid style number when converting from datetime to a character string.", whole(style))
}

// dateTimeText writes a datetime; its milliseconds end in 0, 3 or 7.
func dateTimeText(args []any) (any, error) {
	ticks := whole(args[0])
	second := ticks / 300
	t := instant.FromDateTime(second * 300).Add(time.Duration((ticks%300*10+1)/3) * time.Millisecond)
	s, ok := instant.Format(t, instant.Layout(whole(args[1])), 3, false)
	if !ok {
		return nil, noStyle(args[1])
	}
	return s, nil
}

func time2Text(args []any) (any, error) {
	style := whole(args[1])
	if style == 0 {
		style = 121 // the default style of datetime2
	}
	s, ok := instant.Format(instant.FromDateTime2(whole(args[0])), instant.Layout(style), int(whole(args[2])), false)
	if !ok {
		return nil, noStyle(args[1])
	}
	return s, nil
}

func dateText(args []any) (any, error) {
	style := whole(args[1])
	if style == 0 {
		style = 23 // the default style of date
	}
	s, ok := instant.Format(instant.FromDate(whole(args[0])), instant.Layout(style), 0, true)
	if !ok {
		return nil, noStyle(args[1])
	}
	return s, nil
}

// floatText writes a float with six significant digits, as CONVERT's default style does.
func floatText(args []any) (any, error) {
	s := strconv.FormatFloat(real(args[0]), 'g', 6, 64)
	mantissa, exponent, scientific := strings.Cut(s, "e")
	if !scientific {
		return s, nil
	}
	n, err := strconv.Atoi(exponent)
	if err != nil {
		return s, nil
	}
	sign := "+"
	if n < 0 {
		sign, n = "-", -n
	}
	return mantissa + "e" + sign + strings.Repeat("0", max(3-len(strconv.Itoa(n)), 0)) + strconv.Itoa(n), nil
}

func decimalText(args []any) (any, error) {
	return FormatDecimal(real(args[0]), int(whole(args[1]))), nil
}

// FormatDecimal writes a decimal with scale digits after the point, rounded half away from zero.
func FormatDecimal(f float64, scale int) string {
	scale = min(max(scale, 0), 38)
	s := strconv.FormatFloat(roundTo(f, int64(scale)), 'f', scale, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// round is ROUND(x, digits, truncate) for floats and decimals.
func round(args []any) (any, error) {
	f, digits := real(args[0]), whole(args[1])
	if digits > 300 || digits < -300 {
		if digits > 0 {
			return f, nil
		}
		return 0.0, nil
	}
	if whole(args[2]) != 0 {
		unit := math.Pow(10, float64(digits))
		return math.Trunc(f*unit) / unit, nil
	}
	return roundTo(f, digits), nil
}

// roundTo rounds half away from zero; the shortest decimal form of f decides what is half.
func roundTo(f float64, digits int64) float64 {
	if digits >= 0 && digits < 17 {
		s := strconv.FormatFloat(f, 'f', -1, 64)
		if at := strings.IndexByte(s, '.'); at < 0 || int64(len(s)-at-1) <= digits {
			return f
		}
	}
	unit := math.Pow(10, math.Abs(float64(digits)))
	var r float64
	if digits >= 0 {
		scaled, err := strconv.ParseFloat(strconv.FormatFloat(f*unit, 'g', 15, 64), 64)
		if err != nil {
			return f
		}
		r = math.Round(scaled) / unit
	} else {
		r = math.Round(f/unit) * unit
	}
	if math.IsNaN(r) || math.IsInf(r, 0) {
		return f
	}
	return r
}
