package check

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/ast"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// part is a date part.
type part string

const (
	year        part = "year"
	quarter     part = "quarter"
	month       part = "month"
	dayOfYear   part = "dayofyear"
	day         part = "day"
	week        part = "week"
	isoWeek     part = "iso_week"
	weekday     part = "weekday"
	hour        part = "hour"
	minute      part = "minute"
	secondPart  part = "second"
	millisecond part = "millisecond"
	microsecond part = "microsecond"
	nanosecond  part = "nanosecond"
	tzOffset    part = "tzoffset"
)

// partNames are the date parts with their abbreviations.
// https://learn.microsoft.com/sql/t-sql/functions/datepart-transact-sql
var partNames = map[string]part{
	"year": year, "yy": year, "yyyy": year, "quarter": quarter, "qq": quarter, "q": quarter, "month": month, "mm": month,
	"m": month, "dayofyear": dayOfYear, "dy": dayOfYear, "y": dayOfYear, "day": day, "dd": day, "d": day, "week": week,
	"wk": week, "ww": week, "iso_week": isoWeek, "isowk": isoWeek, "isoww": isoWeek, "weekday": weekday, "dw": weekday,
	"hour": hour, "hh": hour, "minute": minute, "mi": minute, "n": minute, "second": secondPart, "ss": secondPart,
	"s": secondPart, "millisecond": millisecond, "ms": millisecond, "microsecond": microsecond, "mcs": microsecond,
	"nanosecond": nanosecond, "ns": nanosecond, "tzoffset": tzOffset, "tz": tzOffset,
}

// namedPart reads the date part that is the first argument: a bare word, which is no column there.
func namedPart(n *ast.Call) (part, error) {
	at := n.Args[0].Place()
	word, ok := n.Args[0].(*ast.Column)
	if !ok || !word.Bare || word.Table != "" {
		return "", sqlerror.New(1023, at, "Invalid parameter 1 specified for %s.", strings.ToLower(n.Name))
	}
	p, ok := partNames[strings.ToLower(word.Name)]
	if !ok {
		return "", sqlerror.New(155, at, "'%s' is not a recognized %s option.", word.Name, strings.ToLower(n.Name))
	}
	return p, nil
}

func noPart(at token.Pos, p part, function string, t sqltype.Type) error {
	return sqlerror.New(9810, at, "The datepart %s is not supported by date function %s for data type %s.", p, function, kindName(t))
}
