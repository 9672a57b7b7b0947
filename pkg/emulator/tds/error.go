package tds

import (
	"errors"
	"fmt"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// Error is an error that the client is shown, as an ERROR token (MS-TDS 2.2.7.10).
type Error struct {
	Number  int32 // 0 becomes 50000, the number of errors without one
	State   uint8 // 0 becomes 1
	Class   uint8 // severity; 0 becomes 16; 20 and above end the connection, as in SQL Server
	Line    int32 // 0 becomes 1
	Message string
}

// Error is the message with its number.
func (e *Error) Error() string { return fmt.Sprintf("tds: error %d: %s", e.Number, e.Message) }

// Defaults and numbers of errors.
const (
	numberUser        = 50000
	numberLogin       = 18456 // login failed
	numberLoginPacket = 17832 // the login is structurally invalid
	numberEncryption  = 20    // the client does not want encryption
	numberNoProcedure = 2812
	numberNotDeclared = 8145
	numberMissing     = 8178
	numberProtocol    = 4002  // the stream is invalid
	numberUnsupported = 40510 // statement not supported in this version of SQL Server

	classUser  = 16
	classLogin = 14
	classFatal = 20
)

// fatal says whether the connection ends with the error.
func (e *Error) fatal() bool { return e.Class >= classFatal }

func (e *Error) token() wire.ErrorInfo {
	return wire.ErrorInfo{
		Token:   wire.TokenError,
		Number:  orElse(e.Number, numberUser),
		State:   orElse(e.State, 1),
		Class:   orElse(e.Class, classUser),
		Message: e.Message,
		Line:    orElse(e.Line, 1),
	}
}

func orElse[T int32 | uint8](value, fallback T) T {
	if value == 0 {
		return fallback
	}
	return value
}

// Redirect is returned by Handler.Login to send the client to another address (ENVCHANGE of type 20,
// MS-TDS 2.2.7.9). The client logs in there anew.
type Redirect struct {
	Host string // name or address, without a port
	Port uint16
}

// Error says where to.
func (r *Redirect) Error() string { return fmt.Sprintf("tds: redirect to %s, port %d", r.Host, r.Port) }

// shown is the error that a client is shown: an *Error as it is, of any other no more than the fallback.
func shown(err error, fallback *Error) (shown *Error, internal bool) {
	var e *Error
	if errors.As(err, &e) {
		return e, false
	}
	return fallback, true
}
