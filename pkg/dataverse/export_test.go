package dataverse

import (
	"context"
	"net/netip"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// SetLoginTimeout shortens the login timeout of a configuration.
func SetLoginTimeout(c *Config, timeout time.Duration) { c.loginTimeout = timeout }

// SetLookUp resolves names in the test.
func SetLookUp(c *Config, lookUp func(ctx context.Context, network, host string) ([]netip.Addr, error)) {
	c.lookUp = lookUp
}

// WithLiterals writes values into a statement.
var WithLiterals = withLiterals

// WithRefused makes a context in which another token is asked for than the one that was refused.
var WithRefused = withRefused

// RenewableSource is a source over a credential that keeps its tokens and can be opened again.
func RenewableSource(address Address, mint func() string) TokenSource {
	credential, _ := newReopened(func() (azcore.TokenCredential, error) { return &keeper{mint: mint}, nil })
	return CredentialSource(address, credential, "the test")
}

// RenewableOnce is a RenewableSource whose credential cannot get another token than its first.
func RenewableOnce(address Address, first string, failure error) TokenSource {
	opened := false
	credential, _ := newReopened(func() (azcore.TokenCredential, error) {
		if opened {
			return failing{failure}, nil
		}
		opened = true
		return &keeper{token: first}, nil
	})
	return CredentialSource(address, credential, "the test")
}

type failing struct{ failure error }

func (f failing) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, f.failure
}

// keeper makes one token and keeps it.
type keeper struct {
	mint  func() string
	token string
}

func (k *keeper) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if k.token == "" {
		k.token = k.mint()
	}
	return azcore.AccessToken{Token: k.token}, nil
}
