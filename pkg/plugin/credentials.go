package plugin

import "github.com/dataverse-tally/tally/pkg/dataverse"

// AuthType is the way to get a token. The names are those of Grafana's own Azure data sources, where they have one.
type AuthType string

// The ways to get a token.
const (
	AuthClientSecret      AuthType = "clientsecret"      // an app registration with a secret
	AuthClientCertificate AuthType = "clientcertificate" // an app registration with a certificate
	AuthManagedIdentity   AuthType = "msi"               // the managed identity of Grafana's server, where that allows it
	AuthWorkloadIdentity  AuthType = "workloadidentity"  // the Kubernetes identity of Grafana's server, where that allows it
	AuthAccessToken       AuthType = "accesstoken"       // a token that somebody else got: for trials, as it soon expires
)

// developerTypes are names of logins that belong to a person in front of a computer. On Grafana's server it would be the
// login of whoever administers it, lent to every editor.
var developerTypes = map[AuthType]bool{"azurecli": true, "cli": true, "developer": true, "default": true}

// Cloud is an Azure cloud by the name that Grafana's own Azure data sources use.
type Cloud string

// The clouds that have a Dataverse. The address of the environment already says which one it is: the stored name only
// has to agree.
const (
	CloudPublic       Cloud = "AzureCloud"
	CloudUSGovernment Cloud = "AzureUSGovernment"
	CloudChina        Cloud = "AzureChinaCloud"
)

// Credentials have the JSON shape of Grafana's own Azure data sources; the secrets stand in secureJsonData.
type Credentials struct {
	AuthType AuthType `json:"authType"`
	Cloud    Cloud    `json:"azureCloud"`
	TenantID string   `json:"tenantId"`
	ClientID string   `json:"clientId"`

	ClientSecret        boundSecret      `json:"-"`
	ClientCertificate   boundSecret      `json:"-"` // with its private key, in PEM or as PFX in base64
	CertificatePassword dataverse.Secret `json:"-"` // of a PFX
	AccessToken         dataverse.Secret `json:"-"`
}

// problems returns what is missing or wrong. server are the identities that the Grafana server allows.
func (c Credentials) problems(address dataverse.Address, server serverIdentities) []error {
	switch {
	case c.AuthType == AuthClientSecret:
		return append(c.appProblems(address), some(c.ClientSecret.problem(FieldClientSecret, "enter the value of a secret of the app registration", address))...)
	case c.AuthType == AuthClientCertificate:
		return append(c.appProblems(address), some(c.ClientCertificate.problem(FieldClientCertificate, "enter the certificate with its private key, in PEM or as PFX in base64", address))...)
	case c.AuthType == AuthManagedIdentity, c.AuthType == AuthWorkloadIdentity:
		return append(c.cloudProblems(address), server.problems(c.AuthType, address)...)
	case c.AuthType == AuthAccessToken:
		if c.AccessToken.IsEmpty() {
			return []error{&SettingError{FieldAccessToken, "is empty", "paste a token for the environment"}}
		}
		return nil
	case c.AuthType == "":
		return []error{&SettingError{FieldAuthentication, "is not chosen", "choose " + authChoices}}
	case developerTypes[c.AuthType]:
		return []error{&SettingError{FieldAuthentication, quoted(string(c.AuthType)) + " is the login of a person, which only the exporter takes", "choose " + authChoices}}
	default:
		return []error{&SettingError{FieldAuthentication, quoted(string(c.AuthType)) + " is not known", "choose " + authChoices}}
	}
}

// The ways by the labels of the config editor, and by what a provisioned file calls them.
const (
	labelClientSecret      = "App registration with a client secret (" + string(AuthClientSecret) + ")"
	labelClientCertificate = "App registration with a client certificate (" + string(AuthClientCertificate) + ")"
	labelManagedIdentity   = "Managed identity (" + string(AuthManagedIdentity) + ")"
	labelWorkloadIdentity  = "Workload identity (" + string(AuthWorkloadIdentity) + ")"
	labelAccessToken       = "Access token (" + string(AuthAccessToken) + ")"

	authChoices = labelClientSecret + ", " + labelClientCertificate + ", " + labelManagedIdentity + ", " + labelWorkloadIdentity + " or " + labelAccessToken
)

// some is a list of one error, or of none.
func some(err error) []error {
	if err == nil {
		return nil
	}
	return []error{err}
}

// clouds are the names of the clouds that addresses stand in.
var clouds = map[dataverse.Cloud]Cloud{
	dataverse.CloudPublic:       CloudPublic,
	dataverse.CloudUSGovernment: CloudUSGovernment,
	dataverse.CloudChina:        CloudChina,
}

func (c Credentials) cloudProblems(address dataverse.Address) []error {
	of, known := clouds[address.Cloud()]
	if c.Cloud == "" || !known || c.Cloud == of {
		return nil
	}
	return []error{&SettingError{FieldCloud, quoted(string(c.Cloud)) + " is not where the environment stands", "choose " + string(of) + ", or leave it empty"}}
}

// appProblems are those of an app registration, whatever it logs in with.
func (c Credentials) appProblems(address dataverse.Address) []error {
	problems := c.cloudProblems(address)
	if c.TenantID == "" {
		problems = append(problems, &SettingError{FieldTenant, "is empty", "copy it from the app registration's overview"})
	}
	if c.ClientID == "" {
		problems = append(problems, &SettingError{FieldClient, "is empty", "copy it from the app registration's overview"})
	}
	return problems
}
