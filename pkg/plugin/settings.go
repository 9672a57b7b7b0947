package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// The fields of the config editor, by the labels that it shows.
const (
	FieldEnvironment           = "Environment URL"
	FieldAuthentication        = "Authentication"
	FieldCloud                 = "Azure cloud"
	FieldTenant                = "Directory (tenant) ID"
	FieldClient                = "Application (client) ID"
	FieldClientSecret          = "Client secret"
	FieldClientCertificate     = "Client certificate"
	FieldCertificatePassword   = "Certificate password"
	FieldAccessToken           = "Access token"
	FieldDefinition            = "Definition"
	FieldTimeZone              = "Time zone"
	FieldQueryTimeout          = "Query timeout"
	FieldCACertificate         = "CA certificate"
	FieldHostNameInCertificate = "Host name in certificate"
	FieldAuthority             = "Authority"
)

// The keys of secureJsonData.
const (
	secretClientSecret        = "azureClientSecret" // the name that Grafana's own Azure data sources use
	secretClientCertificate   = "azureClientCertificate"
	secretCertificatePassword = "azureClientCertificatePassword"
	secretAccessToken         = "accessToken"
	secretCACert              = "tlsCACert"
)

// Settings of a data source, as its jsonData and secureJsonData hold them. The zero value of a field means its default.
type Settings struct {
	// Environment is the address of the environment as people paste it, for example https://contoso.crm4.dynamics.com.
	Environment string `json:"environment"`
	// Credentials name the identity that all viewers of the data source share.
	Credentials Credentials `json:"azureCredentials"`
	// Definition is the catalogue id of the definition of queries that name none.
	Definition string `json:"definition"`
	// TimeZone is the IANA name of the zone of queries that name none; UTC by default.
	TimeZone string `json:"timeZone"`
	// QueryTimeout bounds a statement, between MinQueryTimeout and MaxQueryTimeout; written as text, for example 90s.
	QueryTimeout Duration `json:"queryTimeout"`
	// HostNameInCertificate is the name in the server's certificate where it is not the host of Environment.
	HostNameInCertificate string `json:"hostNameInCertificate"`
	// Authority takes the place of the cloud's sign-in service. Only for an embedded Dataverse on loopback.
	Authority string `json:"authority"`

	// CACertificate holds PEM certificates to trust beside the system's.
	CACertificate string `json:"-"`

	dial   dialContext      // nil for the usual way
	server serverIdentities // what Grafana's administrator allows
}

// Limits of Settings.QueryTimeout. Dataverse itself ends a statement after 2 or 5 minutes.
const (
	MinQueryTimeout = time.Second
	MaxQueryTimeout = 5 * time.Minute
)

// SettingError says what is wrong with one field of the config editor, and what to do about it.
type SettingError struct {
	Field   string // as the config editor shows it
	Problem string
	Remedy  string
}

func (e *SettingError) Error() string {
	return fmt.Sprintf("%s: %s; %s", e.Field, e.Problem, e.Remedy)
}

// LoadSettings reads the settings that Grafana stores. It looks at their form only: see Settings.Validate.
// Its errors are *SettingError.
func LoadSettings(stored backend.DataSourceInstanceSettings) (Settings, error) {
	var settings Settings
	if len(stored.JSONData) > 0 {
		if err := json.Unmarshal(stored.JSONData, &settings); err != nil {
			return Settings{}, malformed(err)
		}
	}
	settings.Credentials.ClientSecret = readBound(stored.DecryptedSecureJSONData[secretClientSecret])
	settings.Credentials.ClientCertificate = readBound(stored.DecryptedSecureJSONData[secretClientCertificate])
	settings.Credentials.CertificatePassword = dataverse.NewSecret(stored.DecryptedSecureJSONData[secretCertificatePassword])
	settings.Credentials.AccessToken = dataverse.NewSecret(stored.DecryptedSecureJSONData[secretAccessToken])
	settings.CACertificate = stored.DecryptedSecureJSONData[secretCACert]
	return settings, nil
}

// editorLabels are the names in the config editor of the keys of jsonData.
var editorLabels = map[string]string{
	"environment":                 FieldEnvironment,
	"azureCredentials":            FieldAuthentication,
	"azureCredentials.authType":   FieldAuthentication,
	"azureCredentials.azureCloud": FieldCloud,
	"azureCredentials.tenantId":   FieldTenant,
	"azureCredentials.clientId":   FieldClient,
	"definition":                  FieldDefinition,
	"timeZone":                    FieldTimeZone,
	"queryTimeout":                FieldQueryTimeout,
	"hostNameInCertificate":       FieldHostNameInCertificate,
	"authority":                   FieldAuthority,
}

// malformed turns an error of package json into one that names the field. The stored text is not repeated.
func malformed(err error) error {
	var setting *SettingError
	if errors.As(err, &setting) {
		return setting
	}
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		if label, ok := editorLabels[mismatch.Field]; ok {
			return &SettingError{label, "holds a " + mismatch.Value + " where a text belongs", "enter it again and save"}
		}
	}
	return &SettingError{"Settings", "are not a JSON object", "correct jsonData where the data source is provisioned"}
}

// Duration is a time.Duration that is stored as text, for example 90s or 2m.
type Duration time.Duration

// UnmarshalJSON reads a text such as 2m; an empty one is 0.
func (d *Duration) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return &SettingError{FieldQueryTimeout, "is not a text such as 90s or 2m", "write the unit as well"}
	}
	if text == "" {
		*d = 0
		return nil
	}
	parsed, err := time.ParseDuration(text)
	if err != nil {
		return &SettingError{FieldQueryTimeout, fmt.Sprintf("%.20q is not a duration such as 90s or 2m", text), "write a number and its unit"}
	}
	*d = Duration(parsed)
	return nil
}

// MarshalJSON writes the text form.
func (d Duration) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte(`""`), nil
	}
	return json.Marshal(time.Duration(d).String())
}
