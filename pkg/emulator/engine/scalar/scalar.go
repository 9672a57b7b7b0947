// Package scalar holds the functions of T-SQL that SQLite has no equal of. The checker folds constants with them, and
// the store offers them to SQLite under the same names; whatever SQLite can do itself is printed as SQLite instead.
//
// Values are nil, int64, float64, string and []byte, as SQLite has them: dates and times are numbers (package instant),
// uniqueidentifiers are keys (package guid), bits are 0 and 1. Except for Raise and Concat a NULL argument gives NULL.
package scalar

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
)

// Function is one function.
type Function struct {
	Args int
	Call func(args []any) (any, error) // never called with a nil among args
}

// Functions are all functions by the name that SQLite knows them under. Raise and NewID are not among them.
var Functions = map[string]Function{
	Within:             {5, within},
	"dv_upper":         {1, upper},
	"dv_lower":         {1, lower},
	"dv_substring":     {3, substring},
	"dv_left":          {2, left},
	"dv_right":         {2, right},
	"dv_replace":       {3, replace},
	"dv_charindex":     {3, charindex},
	"dv_like":          {3, like},
	"dv_round":         {3, round},
	"dv_guid_text":     {1, guidText},
	"dv_text_guid":     {1, textGUID},
	"dv_text_int":      {2, textInt},
	"dv_text_float":    {2, textFloat},
	"dv_text_bit":      {1, textBit},
	"dv_text_datetime": {2, textDateTime},
	"dv_text_time2":    {3, textDateTime2},
	"dv_text_date":     {2, textDate},
	"dv_datetime_text": {2, dateTimeText},
	"dv_time2_text":    {3, time2Text},
	"dv_date_text":     {2, dateText},
	"dv_float_text":    {1, floatText},
	"dv_decimal_text":  {2, decimalText},
	"dv_date_part":     {2, datePart},
	"dv_date_name":     {2, dateName},
	"dv_add_months":    {2, addMonths},
	"dv_from_parts":    {3, fromParts},
	"dv_end_of_month":  {2, endOfMonth},
}

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
	body, err := json.Marshal(fault.Error{Number: number, Class: 16, State: 1, Message: text})
	if err != nil {
		return err
	}
	return errors.New(marker + string(body))
}

func throw(number int32, format string, args ...any) error {
	return Throw(number, fault.New(number, 0, 0, format, args...).Message)
}

// Thrown finds the error of Throw or Raise in an error that SQLite handed over.
func Thrown(err error) (*fault.Error, bool) {
	_, body, found := strings.Cut(err.Error(), marker)
	if !found {
		return nil, false
	}
	f := &fault.Error{}
	if json.NewDecoder(strings.NewReader(body)).Decode(f) != nil {
		return nil, false
	}
	return f, true
}
