package exporter

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// TokenExpiry reads when an access token ends. The token is not verified: that is for Dataverse to do, and the time is
// only shown.
func TokenExpiry(token string) (time.Time, bool) {
	var claims jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &claims); err != nil || claims.ExpiresAt == nil {
		return time.Time{}, false
	}
	return claims.ExpiresAt.Time, true
}
