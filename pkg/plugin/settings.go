package plugin

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// The fields of the config editor, by the labels that it shows.
const (
	FieldProfile               = "Profile"
	FieldEnvironment           = "Environment URL"
	FieldDatabase              = "Database"
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
	FieldRealTimeWindow        = "Real-time window"
	FieldLabelLanguage         = "Label language"
	FieldAllowedDefinitions    = "Allowed definitions"
	FieldLongestRange          = "Longest range"
	FieldMaxRunning            = "Statements at a time"
	FieldCacheMiB              = "Cache size"
	FieldStaleFor              = "Stale age"
	FieldParameters            = "Parameters"
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
	// Profile is the kind of engine that has the tables; Dataverse itself by default.
	Profile dataverse.Profile `json:"profile"`
	// Environment is the address of the environment as people paste it, for example https://contoso.crm4.dynamics.com,
	// or that of the engine with a copy of its tables.
	Environment string `json:"environment"`
	// Database is the one to log in to. A copy needs one.
	Database string `json:"database"`
	// Credentials name the identity that all viewers of the data source share.
	Credentials Credentials `json:"azureCredentials"`
	// Definition is the catalogue id of the definition of queries that name none.
	Definition string `json:"definition"`
	// TimeZone is the IANA name of the zone of queries that name none; UTC by default.
	TimeZone string `json:"timeZone"`
	// RealTimeWindow is the catalogue id of the window of queries of the real-time view that name none;
	// DefaultRealTimeWindow by default.
	RealTimeWindow string `json:"realTimeWindow"`
	// LabelLanguage is the LCID of the language that labels are read in; 0 for the catalogue's own labels.
	LabelLanguage int `json:"labelLanguage"`
	// AllowedDefinitions are the catalogue ids of the definitions that queries may name; none for all.
	AllowedDefinitions []string `json:"allowedDefinitions"`
	// MaxRunning is how many statements may run at the same time, 1 to budget.Shares; budget.PluginShare by default.
	MaxRunning int `json:"maxRunning"`
	// CacheMiB is how much is kept of what was counted, 0 to MaxCacheMiB; nil for tally.DefaultCacheBytes.
	CacheMiB *float64 `json:"cacheMiB"`
	// Parameters says how values go into statements.
	Parameters Parameters `json:"parameters"`
	// HostNameInCertificate is the name in the server's certificate where it is not the host of Environment.
	HostNameInCertificate string `json:"hostNameInCertificate"`
	// Authority takes the place of the cloud's sign-in service. Only for an embedded Dataverse on loopback.
	Authority string `json:"authority"`

	// QueryTimeout bounds a statement, between MinQueryTimeout and MaxQueryTimeout. In jsonData it is a text, as 90s.
	QueryTimeout time.Duration `json:"-"`
	// LongestRange is how long the window of a query may be; 0 for any. In jsonData it is a text, as 400d.
	LongestRange time.Duration `json:"-"`
	// StaleFor is how old numbers may be that are shown, with a warning, while Dataverse cannot be asked; 0 for none of
	// them, which makes such a query an error. In jsonData it is a text, as 10m.
	StaleFor time.Duration `json:"-"`

	// CACertificate holds PEM certificates to trust beside the system's.
	CACertificate string `json:"-"`

	dial   dialContext      // nil for the usual way
	server serverIdentities // what Grafana's administrator allows
}

// Limits and defaults of Settings.
const (
	MinQueryTimeout = time.Second
	MaxQueryTimeout = 5 * time.Minute // Dataverse itself ends a statement after 2 or 5 minutes
	MaxCacheMiB     = 4096
	MaxStaleFor     = 24 * time.Hour
	DefaultStaleFor = 10 * time.Minute
	// DefaultRealTimeWindow is that which Microsoft's real-time report shows at first.
	DefaultRealTimeWindow = "last_2h"
)

// Parameters is how values go into statements.
type Parameters string

// The ways.
const (
	ParametersTyped   Parameters = "typed"   // beside the statement, each with its type; the default
	ParametersLiteral Parameters = "literal" // written into the statement's text
)

// definition is that of queries that name none: "" for the catalogue's default, if it is allowed.
func (s Settings) definition(known *catalog.Catalog) string {
	if s.Definition != "" || len(s.AllowedDefinitions) == 0 || slices.Contains(s.AllowedDefinitions, known.DefaultDefinition().ID) {
		return s.Definition
	}
	return s.AllowedDefinitions[0]
}

// realTimeWindow is that of queries of the real-time view that name none.
func (s Settings) realTimeWindow() string { return cmp.Or(s.RealTimeWindow, DefaultRealTimeWindow) }

// running is how many statements may run at the same time.
func (s Settings) running() int { return cmp.Or(s.MaxRunning, budget.PluginShare) }

// cacheBytes is how much is kept.
func (s Settings) cacheBytes() int64 {
	if s.CacheMiB == nil {
		return tally.DefaultCacheBytes
	}
	return int64(*s.CacheMiB * (1 << 20))
}

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
	if err := settings.readDurations(stored.JSONData); err != nil {
		return Settings{}, err
	}
	settings.Credentials.ClientSecret = readBound(stored.DecryptedSecureJSONData[secretClientSecret])
	settings.Credentials.ClientCertificate = readBound(stored.DecryptedSecureJSONData[secretClientCertificate])
	settings.Credentials.CertificatePassword = dataverse.NewSecret(stored.DecryptedSecureJSONData[secretCertificatePassword])
	settings.Credentials.AccessToken = dataverse.NewSecret(stored.DecryptedSecureJSONData[secretAccessToken])
	settings.CACertificate = stored.DecryptedSecureJSONData[secretCACert]
	return settings, nil
}

// readDurations reads the settings that are texts such as 90s or 400d. Errors are *SettingError.
func (s *Settings) readDurations(jsonData []byte) error {
	var texts struct{ QueryTimeout, LongestRange, StaleFor string }
	if len(jsonData) > 0 {
		if err := json.Unmarshal(jsonData, &texts); err != nil {
			return malformed(err)
		}
	}
	s.StaleFor = DefaultStaleFor
	for _, one := range []struct {
		field, text string
		into        *time.Duration
	}{
		{FieldQueryTimeout, texts.QueryTimeout, &s.QueryTimeout},
		{FieldLongestRange, texts.LongestRange, &s.LongestRange},
		{FieldStaleFor, texts.StaleFor, &s.StaleFor},
	} {
		if strings.TrimSpace(one.text) == "" {
			continue
		}
		parsed, err := parseDuration(one.text)
		if err != nil {
			return &SettingError{one.field, quoted(one.text) + " is not a duration such as 90s, 10m or 400d", "write a number and its unit"}
		}
		*one.into = parsed
	}
	return nil
}

// days is a number of days or weeks, units that Go's durations do not have.
var days = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?)([dw])`)

// parseDuration reads a duration of Go, with days of 24 hours and weeks as well.
func parseDuration(text string) (time.Duration, error) {
	inHours := days.ReplaceAllStringFunc(strings.TrimSpace(text), func(part string) string {
		hours := map[byte]float64{'d': 24, 'w': 7 * 24}[part[len(part)-1]]
		number, err := strconv.ParseFloat(part[:len(part)-1], 64)
		if err != nil {
			return part // as it is no duration, it is refused
		}
		return strconv.FormatFloat(number*hours, 'f', -1, 64) + "h"
	})
	return time.ParseDuration(inHours)
}

// editorLabels are the names in the config editor of the keys of jsonData.
var editorLabels = map[string]string{
	"profile":                     FieldProfile,
	"environment":                 FieldEnvironment,
	"database":                    FieldDatabase,
	"azureCredentials":            FieldAuthentication,
	"azureCredentials.authType":   FieldAuthentication,
	"azureCredentials.azureCloud": FieldCloud,
	"azureCredentials.tenantId":   FieldTenant,
	"azureCredentials.clientId":   FieldClient,
	"definition":                  FieldDefinition,
	"timeZone":                    FieldTimeZone,
	"realTimeWindow":              FieldRealTimeWindow,
	"labelLanguage":               FieldLabelLanguage,
	"allowedDefinitions":          FieldAllowedDefinitions,
	"longestRange":                FieldLongestRange,
	"maxRunning":                  FieldMaxRunning,
	"cacheMiB":                    FieldCacheMiB,
	"staleFor":                    FieldStaleFor,
	"parameters":                  FieldParameters,
	"queryTimeout":                FieldQueryTimeout,
	"hostNameInCertificate":       FieldHostNameInCertificate,
	"authority":                   FieldAuthority,
}

// malformed turns an error of package json into one that names the field. The stored text is not repeated.
func malformed(err error) error {
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return &SettingError{"Settings", "are not a JSON object", "correct jsonData where the data source is provisioned"}
	}
	for key, label := range editorLabels {
		if !strings.EqualFold(key, mismatch.Field) {
			continue
		}
		wanted := "a text"
		switch mismatch.Type.Kind() {
		case reflect.Int:
			wanted = "a whole number"
		case reflect.Float64:
			wanted = "a number"
		case reflect.Slice:
			wanted = "a list"
		case reflect.Struct:
			wanted = "an object"
		}
		return &SettingError{label, "holds a " + mismatch.Value + " where " + wanted + " belongs", "enter it again and save"}
	}
	return &SettingError{"Settings", "are not a JSON object", "correct jsonData where the data source is provisioned"}
}
