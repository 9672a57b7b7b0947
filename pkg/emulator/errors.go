package emulator

import (
	"errors"
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/entra"
	"github.com/google/uuid"
)

// Numbers of the errors that the emulator itself answers with.
const (
	numberLoginFailed = 18456 // SQL Server's "Login failed"; seen on real environments with a wrong audience
	numberBroken      = 40000 // assumed: Dataverse's number for a statement that it ended is not documented
)

// refusal is what a client whose token is bad is told.
func (e *Emulator) refusal(err error) string {
	const principal = "Login failed for user '<token-identified principal>'. " // Azure SQL's words, which Fabric's are assumed to be
	switch {
	case e.issuer.Audience == copyResource && errors.Is(err, entra.ErrExpired):
		return principal + "Token is expired."
	case e.issuer.Audience == copyResource:
		return principal + "The server is not currently configured to accept this token."
	case errors.Is(err, entra.ErrNoToken):
		return "Login failed: Request is not authenticated."
	case errors.Is(err, entra.ErrExpired):
		return "Login failed: Token is expired." // assumed: Azure SQL's words, Dataverse's are not known
	}
	// Seen with a wrong audience; with a token that is bad in another way, assumed.
	return fmt.Sprintf("Login failed: The HTTP request is unauthorized with client authentication scheme 'Anonymous'. "+
		"The authentication header received from the server was 'Bearer authorization_uri=https://login.microsoftonline.com/%s/oauth2/authorize, resource_id=%s'.",
		e.issuer.TenantID, e.issuer.Audience)
}

// requests numbers the requests of a connection, for the lines that end every text of the server.
type requests struct {
	connection uuid.UUID
	number     int
}

// sign appends to a text what Dataverse appends to every one: the request and the time.
func (r requests) sign(text string, now time.Time) string {
	return fmt.Sprintf("%s\r\nRequestId: TDS;%s;%d\r\nTime: %s", text, r.connection, r.number,
		now.UTC().Format("2006-01-02T15:04:05.0000000Z"))
}
