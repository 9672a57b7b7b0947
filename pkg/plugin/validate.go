package plugin

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// Validate says what is wrong with the settings: each fault as a *SettingError, all of them joined, in the order of
// the config editor. It connects to nothing.
func (s Settings) Validate(known *catalog.Catalog) error {
	var problems []error
	report := func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	address, err := s.Address()
	report(err)
	problems = append(problems, s.Credentials.problems(address, s.server)...)
	report(s.definitionProblem(known))
	report(s.timeZoneProblem())
	report(s.timeoutProblem())
	report(s.certificateProblem())
	report(s.authorityProblem(address))
	return errors.Join(problems...)
}

// Address returns the environment's address. Its errors are *SettingError.
func (s Settings) Address() (dataverse.Address, error) {
	address, err := dataverse.ParseAddress(s.Environment)
	var refused *dataverse.Error
	if errors.As(err, &refused) {
		return dataverse.Address{}, &SettingError{FieldEnvironment, refused.Message, refused.Hint}
	}
	return address, err
}

func (s Settings) definitionProblem(known *catalog.Catalog) error {
	if s.Definition == "" {
		return nil
	}
	if _, ok := known.Definition(s.Definition); ok {
		return nil
	}
	ids := make([]string, 0, len(known.Definitions))
	for _, definition := range known.Definitions {
		ids = append(ids, definition.ID)
	}
	return &SettingError{FieldDefinition, quoted(s.Definition) + " is not in the catalogue", "choose one of " + strings.Join(ids, ", ")}
}

func (s Settings) timeZoneProblem() error {
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "Local" {
		return &SettingError{FieldTimeZone, quoted(s.TimeZone) + " is not a zone", "enter an IANA name such as Europe/Berlin, or UTC"}
	}
	return nil
}

func (s Settings) timeoutProblem() error {
	timeout := time.Duration(s.QueryTimeout)
	if timeout == 0 || timeout >= MinQueryTimeout && timeout <= MaxQueryTimeout {
		return nil
	}
	return &SettingError{FieldQueryTimeout, timeout.String() + " is out of bounds",
		fmt.Sprintf("enter a time from %s to %s", MinQueryTimeout, MaxQueryTimeout)}
}

func (s Settings) certificateProblem() error {
	if s.CACertificate == "" || x509.NewCertPool().AppendCertsFromPEM([]byte(s.CACertificate)) {
		return nil
	}
	return &SettingError{FieldCACertificate, "holds no certificate", "paste the text from -----BEGIN CERTIFICATE----- on"}
}

// authorityProblem keeps the client secret from being sent to a host of somebody's choice: whoever may edit the data
// source could otherwise read it there.
func (s Settings) authorityProblem(address dataverse.Address) error {
	if s.Authority == "" {
		if address.IsLoopback() && (s.Credentials.AuthType == AuthClientSecret || s.Credentials.AuthType == AuthClientCertificate) {
			return &SettingError{FieldAuthority, "is empty", "enter the address of the embedded Dataverse's token endpoint, which it prints when it starts"}
		}
		return nil
	}
	const remedy = "clear it: the cloud's own sign-in service is used"
	if !address.IsLoopback() {
		return &SettingError{FieldAuthority, "is only for an environment on loopback", remedy}
	}
	authority, err := url.Parse(s.Authority)
	if err != nil || authority.Scheme != "https" || authority.User != nil {
		return &SettingError{FieldAuthority, "is not an https address", remedy}
	}
	if host, err := dataverse.ParseAddress(authority.Host); err != nil || !host.IsLoopback() {
		return &SettingError{FieldAuthority, "is not on loopback", remedy}
	}
	return nil
}

// quoted shows a value that somebody entered, cut to a length that a message can bear.
func quoted(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}
