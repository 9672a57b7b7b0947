// Package sqlerror has the errors that the engine answers a statement with: number, text and place.
//
// Two styles of text. Where the condition is SQL Server's own, number and text are SQL Server's
// (https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors).
// Where Dataverse's checker refuses, the text has the form {"Message":"… Line:n, Position:m"}. That form has been seen
// on real environments; the numbers of these refusals have not, so they are assumed, as are the sentences.
package sqlerror

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// Error is what a statement is refused or broken off with.
type Error struct {
	Number         int32
	Class          uint8 // severity; 16 unless said otherwise
	State          uint8
	Line, Position int // of the place in the text, from 1; of the statement when the error came up while it ran
	Message        string
}

func (e *Error) Error() string {
	return fmt.Sprintf("Msg %d, Level %d, State %d, Line %d, Position %d: %s", e.Number, e.Class, e.State, e.Line, e.Position, e.Message)
}

// Numbers that Dataverse's refusals travel under. Assumed: no trace of a real one is public.
const (
	NumberRefused int32 = 40517 // a construct that Dataverse does not support; Azure SQL's "Keyword or statement option … is not supported"
	NumberSyntax  int32 = 102   // SQL Server's "Incorrect syntax near …"
)

// New is an error of SQL Server's own, with its number and text.
func New(number int32, at token.Pos, format string, args ...any) *Error {
	return &Error{Number: number, Class: 16, State: 1, Line: at.Line, Position: at.Column, Message: fmt.Sprintf(format, args...)}
}

// checker is an error in the style of Dataverse's checker.
func checker(number int32, at token.Pos, format string, args ...any) *Error {
	text := fmt.Sprintf(format, args...) + fmt.Sprintf(" Line:%d, Position:%d", at.Line, at.Column)
	var body strings.Builder
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	if err := e.Encode(struct{ Message string }{text}); err != nil { // a string always has a form in JSON
		body.WriteString(text)
	}
	return &Error{Number: number, Class: 15, State: 1, Line: at.Line, Position: at.Column, Message: strings.TrimSpace(body.String())}
}

// Refused says that Dataverse does not support what stands there.
func Refused(at token.Pos, what string) *Error {
	return checker(NumberRefused, at, "%s is not supported.", what)
}

// RefusedBecause is Refused with a reason or a remedy.
func RefusedBecause(at token.Pos, what, remedy string) *Error {
	return checker(NumberRefused, at, "%s is not supported. %s", what, remedy)
}
