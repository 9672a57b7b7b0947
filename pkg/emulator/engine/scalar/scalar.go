// Package scalar holds the functions of T-SQL that SQLite has no equal of. The checker folds constants with them, and
// the store offers them to SQLite under the same names; whatever SQLite can do itself is printed as SQLite instead.
//
// Values are nil, int64, float64, string and []byte, as SQLite has them: dates and times are numbers (package instant),
// uniqueidentifiers are keys (package guid), so are decimals and money (package exact), bits are 0 and 1. Except for those
// functions that take NULLs a NULL argument gives NULL.
package scalar

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
)

// Function is one function.
type Function struct {
	Args  int                           // -1 for any number
	Call  func(args []any) (any, error) // never called with a nil among args, unless Nulls
	Nulls bool                          // takes NULLs
}

// Answer is the value of a call.
func (f Function) Answer(args []any) (any, error) {
	if !f.Nulls && slices.Contains(args, nil) {
		return nil, nil
	}
	return f.Call(args)
}

// Functions are all functions by the name that SQLite knows them under. Raise and NewID are not among them.
var Functions = map[string]Function{
	Within:               {Args: 5, Call: within},
	"dv_upper":           {Args: 1, Call: upper},
	"dv_lower":           {Args: 1, Call: lower},
	"dv_substring":       {Args: 3, Call: substring},
	"dv_left":            {Args: 2, Call: left},
	"dv_right":           {Args: 2, Call: right},
	"dv_replace":         {Args: 3, Call: replace},
	"dv_charindex":       {Args: 3, Call: charindex},
	"dv_like":            {Args: 3, Call: like},
	"dv_round":           {Args: 3, Call: round},
	"dv_guid_text":       {Args: 1, Call: guidText},
	"dv_text_guid":       {Args: 1, Call: textGUID},
	"dv_text_int":        {Args: 3, Call: textInt},
	"dv_text_float":      {Args: 2, Call: textFloat},
	"dv_text_bit":        {Args: 2, Call: textBit},
	"dv_text_exact":      {Args: 5, Call: textExact},
	"dv_text_datetime":   {Args: 3, Call: textDateTime},
	"dv_text_time2":      {Args: 3, Call: textDateTime2},
	"dv_text_date":       {Args: 2, Call: textDate},
	"dv_datetime_text":   {Args: 2, Call: dateTimeText},
	"dv_time2_text":      {Args: 3, Call: time2Text},
	"dv_date_text":       {Args: 2, Call: dateText},
	"dv_float_text":      {Args: 2, Call: floatText},
	"dv_float_int":       {Args: 3, Call: floatInt},
	"dv_narrow":          {Args: 2, Call: narrow},
	"dv_finite":          {Args: 1, Call: finite},
	"dv_real":            {Args: 1, Call: single},
	"dv_room":            {Args: 5, Call: room},
	"dv_fill":            {Args: 2, Call: fill},
	"dv_minutes":         {Args: 2, Call: minutes},
	"dv_days_datetime":   {Args: 1, Call: daysDateTime},
	"dv_exact":           {Args: 5, Call: exactNumber},
	"dv_exact_add":       exactOf(func(l, r exact.Number, _ int) exact.Number { return l.Add(r) }),
	"dv_exact_sub":       exactOf(func(l, r exact.Number, _ int) exact.Number { return l.Sub(r) }),
	"dv_exact_mul":       exactOf(func(l, r exact.Number, _ int) exact.Number { return l.Mul(r) }),
	"dv_exact_div":       exactOf(exactQuotient),
	"dv_exact_mod":       exactOf(exactRemainder),
	"dv_exact_neg":       exactOne(exact.Number.Neg),
	"dv_exact_abs":       exactOne(exact.Number.Abs),
	"dv_exact_floor":     exactOne(exact.Number.Floor),
	"dv_exact_ceiling":   exactOne(exact.Number.Ceiling),
	"dv_exact_sign":      {Args: 1, Call: exactSign},
	"dv_exact_round":     {Args: 6, Call: exactRound},
	"dv_exact_float":     {Args: 1, Call: exactFloat},
	"dv_exact_text":      {Args: 3, Call: exactText},
	"dv_exact_whole":     {Args: 3, Call: exactWhole},
	"dv_date_part":       {Args: 2, Call: datePart},
	"dv_date_name":       {Args: 2, Call: dateName},
	"dv_add_months":      {Args: 2, Call: addMonths},
	"dv_from_parts":      {Args: 3, Call: fromParts},
	"dv_end_of_month":    {Args: 2, Call: endOfMonth},
	"dv_stuff":           {Args: 4, Call: stuff},
	"dv_reverse":         {Args: 1, Call: reverse},
	"dv_replicate":       {Args: 3, Call: replicate},
	"dv_translate":       {Args: 3, Call: translate},
	"dv_quotename":       {Args: 2, Call: quoteName},
	"dv_escape_json":     {Args: 2, Call: escapeJSON},
	"dv_concat_ws":       {Args: -1, Call: concatWith, Nulls: true},
	"dv_patindex":        {Args: 2, Call: patIndex},
	"dv_joined":          {Args: 2, Call: joined},
	"dv_char":            {Args: 1, Call: character},
	"dv_ascii":           {Args: 1, Call: ascii},
	"dv_nchar":           {Args: 1, Call: nationalCharacter},
	"dv_unicode":         {Args: 1, Call: unicodeNumber},
	"dv_soundex":         {Args: 1, Call: soundex},
	"dv_difference":      {Args: 2, Call: difference},
	"dv_data_length":     {Args: 2, Call: dataLength},
	"dv_isnumeric":       {Args: 1, Call: isNumeric},
	"dv_isdate":          {Args: 1, Call: isDate},
	"dv_str":             {Args: 3, Call: str},
	"dv_parse_number":    {Args: 2, Call: parseNumber},
	"dv_parse_float":     {Args: 1, Call: parseReal},
	"dv_parse_date":      {Args: 2, Call: parseDate},
	"dv_format_number":   {Args: 3, Call: formatNumber},
	"dv_format_date":     {Args: 3, Call: formatDate},
	"dv_message":         {Args: -1, Call: formatMessage, Nulls: true},
	"dv_from_clock":      {Args: 9, Call: fromClock},
	"dv_trunc_date":      {Args: 2, Call: truncDate},
	"dv_date_bucket":     {Args: 3, Call: dateBucket},
	"dv_month_bucket":    {Args: 4, Call: monthBucket},
	"dv_greatest":        {Args: -1, Call: greatest, Nulls: true},
	"dv_least":           {Args: -1, Call: least, Nulls: true},
	"dv_offset":          {Args: 2, Call: fromLocal},
	"dv_offset_utc":      {Args: 1, Call: offsetUTC},
	"dv_offset_local":    {Args: 1, Call: offsetLocal},
	"dv_offset_minutes":  {Args: 1, Call: offsetMinutes},
	"dv_offset_argument": {Args: 2, Call: offsetArgument},
	"dv_offset_range":    {Args: 2, Call: offsetRange},
	"dv_offset_parts":    {Args: 2, Call: offsetFromParts},
	"dv_offset_text":     {Args: 3, Call: offsetText},
	"dv_text_offset":     {Args: 3, Call: textOffset},
	"dv_xor":             {Args: 2, Call: exclusiveOr},
	"dv_log":             {Args: 2, Call: logarithm},
	"dv_power":           {Args: 2, Call: power},
	"dv_atn2":            {Args: 2, Call: atn2},
	"dv_sign":            {Args: 1, Call: sign},
	"dv_rand":            {Args: 1, Call: random},
	"dv_sqrt":            floatOf(math.Sqrt),
	"dv_exp":             floatOf(math.Exp),
	"dv_log10":           floatOf(math.Log10),
	"dv_ln":              floatOf(math.Log),
	"dv_sin":             floatOf(math.Sin),
	"dv_cos":             floatOf(math.Cos),
	"dv_tan":             floatOf(math.Tan),
	"dv_cot":             floatOf(cotangent),
	"dv_asin":            floatOf(math.Asin),
	"dv_acos":            floatOf(math.Acos),
	"dv_atan":            floatOf(math.Atan),
	"dv_degrees":         floatOf(func(x float64) float64 { return x * (180 / math.Pi) }),
	"dv_radians":         floatOf(func(x float64) float64 { return x * (math.Pi / 180) }),
}

// Try is what the name of a function begins with that gives NULL where the function breaks the statement off. Every
// function has such a twin: a TRY_CAST is made of several.
const Try = "try_"

// Raise is the function that breaks a statement off with an error: Raise(number, text).
const Raise = "dv_raise"

// NewID is the function that makes a uniqueidentifier up: NewID().
const NewID = "dv_newid"

// Within is the function that lets a whole number through that lies within bounds, and otherwise breaks the statement
// off: Within(number, low, high, error, text).
const Within = "dv_within"

func within(args []any) (any, error) {
	n, fits := args[0].(int64) // beyond 64 bits SQLite goes on in floats
	if !fits || n < whole(args[1]) || n > whole(args[2]) {
		return nil, Throw(int32(whole(args[3])), text(args[4]))
	}
	return n, nil
}

// marker starts the text of an error on its way through SQLite.
const marker = "dataverse error: "

// Throw is an error of SQL Server's in the form that comes through SQLite unharmed.
func Throw(number int32, text string) error {
	body, err := json.Marshal(sqlerror.Error{Number: number, Class: 16, State: 1, Message: text})
	if err != nil {
		return err
	}
	return errors.New(marker + string(body))
}

func throw(number int32, format string, args ...any) error {
	return Throw(number, fmt.Sprintf(format, args...))
}

// overflow is the error of a number that does not fit its new type.
func overflow(from, to string) error {
	return throw(8115, "Arithmetic overflow error converting %s to data type %s.", from, to)
}

// overflowAdding is the error of a time that is moved out of the range of its type.
func overflowAdding(to string) error {
	return throw(517, "Adding a value to a '%s' column caused an overflow.", to)
}

// Thrown finds the error of Throw or Raise in an error that SQLite handed over.
func Thrown(err error) (*sqlerror.Error, bool) {
	if err == nil {
		return nil, false
	}
	_, body, found := strings.Cut(err.Error(), marker)
	if !found {
		return nil, false
	}
	f := &sqlerror.Error{}
	if json.NewDecoder(strings.NewReader(body)).Decode(f) != nil {
		return nil, false
	}
	return f, true
}
