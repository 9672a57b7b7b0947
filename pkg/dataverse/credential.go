package dataverse

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"golang.org/x/sync/singleflight"
)

// requestTimeout bounds a request for a token with its repetitions. It goes on when those who wait for it give up, as
// the next one will want the token too.
const requestTimeout = 25 * time.Second

// CredentialSource gets tokens with a credential of the Azure SDK, which keeps them until they are about to expire.
// The scope is that of the environment, whatever the credential could also be asked for. Those who ask at the same time
// share one request, and its failure. origin names in messages where the tokens come from.
func CredentialSource(address Address, credential azcore.TokenCredential, origin string) TokenSource {
	scope := address.Scope()
	return together(func(ctx context.Context) (string, error) {
		token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
		if err != nil {
			return "", explainCredential(err, origin)
		}
		return token.Token, nil
	}, requestTimeout)
}

// together lets callers that come at the same time share one call, which timeout bounds and none of them can cancel.
func together(source TokenSource, timeout time.Duration) TokenSource {
	var calls singleflight.Group
	return func(ctx context.Context) (string, error) {
		answers := calls.DoChan("", func() (token any, err error) {
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
