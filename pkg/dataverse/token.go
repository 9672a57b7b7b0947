package dataverse

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// TokenSource returns a token for the environment. It is called at every login (twice at a redirected one), once more
// when the server has refused its token, and at no other time, possibly from several goroutines at once, so it keeps its
// own cache. Where it has another token than the refused one, the login is tried a second time with that.
//
// Its errors are shown to people: they are wrapped with ClassAuth unless they are an *Error already, and must hold no
// secret.
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
		if isFor(audience, strings.TrimPrefix(address.resource(), "https://")) {
			return source, nil
		}
	}
	return nil, wrongAudience(claims.Audience, address)
}

// The client ids of Dataverse and of Azure SQL themselves, which version 2.0 tokens may name as their audience.
const (
	dataverseApplication = "00000007-0000-0000-c000-000000000000"
	azureSQLApplication  = "022907d3-0f1b-48f7-badc-1ba6abab6d66"
)

// checkToken refuses a token that is of no use at the address, before it leaves this process: one for another audience,
// because nobody else is to see it, and an expired one. What is not a JSON Web Token is left for the server to judge.
func checkToken(token string, address Address, certificateName string, now time.Time) error {
	var claims jwt.RegisteredClaims
	parsed, _, err := jwt.NewParser().ParseUnverified(token, &claims)
	if err != nil {
		return nil
	}
	if address.IsLoopback() && address.Profile().IsCopy() && parsed.Method.Alg() != jwt.SigningMethodHS256.Alg() {
		// Unlike those for an environment, tokens for an emulated copy look as if they were for Azure SQL itself.
		failure := newError(ClassWrongAudience, "it is signed as those of Microsoft Entra are, and this computer only has emulators", nil)
		failure.Hint = "use a token of the embedded Dataverse, or the address of the copy"
		return failure
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
	wanted := "the environment is " + address.Host()
	if address.Profile().IsCopy() {
		wanted = address.Profile().Name() + " takes those for " + address.resource()
	}
	failure := newError(ClassWrongAudience, fmt.Sprintf("its audience is %s, %s", clean(strings.Join(audiences, ", ")), wanted), nil)
	failure.Hint = "get a token with the scope " + address.Scope()
	return failure
}

// audienceFits reports whether one of a token's audiences is the environment, or what the tokens for a copy are for.
func audienceFits(audiences []string, address Address, certificateName string) bool {
	application, names := dataverseApplication, []string{address.Host()}
	switch {
	case address.Profile().IsCopy():
		application, names = azureSQLApplication, []string{strings.TrimPrefix(address.resource(), "https://")}
	case address.IsLoopback():
		names = append(names, "localhost", certificateName)
	}
	for _, audience := range audiences {
		if audience == application && !address.IsLoopback() {
			return true
		}
		if slices.ContainsFunc(names, func(name string) bool { return isFor(audience, name) }) {
			return true
		}
	}
	return false
}

// isFor reports whether an audience is a host.
func isFor(audience, host string) bool {
	parsed, err := url.Parse(audience)
	return err == nil && parsed.Scheme == "https" && host != "" && strings.EqualFold(parsed.Hostname(), host)
}

// wrapTokenError gives an error of a token source its class.
func wrapTokenError(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return newError(ClassAuth, clean(err.Error()), err)
}

type refusedKey struct{}

// withRefused makes a context in which a TokenSource is asked for another token than the one that the server has refused.
func withRefused(ctx context.Context, token Secret) context.Context {
	return context.WithValue(ctx, refusedKey{}, token)
}

// refusedToken is the token that the server has refused; "" for none.
func refusedToken(ctx context.Context) string {
	token, _ := ctx.Value(refusedKey{}).(Secret)
	return token.Reveal()
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
		if state, ok := ctx.Value(loginKey{}).(*login); ok {
			state.sends(got.token)
		}
		return got.token, nil
	}
}
