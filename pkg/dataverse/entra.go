package dataverse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// remedies say what to do about the errors of Microsoft Entra that a set-up meets, from its page of error codes.
var remedies = map[string]string{
	"AADSTS7000215": "enter the secret's value, not its id",
	"AADSTS7000222": "the secret has expired: make a new one and enter its value",
	"AADSTS700016":  "check the client id, and that the app registration is in this tenant",
	"AADSTS90002":   "check the tenant id, and that it is of this cloud",
	"AADSTS900023":  "copy the directory (tenant) id from the app registration's overview",
	"AADSTS500011":  "check the address: no environment of that name is known to the tenant",
	"AADSTS700027":  "check that the certificate is the one uploaded to the app registration, and that it has not expired",
	"AADSTS700213":  "check the issuer, subject and audience of the app registration's federated credential",
	"AADSTS700211":  "check the issuer of the app registration's federated credential",
	"AADSTS70021":   "check the issuer, subject and audience of the app registration's federated credential",
	"AADSTS7000112": "the app registration is disabled: ask the administrator of the tenant",
	"AADSTS53003":   "a Conditional Access policy blocks the app: ask the administrator of the tenant",
}

var entraCode = regexp.MustCompile(`AADSTS[0-9]+`)

// explainCredential makes an Error of one of the Azure SDK. The original is not kept as the cause, since it holds the
// request, and with it the secret.
//
// origin names where tokens come from.
func explainCredential(err error, origin string) error {
	var known *Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.Canceled):
		return context.Canceled
	}
	var refused *azidentity.AuthenticationFailedError
	if !errors.As(err, &refused) || refused.RawResponse == nil {
		return explainNoAnswer(err, origin)
	}
	text, correlation := entraRefusal(refused.RawResponse)
	if refused.RawResponse.StatusCode >= http.StatusInternalServerError || refused.RawResponse.StatusCode == http.StatusTooManyRequests {
		failure := newError(ClassUnreachable, fmt.Sprintf("%s answered %s", origin, clean(text)), nil)
		failure.Hint = "the service that gives tokens is down or busy: wait, and look at Microsoft's service health"
		return failure
	}
	class := ClassAuth
	if classOf(text, 0) == ClassTenantAuthorize {
		class = ClassTenantAuthorize
	}
	failure := newError(class, clean(text), nil)
	failure.RequestID = shorten(clean(correlation), 100)
	if remedy, ok := remedies[entraCode.FindString(text)]; ok && class == ClassAuth {
		failure.Hint = remedy
	}
	return failure
}

// explainNoAnswer makes an Error of a token endpoint that did not refuse, but was not there. The SDK keeps only the text
// of such errors.
func explainNoAnswer(err error, origin string) error {
	text := clean(err.Error())
	text, _, _ = strings.Cut(text, " To troubleshoot, visit")
	switch {
	case strings.Contains(text, "x509:"), strings.Contains(text, "tls:"):
		failure := newError(ClassTLS, text, nil)
		failure.Hint = "tokens come from " + origin + "; " + failure.Hint
		return failure
	case strings.Contains(text, "dial tcp"), strings.Contains(text, "lookup "), strings.Contains(text, "connection re"),
		strings.Contains(text, "Client.Timeout"), strings.Contains(text, "deadline exceeded"), strings.HasSuffix(text, "EOF"):
		failure := newError(ClassUnreachable, text, nil)
		failure.Hint = "tokens come from " + origin + ": check that it can be reached from here"
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
