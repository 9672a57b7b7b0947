package dataverse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// authorities are where tokens come from, by cloud.
var authorities = map[Cloud]string{
	CloudPublic:       cloud.AzurePublic.ActiveDirectoryAuthorityHost,
	CloudUSGovernment: cloud.AzureGovernment.ActiveDirectoryAuthorityHost,
	CloudChina:        cloud.AzureChina.ActiveDirectoryAuthorityHost,
}

// ClientSecretOptions say which app registration logs in to which environment.
type ClientSecretOptions struct {
	Address  Address // decides the scope, and the authority where Authority is empty
	TenantID string  // the directory's id or domain
	ClientID string
	Secret   Secret
	// Authority is the address that gives tokens: one of the clouds' own, or on this computer, over HTTPS, the embedded
	// Dataverse's. An environment on this computer has no other one.
	Authority string
	// CACertificate are certificates in PEM that are trusted beside the system's when tokens are asked for.
	CACertificate []byte
	// HTTPClient asks for tokens, instead of one that trusts CACertificate. It is never sent on to another host.
	HTTPClient *http.Client
}

// ClientSecret gets tokens for an app registration with a client secret. The source keeps a token until it is about to
// expire, so one source should live as long as its settings.
func ClientSecret(options ClientSecretOptions) (TokenSource, error) {
	switch {
	case options.Address.IsZero():
		return nil, badAddress("the address is empty")
	case options.TenantID == "":
		return nil, &Error{Class: ClassInvalid, Message: "the tenant id is empty", Hint: "copy it from the app registration's overview"}
	case options.ClientID == "":
		return nil, &Error{Class: ClassInvalid, Message: "the client id is empty", Hint: "copy it from the app registration's overview"}
	case options.Secret.IsEmpty():
		return nil, &Error{Class: ClassInvalid, Message: "the client secret is empty", Hint: "enter the value of a secret of the app registration"}
	}
	authority, err := authorityFor(options.Address, options.Authority)
	if err != nil {
		return nil, err
	}
	settings := azidentity.ClientSecretCredentialOptions{DisableInstanceDiscovery: options.Address.IsLoopback()}
	settings.Cloud = cloud.Configuration{ActiveDirectoryAuthorityHost: authority}
	settings.Retry = policy.RetryOptions{MaxRetries: 1}
	settings.Telemetry = policy.TelemetryOptions{Disabled: true}
	if settings.Transport, err = newTokenTransport(options, authority); err != nil {
		return nil, err
	}
	credential, err := azidentity.NewClientSecretCredential(options.TenantID, options.ClientID, options.Secret.Reveal(), &settings)
	if err != nil {
		return nil, &Error{Class: ClassInvalid, Message: "the client secret cannot be used: " + clean(err.Error()),
			Hint: "check the tenant id and the client id of the app registration"}
	}
	scope := options.Address.Scope()
	return func(ctx context.Context) (string, error) {
		token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
		if err != nil {
			return "", explainCredential(err, authority)
		}
		return token.Token, nil
	}, nil
}

// authorityFor returns the authority for an environment. A secret is sent there, so it is never a free text.
func authorityFor(address Address, wanted string) (string, error) {
	own := authorities[address.Cloud()]
	if wanted == "" {
		if own == "" {
			return "", &Error{Class: ClassInvalid, Message: "an environment on this computer needs the address of its token endpoint",
				Hint: "the embedded Dataverse tells it when it starts"}
		}
		return own, nil
	}
	parsed, err := url.Parse(wanted)
	if err == nil && parsed.Scheme == "https" && parsed.User == nil {
		if address.IsLoopback() && isLoopback(strings.ToLower(parsed.Hostname())) {
			return "https://" + parsed.Host + "/", nil
		}
		for _, known := range authorities {
			if !address.IsLoopback() && strings.EqualFold(parsed.Host, strings.TrimSuffix(strings.TrimPrefix(known, "https://"), "/")) {
				return known, nil
			}
		}
	}
	return "", &Error{Class: ClassInvalid, Message: fmt.Sprintf("%q must not get the secret of this environment", clean(wanted)),
		Hint: "leave the authority empty, or use that of an Azure cloud"}
}

// remedies say what to do about the errors of Microsoft Entra that a set-up meets, from its page of error codes.
var remedies = map[string]string{
	"AADSTS7000215": "enter the secret's value, not its id",
	"AADSTS7000222": "the secret has expired: make a new one and enter its value",
	"AADSTS700016":  "check the client id, and that the app registration is in this tenant",
	"AADSTS90002":   "check the tenant id, and that it is of this cloud",
	"AADSTS500011":  "check the address: no environment of that name is known to the tenant",
	"AADSTS53003":   "a Conditional Access policy blocks the app: ask the administrator of the tenant",
}

var entraCode = regexp.MustCompile(`AADSTS[0-9]+`)

// explainCredential makes an Error of one of the Azure SDK. The original is not kept as the cause, since it holds the
// request, and with it the secret.
func explainCredential(err error, authority string) error {
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	var refused *azidentity.AuthenticationFailedError
	if !errors.As(err, &refused) || refused.RawResponse == nil {
		return explainNoAnswer(err, authority)
	}
	text, correlation := entraRefusal(refused.RawResponse)
	class := ClassAuth
	code := entraCode.FindString(text)
	if code == "AADSTS900023" {
		class = ClassTenantAuthorize
	}
	failure := newError(class, clean(text), nil)
	failure.RequestID = shorten(clean(correlation), 100)
	if remedy, ok := remedies[code]; ok {
		failure.Hint = remedy
	}
	return failure
}

// explainNoAnswer makes an Error of a token endpoint that did not refuse, but was not there. The SDK keeps only the text
// of such errors.
func explainNoAnswer(err error, authority string) error {
	text := clean(err.Error())
	text, _, _ = strings.Cut(text, " To troubleshoot, visit")
	host := strings.Trim(strings.TrimPrefix(authority, "https://"), "/")
	switch {
	case strings.Contains(text, "x509:"), strings.Contains(text, "tls:"):
		failure := newError(ClassTLS, text, nil)
		failure.Hint = "tokens come from " + host + "; " + failure.Hint
		return failure
	case strings.Contains(text, "dial tcp"), strings.Contains(text, "lookup "), strings.Contains(text, "connection re"):
		failure := newError(ClassUnreachable, text, nil)
		failure.Hint = "tokens come from " + host + ": check that it can be reached over HTTPS"
		return failure
	default:
		return newError(ClassAuth, text, nil)
	}
}

// entraRefusal reads what Microsoft Entra says, without the ids and the time at its end.
func entraRefusal(response *http.Response) (text, correlation string) {
	data, err := runtime.Payload(response)
	if err != nil {
		return response.Status, ""
	}
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Correlation string `json:"correlation_id"`
	}
	if json.Unmarshal(data, &body) != nil || body.Error == "" {
		return response.Status, ""
	}
	text = body.Description
	if cut := strings.Index(text, "Trace ID:"); cut >= 0 {
		text = strings.TrimSpace(text[:cut])
	}
	if text == "" {
		text = body.Error
	}
	return text, body.Correlation
}
