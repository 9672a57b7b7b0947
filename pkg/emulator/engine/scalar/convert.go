package scalar

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/guid"
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

// columns are the words that SQL Server's messages have for the integer types.
var columns = map[string]string{"tinyint": "INT1", "smallint": "INT2"}

// textInt converts a text to an integer type: dv_text_int(text, to, from). ” is 0.
func textInt(args []any) (any, error) {
	s, name, from := strings.Trim(text(args[0]), " "), text(args[1]), text(args[2])
	if s == "" {
		return int64(0), nil
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(s, "+"), 10, 64)
	bounds := integers[name]
	switch {
	case errors.Is(err, strconv.ErrSyntax) || strings.HasPrefix(s, "+-") || strings.HasPrefix(s, "++"):
		if name == "bigint" {
			return nil, throw(8114, "Error converting data type %s to bigint.", from)
		}
		return nil, throw(245, "Conversion failed when converting the %s value '%s' to data type %s.", from, text(args[0]), name)
	case err == nil && n >= bounds[0] && n <= bounds[1]:
		return n, nil
	case name == "bigint":
		return nil, overflow("expression", "bigint")
	case columns[name] != "":
		return nil, throw(244, "The conversion of the %s value '%s' overflowed an %s column. Use a larger integer column.", from, text(args[0]), columns[name])
	}
	return nil, throw(248, "The conversion of the %s value '%s' overflowed an %s column.", from, text(args[0]), name)
}

// narrow converts an int, or less, to a smaller type: dv_narrow(number, to).
func narrow(args []any) (any, error) {
	n, name := whole(args[0]), text(args[1])
	if bounds := integers[name]; n < bounds[0] || n > bounds[1] {
		return nil, throw(220, "Arithmetic overflow error for data type %s, value = %d.", name, n)
	}
	return n, nil
}

// floatInt converts a float to an integer type, cutting off its fraction: dv_float_int(float, from, to).
func floatInt(args []any) (any, error) {
	f, name := real(args[0]), text(args[2])
	bounds := integers[name]
	if t := math.Trunc(f); t >= float64(bounds[0]) && t <= float64(bounds[1]) && t < 1<<63 {
		return int64(t), nil
	}
	if name == "bigint" {
		return nil, overflow("expression", "bigint")
	}
	return nil, throw(232, "Arithmetic overflow error for type %s, value = %.6f.", name, f)
}

// parseFloat reads a float as SQL Server writes it; ok is false for what is none, range for what is too large.
func parseFloat(s string) (f float64, err error) {
	if strings.ContainsAny(s, "xX_pPnN") {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(s, 64)
}

// textFloat converts a text to float: dv_text_float(text, from). ” is 0.
func textFloat(args []any) (any, error) {
	s := strings.Trim(text(args[0]), " ")
	if s == "" {
		return 0.0, nil
	}
	f, err := parseFloat(s)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return nil, overflow(text(args[1]), "float")
	case err != nil:
		return nil, throw(8114, "Error converting data type %s to float.", text(args[1]))
	}
	return f, nil
}

// finite lets a float through that is one: dv_finite(float).
func finite(args []any) (any, error) {
	if f := real(args[0]); math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, overflow("expression", "float")
	}
	return args[0], nil
}

// single rounds a float to 32 bits: dv_real(float).
func single(args []any) (any, error) {
	f := float32(real(args[0]))
	if math.IsInf(float64(f), 0) {
		return nil, overflow("float", "real")
	}
	return float64(f), nil
}

// textBit converts a text to bit: dv_text_bit(text, from).
func textBit(args []any) (any, error) {
	switch s := strings.ToLower(strings.Trim(text(args[0]), " ")); {
	case s == "true":
		return int64(1), nil
	case s == "false", s == "":
		return int64(0), nil
	default:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, throw(245, "Conversion failed when converting the %s value '%s' to data type bit.", text(args[1]), text(args[0]))
		}
		if n != 0 {
			n = 1
		}
		return n, nil
	}
}

// room lets a text through that is not too long: dv_room(text, length, instead, from, to). A longer one is what stands
// for it, or an error when nothing does.
func room(args []any) (any, error) {
	s, instead := text(args[0]), text(args[2])
	if int64(utf8.RuneCountInString(s)) <= whole(args[1]) {
		return s, nil
	}
	if instead != "" {
		return instead, nil
	}
	return nil, overflow(text(args[3]), text(args[4]))
}

// fill is a text filled up with blanks: dv_fill(text, length).
func fill(args []any) (any, error) {
	s := text(args[0])
	return s + strings.Repeat(" ", int(min(max(whole(args[1])-int64(utf8.RuneCountInString(s)), 0), 8000))), nil
}

// floatText writes a float: dv_float_text(float, style). Style 0 has six significant digits and an exponent where it
// must, 1 has 8, 2 has 16 and 3 has 17 digits, always with an exponent.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#float-and-real-styles
func floatText(args []any) (any, error) {
	format, precision := byte('g'), 6
	switch whole(args[1]) {
	case 1:
		format, precision = 'e', 7
	case 2:
		format, precision = 'e', 15
	case 3:
		format, precision = 'e', 16
	}
	s := strconv.FormatFloat(real(args[0]), format, precision, 64)
	mantissa, exponent, scientific := strings.Cut(s, "e")
	if !scientific {
		return s, nil
	}
	sign := exponent[:1]
	return mantissa + "e" + sign + strings.Repeat("0", max(4-len(exponent), 0)) + exponent[1:], nil
}

// round is ROUND(x, digits, truncate) for floats.
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
