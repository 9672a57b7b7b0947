package plugin

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"slices"
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
	report(s.databaseProblem())
	problems = append(problems, s.Credentials.problems(address, s.server)...)
	report(s.definitionProblem(known))
	report(s.timeZoneProblem())
	report(s.realTimeWindowProblem(known))
	problems = append(problems, s.limitProblems(known)...)
	report(s.timeoutProblem())
	report(s.certificateProblem())
	report(s.hostNameProblem(address))
	report(s.authorityProblem(address))
	return errors.Join(problems...)
}

// Address returns the environment's address. Its errors are *SettingError.
func (s Settings) Address() (dataverse.Address, error) {
	profile, err := dataverse.ParseProfile(string(s.Profile))
	if err != nil {
		return dataverse.Address{}, settingOf(FieldProfile, err)
	}
	address, err := profile.ParseAddress(s.Environment)
	if err != nil {
		return dataverse.Address{}, settingOf(FieldEnvironment, err)
	}
	return address, nil
}

// settingOf is an error of package dataverse about what a field holds.
func settingOf(field string, err error) error {
	var refused *dataverse.Error
	if errors.As(err, &refused) {
		return &SettingError{field, refused.Message, refused.Hint}
	}
	return err
}

func (s Settings) databaseProblem() error {
	profile, err := dataverse.ParseProfile(string(s.Profile))
	if err != nil {
		return nil // which is said of the profile
	}
	if err := profile.CheckDatabase(s.Database); err != nil {
		return settingOf(FieldDatabase, err)
	}
	return nil
}

func (s Settings) definitionProblem(known *catalog.Catalog) error {
	if s.Definition == "" {
		return nil
	}
	if _, ok := known.Definition(s.Definition); !ok {
		return notInCatalogue(FieldDefinition, s.Definition, definitionIDs(known))
	}
	if len(s.AllowedDefinitions) > 0 && !slices.Contains(s.AllowedDefinitions, s.Definition) {
		return &SettingError{FieldDefinition, s.Definition + " is not among the " + FieldAllowedDefinitions, "choose one of those, or add it to them"}
	}
	return nil
}

func notInCatalogue(field, id string, ids []string) error {
	return &SettingError{field, quoted(id) + " is not in the catalogue", "choose one of " + strings.Join(ids, ", ")}
}

func definitionIDs(known *catalog.Catalog) []string {
	ids := make([]string, 0, len(known.Definitions))
	for _, definition := range known.Definitions {
		ids = append(ids, definition.ID)
	}
	return ids
}

func (s Settings) timeZoneProblem() error {
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "Local" {
		return &SettingError{FieldTimeZone, quoted(s.TimeZone) + " is not a zone", "enter an IANA name such as Europe/Berlin, or UTC"}
	}
	return nil
}

func (s Settings) realTimeWindowProblem(known *catalog.Catalog) error {
	if _, ok := known.Window(s.RealTimeWindow); ok || s.RealTimeWindow == "" {
		return nil
	}
	ids := make([]string, 0, len(known.Windows))
	for _, window := range known.Windows {
		ids = append(ids, window.ID)
	}
	return notInCatalogue(FieldRealTimeWindow, s.RealTimeWindow, ids)
}

func (s Settings) timeoutProblem() error {
	timeout := s.QueryTimeout
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

// hostNameProblem keeps a certificate of another host from vouching for where the token goes.
func (s Settings) hostNameProblem(address dataverse.Address) error {
	if s.HostNameInCertificate == "" || address.IsZero() || address.IsLoopback() {
		return nil
	}
	if named, err := address.Profile().ParseAddress(s.HostNameInCertificate); err == nil && named.Cloud() == address.Cloud() && strings.EqualFold(named.Host(), s.HostNameInCertificate) {
		return nil
	}
	return &SettingError{FieldHostNameInCertificate, quoted(s.HostNameInCertificate) + " cannot be the name in a certificate of " + address.Profile().Name(), "clear it, or enter the host of " + FieldEnvironment}
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
