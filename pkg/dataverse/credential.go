package dataverse

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"golang.org/x/sync/singleflight"
)

const (
	// requestTimeout bounds a request for a token with its repetitions. It goes on when those who wait for it give up, as
	// the next one will want the token too.
	requestTimeout = 25 * time.Second
	// renewalPause is how long a token that took the place of a refused one is kept at least: where that one is refused
	// too, the token was not what was wrong.
	renewalPause = time.Minute
)

// CredentialSource gets tokens with a credential of the Azure SDK, which keeps them until they are about to expire.
// The scope is that of the environment, whatever the credential could also be asked for. Those who ask at the same time
// share one request, and its failure. origin names in messages where the tokens come from.
func CredentialSource(address Address, credential azcore.TokenCredential, origin string) TokenSource {
	s := &credentialSource{credential: credential, origin: origin,
		options: policy.TokenRequestOptions{Scopes: []string{address.Scope()}}}
	return together(s.token, requestTimeout)
}

// credentialSource makes a TokenSource of a credential.
type credentialSource struct {
	credential azcore.TokenCredential
	options    policy.TokenRequestOptions
	origin     string

	mu      sync.Mutex
	renewed time.Time // when a token last took the place of a refused one
}

// renewable is a credential that can be asked for another token than the one that it keeps.
type renewable interface {
	azcore.TokenCredential
	renew(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error)
}

// token is the one that the credential keeps, unless that is the one that was refused.
func (s *credentialSource) token(ctx context.Context) (string, error) {
	token, err := s.credential.GetToken(ctx, s.options)
	if err == nil && token.Token == refusedToken(ctx) {
		token, err = s.renew(ctx, token)
	}
	if err != nil {
		return "", explainCredential(err, s.origin)
	}
	return token.Token, nil
}

// renew asks for another token than the one that was refused, which it returns where there is no other.
func (s *credentialSource) renew(ctx context.Context, refused azcore.AccessToken) (azcore.AccessToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	credential, ok := s.credential.(renewable)
	if !ok || time.Since(s.renewed) < renewalPause {
		return refused, nil
	}
	token, err := credential.renew(ctx, s.options)
	if err == nil {
		s.renewed = time.Now()
	}
	return token, err
}

// reopened is a credential that keeps its tokens to itself: opening another one is how to discard them.
type reopened struct {
	open func() (azcore.TokenCredential, error)

	mu         sync.Mutex
	credential azcore.TokenCredential
}

var _ renewable = (*reopened)(nil)

func newReopened(open func() (azcore.TokenCredential, error)) (*reopened, error) {
	credential, err := open()
	if err != nil {
		return nil, err
	}
	return &reopened{open: open, credential: credential}, nil
}

// GetToken implements azcore.TokenCredential.
func (r *reopened) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	r.mu.Lock()
	credential := r.credential
	r.mu.Unlock()
	return credential.GetToken(ctx, options)
}

func (r *reopened) renew(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	credential, err := r.open()
	if err != nil {
		return azcore.AccessToken{}, err
	}
	token, err := credential.GetToken(ctx, options)
	if err != nil {
		return azcore.AccessToken{}, err // the refused token may still be good elsewhere
	}
	r.mu.Lock()
	r.credential = credential
	r.mu.Unlock()
	return token, nil
}

// together lets callers that come at the same time share one call, which timeout bounds and none of them can cancel.
// Those to whom a token was refused share one of their own.
func together(source TokenSource, timeout time.Duration) TokenSource {
	var calls singleflight.Group
	return func(ctx context.Context) (string, error) {
		answers := calls.DoChan(refusedToken(ctx), func() (token any, err error) {
			defer func() {
				if panicked := recover(); panicked != nil { // singleflight would end the process
					err = newError(ClassInternal, fmt.Sprintf("the credential panicked with a %T", panicked), nil)
				}
			}()
			shared, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
			defer cancel()
			return source(shared)
		})
		select {
		case <-ctx.Done():
			return "", context.Cause(ctx)
		case answer := <-answers:
			token, _ := answer.Val.(string)
			return token, answer.Err
		}
	}
}

// WithHint replaces the hint of failed logins about which nothing more is known: it speaks of an app registration.
func WithHint(source TokenSource, hint string) TokenSource {
	return func(ctx context.Context) (string, error) {
		token, err := source(ctx)
		var failure *Error
		if errors.As(err, &failure) && failure.Hint == ClassAuth.NextStep() {
			better := *failure
			better.Hint = hint
			err = &better
		}
		return token, err
	}
}
