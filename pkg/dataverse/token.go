package dataverse

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// TokenSource returns a token for the environment. It is called at every login (twice at a redirected one) and at no
// other time, possibly from several goroutines at once, so it keeps its own cache. Its errors are shown to people: they
// are wrapped with ClassAuth unless they are an *Error already, and must hold no secret.
type TokenSource func(ctx context.Context) (string, error)

// StaticToken always returns the same token: one that somebody else got, for trials and tests.
func StaticToken(token string) TokenSource {
	token = strings.TrimSpace(token)
	if len(token) > 7 && strings.EqualFold(token[:7], "Bearer ") {
		token = strings.TrimSpace(token[7:])
	}
	secret := NewSecret(token)
	return func(context.Context) (string, error) {
		if secret.IsEmpty() {
			failure := newError(ClassAuth, "the access token is empty", nil)
			failure.Hint = "paste a token for the environment"
			return "", failure
		}
		return secret.Reveal(), nil
	}
}

// AccessToken always returns the same token, as StaticToken does, but refuses one that is not for the environment: whoever
// may change the address must not get the token sent to an environment of theirs. What cannot be read is refused too,
// except on this computer.
func AccessToken(address Address, token Secret) (TokenSource, error) {
	source := StaticToken(token.Reveal())
	if address.IsLoopback() || token.IsEmpty() {
		return source, nil
	}
	text, err := source(context.Background())
	if err != nil {
		return nil, err
	}
	var claims jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(text, &claims); err != nil {
		failure := newError(ClassWrongAudience, "it is no JSON Web Token, so that nobody can tell what it is for", nil)
		failure.Hint = "get a token with the scope " + address.Scope()
		return nil, failure
	}
	for _, audience := range claims.Audience {
		if parsed, err := url.Parse(audience); err == nil && parsed.Scheme == "https" && strings.EqualFold(parsed.Hostname(), address.Host()) {
			return source, nil
		}
	}
	return nil, wrongAudience(claims.Audience, address)
}

// dataverseApplication is the client id of Dataverse itself, which version 2.0 tokens may name as their audience.
const dataverseApplication = "00000007-0000-0000-c000-000000000000"

// checkToken refuses a token that is of no use at the address, before it leaves this process: one for another audience,
// because nobody else is to see it, and an expired one. What is not a JSON Web Token is left for the server to judge.
func checkToken(token string, address Address, certificateName string, now time.Time) error {
	var claims jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &claims); err != nil {
		return nil
	}
	if len(claims.Audience) > 0 && !audienceFits(claims.Audience, address, certificateName) {
		return wrongAudience(claims.Audience, address)
	}
	if claims.ExpiresAt != nil && !now.Before(claims.ExpiresAt.Time) {
		return newError(ClassTokenExpired, "it was valid until "+claims.ExpiresAt.UTC().Format(time.RFC3339), nil)
	}
	return nil
}

func wrongAudience(audiences []string, address Address) *Error {
	failure := newError(ClassWrongAudience, fmt.Sprintf("its audience is %s, the environment is %s",
		clean(strings.Join(audiences, ", ")), address.Host()), nil)
	failure.Hint = "get a token with the scope " + address.Scope()
	return failure
}

// audienceFits reports whether one of a token's audiences is the environment.
func audienceFits(audiences []string, address Address, certificateName string) bool {
	for _, audience := range audiences {
		if audience == dataverseApplication && !address.IsLoopback() {
			return true
		}
		parsed, err := url.Parse(audience)
		if err != nil || parsed.Scheme != "https" {
			continue
		}
		host := strings.ToLower(parsed.Hostname())
		switch {
		case host == "":
		case host == address.Host():
			return true
		case address.IsLoopback() && (host == "localhost" || strings.EqualFold(host, certificateName)):
			return true
		}
	}
	return false
}

// wrapTokenError gives an error of a token source its class.
func wrapTokenError(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return newError(ClassAuth, clean(err.Error()), err)
}

// token gets a token for a login. A source that does not heed its context is left behind.
func (c *Client) token(ctx context.Context) (string, error) {
	type answer struct {
		token string
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		defer func() {
			if panicked := recover(); panicked != nil {
				answers <- answer{err: newError(ClassInternal, fmt.Sprintf("the token source panicked with a %T", panicked), nil)}
			}
		}()
		token, err := c.config.Token(ctx)
		answers <- answer{token, err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case got := <-answers:
		if got.err != nil {
			return "", wrapTokenError(got.err)
		}
		if err := checkToken(got.token, c.config.Address, c.config.HostNameInCertificate, c.config.Now()); err != nil {
			return "", err
		}
		c.seen.got(got.token)
		return got.token, nil
	}
}
