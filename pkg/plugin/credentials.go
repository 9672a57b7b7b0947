package plugin

import "github.com/dataverse-tally/tally/pkg/dataverse"

// AuthType is the way to get a token. The names are those of Grafana's own Azure data sources, where they have one.
type AuthType string

// The ways to get a token.
const (
	AuthClientSecret AuthType = "clientsecret" // an app registration with a secret
	AuthAccessToken  AuthType = "accesstoken"  // a token that somebody else got: for trials, as it soon expires
)

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

	ClientSecret dataverse.Secret `json:"-"`
	AccessToken  dataverse.Secret `json:"-"`
}

// problems returns what is missing or wrong.
func (c Credentials) problems(address dataverse.Address) []error {
	switch c.AuthType {
	case AuthClientSecret:
		return append(c.cloudProblems(address), c.clientSecretProblems()...)
	case AuthAccessToken:
		if c.AccessToken.IsEmpty() {
			return []error{&SettingError{FieldAccessToken, "is empty", "paste a token for the environment"}}
		}
		return nil
	case "":
		return []error{&SettingError{FieldAuthentication, "is not chosen", "choose " + authChoices}}
	default:
		return []error{&SettingError{FieldAuthentication, quoted(string(c.AuthType)) + " is not known", "choose " + authChoices}}
	}
}

const authChoices = string(AuthClientSecret) + " or " + string(AuthAccessToken)

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

func (c Credentials) clientSecretProblems() []error {
	var problems []error
	if c.TenantID == "" {
		problems = append(problems, &SettingError{FieldTenant, "is empty", "copy it from the app registration's overview"})
	}
	if c.ClientID == "" {
		problems = append(problems, &SettingError{FieldClient, "is empty", "copy it from the app registration's overview"})
	}
	if c.ClientSecret.IsEmpty() {
		problems = append(problems, &SettingError{FieldClientSecret, "is empty", "enter the value of a secret of the app registration"})
	}
	return problems
}
