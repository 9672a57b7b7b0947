package exporter

import (
	"context"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// tokenWatch is the longest time between two looks at the token. Where queries are rare the token is renewed between two
// of them, and its expiry would look overdue until the next one.
const tokenWatch = time.Minute

// watchToken asks for the token that a login would get now, so that its expiry is known before a login needs it.
func (e *Exporter) watchToken(ctx context.Context) {
	for {
		if e.hold.left() == 0 {
			ctxToken, cancel := context.WithTimeout(ctx, e.options.Timeout)
			token, err := e.options.Token(ctxToken)
			cancel()
			if expiry, ok := tokenExpiry(token); err == nil && ok {
				e.tokenExpiry.Store(&expiry)
			}
		}
		if !sleep(ctx, min(e.options.Interval, tokenWatch)) {
			return
		}
	}
}

// tokenExpiry reads when an access token ends. The token is not verified: that is for Dataverse to do, and the time is
// only shown.
func tokenExpiry(token string) (time.Time, bool) {
	var claims jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &claims); err != nil || claims.ExpiresAt == nil {
		return time.Time{}, false
	}
	return claims.ExpiresAt.Time, true
}
