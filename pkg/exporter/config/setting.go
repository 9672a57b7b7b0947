package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// setting is one thing that can be said of an environment, on the command line or in the file.
type setting struct {
	name   string // section.key
	help   string
	form   form
	login  string                             // the only way to log in that uses it; "" for what is not of a login
	field  func(*Environment) *string         // of those that are a single text
	read   func(*Environment, []string) error // one text, unless the form is list or mapping
	format func(Environment) []string         // what read takes; none for what need not be said
}

// form is how a setting is written in the file.
type form int

const (
	scalar  form = iota
	list         // a sequence in the file, a flag that can be repeated
	mapping      // a mapping in the file, a flag that can be repeated as key=value
)

// The values of dataverse.parameters.
const (
	typed   = "typed"
	literal = "literal"
)

// settings are all of them, in the order in which they are printed.
var settings = []setting{
	text("dataverse.address", "Address of the environment, for example https://contoso.crm4.dynamics.com.", func(e *Environment) *string { return &e.Address }),
	{
		name: "dataverse.profile", help: "Kind of engine that has the tables: dataverse, or fabric or synapse for a copy.",
		read: func(e *Environment, texts []string) (err error) {
			e.Profile, err = dataverse.ParseProfile(texts[0])
			return err
		},
		format: func(e Environment) []string { return []string{string(e.Profile)} },
	},
	text("dataverse.database", "Database to log in to. Dataverse has only one; fabric and synapse need it.", func(e *Environment) *string { return &e.Database }),
	{
		name: "dataverse.parameters", help: "How values go to the server: typed, or literal where it takes no parameters; check finds out.",
		read: func(e *Environment, texts []string) error {
			if texts[0] != typed && texts[0] != literal {
				return fmt.Errorf("%q is no way to send values; write %s or %s", texts[0], typed, literal)
			}
			e.Literal = texts[0] == literal
			return nil
		},
		format: func(e Environment) []string {
			if e.Literal {
				return []string{literal}
			}
			return []string{typed}
		},
	},
	{
		name: loginSetting, help: "Way to log in, one of " + strings.Join(ways, ", ") + ". Default: the one whose secret is given.",
		read: readLogin,
		format: func(e Environment) []string {
			if e.Login == "" {
				return nil
			}
			return []string{e.Login}
		},
	},
	text("dataverse.tenant-id", "Directory (tenant) id of the app registration.", func(e *Environment) *string { return &e.TenantID }),
	text("dataverse.client-id", "Application (client) id of the app registration, or of a user assigned managed identity.", func(e *Environment) *string { return &e.ClientID }),
	secret(byClientSecret, "dataverse.client-secret-file", "File with the client secret. It is read again when a token is renewed.", func(e *Environment) *string { return &e.ClientSecretFile }),
	secret(byClientSecret, "dataverse.client-secret-variable", "Environment variable with the client secret, where there is no file.", func(e *Environment) *string { return &e.ClientSecretVariable }),
	secret(byClientCertificate, "dataverse.client-certificate-file", "File with the client certificate and its private key, in PEM or as PFX. It is read again when a token is renewed.", func(e *Environment) *string { return &e.ClientCertificateFile }),
	secret(byClientCertificate, "dataverse.client-certificate-variable", "Environment variable with the client certificate, in PEM or as PFX in base64, where there is no file.", func(e *Environment) *string { return &e.ClientCertificateVariable }),
	secret(byClientCertificate, "dataverse.client-certificate-password-file", "File with the password of a PFX. It is read again when a token is renewed.", func(e *Environment) *string { return &e.ClientCertificatePasswordFile }),
	secret(byClientCertificate, "dataverse.client-certificate-password-variable", "Environment variable with the password of a PFX, where there is no file.", func(e *Environment) *string { return &e.ClientCertificatePasswordVariable }),
	secret(byWorkloadIdentity, "dataverse.federated-token-file", "File with the token of the Kubernetes service account, for workload-identity.", func(e *Environment) *string { return &e.FederatedTokenFile }),
	secret(byAccessToken, "dataverse.access-token-file", "File with an access token that somebody else keeps fresh.", func(e *Environment) *string { return &e.AccessTokenFile }),
	secret(byAccessToken, "dataverse.access-token-variable", "Environment variable with an access token, where there is no file.", func(e *Environment) *string { return &e.AccessTokenVariable }),
	text("dataverse.ca-file", "PEM file of certificates to trust beside the system's.", func(e *Environment) *string { return &e.CAFile }),
	text("dataverse.host-name-in-certificate", "Name in the server's certificate where it is not the address's host.", func(e *Environment) *string { return &e.HostNameInCertificate }),
	text("dataverse.authority", "Address of the sign-in service; only for an embedded Dataverse on this computer.", func(e *Environment) *string { return &e.Authority }),

	text("tally.definition", "Definition that the counts follow. Default: "+catalog.Default().DefaultDefinition().ID+".", func(e *Environment) *string { return &e.Definition }),
	text("tally.time-zone", "IANA name of the time zone whose midnight begins today.", func(e *Environment) *string { return &e.TimeZone }),

	{
		name: "query.by", help: "Dimension by which each window is broken down; none for no breakdowns.", form: list,
		read: func(e *Environment, texts []string) error {
			e.Breakdowns = slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return text == "none" })
			if len(e.Breakdowns) > 0 && len(e.Breakdowns) < len(texts) {
				return errors.New("none stands beside other dimensions: remove it, or them")
			}
			return nil
		},
		format: func(e Environment) []string {
			if len(e.Breakdowns) == 0 {
				return []string{"none"}
			}
			return e.Breakdowns
		},
	},
	lasting("query.interval", "Time between two runs of a query.", func(e *Environment) *time.Duration { return &e.Interval }),
	{
		name: "query.interval-of", help: "Time between two runs of one query, for example last_24h_by_bot=5m.", form: mapping,
		read: func(e *Environment, texts []string) error {
			given := map[string]time.Duration{}
			for _, text := range texts {
				query, interval, ok := strings.Cut(text, "=")
				if !ok {
					return fmt.Errorf("%q is no query with an interval; write one such as last_24h_by_bot=5m", text)
				}
				if _, twice := given[query]; twice {
					return fmt.Errorf("query %s is given twice; remove one", query)
				}
				d, err := parseDuration(interval)
				if err != nil {
					return fmt.Errorf("%s: %w", query, err)
				}
				given[query] = d
			}
			// What less specific places say of other queries holds, and is theirs: environments share it.
			merged := map[string]time.Duration{}
			maps.Copy(merged, e.Intervals)
			maps.Copy(merged, given)
			e.Intervals = merged
			return nil
		},
		format: func(e Environment) []string {
			var texts []string
			for _, query := range slices.Sorted(maps.Keys(e.Intervals)) {
				texts = append(texts, query+"="+formatDuration(e.Intervals[query]))
			}
			return texts
		},
	},
	lasting("query.timeout", "Longest time that one run may take.", func(e *Environment) *time.Duration { return &e.Timeout }),
	duration("query.max-age", "Age at which values are withdrawn; 0s for five intervals and at least 5 minutes.", func(e *Environment) *time.Duration { return &e.MaxAge }),
	number("query.max-groups", "Label values that a breakdown may have; what is beyond is counted together as other.", func(e *Environment) *int { return &e.MaxGroups }),
	duration("query.pause-after", "Time without a scrape after which refreshing rests; 0s for never.", func(e *Environment) *time.Duration { return &e.PauseAfter }),
}

// secret is a setting that names where a secret of one way to log in is.
func secret(login, name, help string, field func(*Environment) *string) setting {
	s := text(name, help, field)
	s.login = login
	return s
}

// isVariable tells settings that name a variable of the environment from those that name a file.
func (s setting) isVariable() bool { return strings.HasSuffix(s.name, "-variable") }

func text(name, help string, field func(*Environment) *string) setting {
	return setting{name: name, help: help, field: field,
		read: func(e *Environment, texts []string) error {
			*field(e) = texts[0]
			return nil
		},
		format: func(e Environment) []string {
			if value := *field(&e); value != "" {
				return []string{value}
			}
			return nil
		}}
}

func duration(name, help string, field func(*Environment) *time.Duration) setting {
	return setting{name: name, help: help,
		read: func(e *Environment, texts []string) (err error) {
			*field(e), err = parseDuration(texts[0])
			return err
		},
		format: func(e Environment) []string { return []string{formatDuration(*field(&e))} }}
}

// lasting is a duration that cannot be 0s.
func lasting(name, help string, field func(*Environment) *time.Duration) setting {
	s := duration(name, help, field)
	read := s.read
	s.read = func(e *Environment, texts []string) error {
		if err := read(e, texts); err != nil {
			return err
		}
		if *field(e) <= 0 {
			return fmt.Errorf("%q is too short; use 1s or more", texts[0])
		}
		return nil
	}
	return s
}

// number is a setting that counts something, of which there is one at least.
func number(name, help string, field func(*Environment) *int) setting {
	return setting{name: name, help: help,
		read: func(e *Environment, texts []string) error {
			n, err := strconv.Atoi(texts[0])
			if err != nil {
				return fmt.Errorf("%q is no number; write one such as 300", texts[0])
			}
			if n < 1 {
				return fmt.Errorf("%d is too small; use 1 or more", n)
			}
			*field(e) = n
			return nil
		},
		format: func(e Environment) []string { return []string{strconv.Itoa(*field(&e))} }}
}

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no duration; write one such as 30s or 5m", text)
	}
	return d, nil
}

// formatDuration is the shortest text of a duration.
func formatDuration(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	return catalog.Duration(d).String()
}
