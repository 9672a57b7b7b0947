package dataverse

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/microsoft/go-mssqldb"
)

// Bounds of SQL Server's datetime.
var (
	minDateTime = time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC)
	maxDateTime = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// checkText refuses everything but a SELECT: a statement may be sent twice, and the driver takes a single word for the
// name of a procedure.
func checkText(text string) error {
	const verb = "select"
	rest := strings.TrimSpace(text)
	if len(rest) <= len(verb) || !strings.EqualFold(rest[:len(verb)], verb) || !strings.ContainsRune(" \t\r\n", rune(rest[len(verb)])) {
		return invalidCall("only SELECT statements can be asked")
	}
	return nil
}

// parameters turns arguments into what the driver declares as bigint, nvarchar, datetime and uniqueidentifier. A plain
// time.Time would become datetimeoffset, which Dataverse does not list among its types, and nil an untyped NULL, which
// its checker is said to dislike; both cannot pass.
func parameters(args []any) ([]any, error) {
	converted := make([]any, len(args))
	for i, arg := range args {
		switch value := arg.(type) {
		case int64, string:
			converted[i] = value
		case time.Time:
			at, err := dateTime(value)
			if err != nil {
				return nil, invalidCall("parameter @p%d: %v", i+1, err)
			}
			converted[i] = mssql.DateTime1(at)
		case uuid.UUID:
			converted[i] = mssql.UniqueIdentifier(value)
		default:
			return nil, invalidCall("parameter @p%d: %v", i+1, unsendable(arg))
		}
	}
	return converted, nil
}

func invalidCall(format string, args ...any) error {
	return &Error{Class: ClassInvalid, Message: fmt.Sprintf(format, args...)}
}
