package dataverse

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// authorities are where tokens come from, by cloud.
var authorities = map[Cloud]string{
	CloudPublic:       cloud.AzurePublic.ActiveDirectoryAuthorityHost,
	CloudUSGovernment: cloud.AzureGovernment.ActiveDirectoryAuthorityHost,
	CloudChina:        cloud.AzureChina.ActiveDirectoryAuthorityHost,
}

// hostOf names an authority in messages.
func hostOf(authority string) string {
	return strings.Trim(strings.TrimPrefix(authority, "https://"), "/")
}

// Authority is the address that gives an app registration its tokens for an environment: the wanted one, or that of the
// environment's cloud. A secret is sent there, so it is never a free text. Errors are of ClassInvalid.
func (a Address) Authority(wanted string) (string, error) {
	own := authorities[a.Cloud()]
	if wanted == "" {
		if own == "" {
			return "", &Error{Class: ClassInvalid, Message: "an environment on this computer needs the address of its token endpoint",
				Hint: "the embedded Dataverse tells it when it starts"}
		}
		return own, nil
	}
	parsed, err := url.Parse(wanted)
	if err == nil && parsed.Scheme == "https" && parsed.User == nil {
		if a.IsLoopback() && isLoopback(strings.ToLower(parsed.Hostname())) {
			return "https://" + parsed.Host + "/", nil
		}
		for _, known := range authorities {
			if !a.IsLoopback() && strings.EqualFold(parsed.Host, hostOf(known)) {
				return known, nil
			}
		}
	}
	return "", &Error{Class: ClassInvalid, Message: fmt.Sprintf("%q must not get the secret of this environment", clean(wanted)),
		Hint: "leave the authority empty, or use that of an Azure cloud"}
}
