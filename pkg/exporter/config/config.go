// Package config reads the exporter's flags, file and environment. It is the only product package that does so:
// the packages that the Grafana plugin links must not.
//
// A setting has one name, on the command line (--query.interval) and in the YAML file (query: interval:). The more
// specific place wins: an entry of environments in the file, then a flag, then the top of the file, then the default.
// Only the intervals of single queries add up.
package config

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/exporter"
)

// Variables of the environment that hold secrets unless settings name others. Flags and the file only ever name files
// and variables, as every user of a computer can read the flags of its processes.
const (
	ClientSecretVariable              = "DATAVERSE_CLIENT_SECRET"
	ClientCertificateVariable         = "DATAVERSE_CLIENT_CERTIFICATE"
	ClientCertificatePasswordVariable = "DATAVERSE_CLIENT_CERTIFICATE_PASSWORD"
	AccessTokenVariable               = "DATAVERSE_ACCESS_TOKEN"
)

// FederatedTokenFile is where Azure's Kubernetes service projects the token of a service account to.
const FederatedTokenFile = "/var/run/secrets/azure/tokens/azure-identity-token"

// Environment is what is configured for one environment. It holds no secret.
type Environment struct {
	Name string

	Address               string
	Profile               dataverse.Profile
	Database              string
	Literal               bool // values written into the statements
	CAFile                string
	HostNameInCertificate string
	Login                 string // one of the ways to log in; "" for the one whose secret is given
	TenantID              string
	ClientID              string
	Authority             string

	ClientSecretFile                  string
	ClientSecretVariable              string
	ClientCertificateFile             string
	ClientCertificateVariable         string
	ClientCertificatePasswordFile     string
	ClientCertificatePasswordVariable string
	FederatedTokenFile                string
	AccessTokenFile                   string
	AccessTokenVariable               string

	Definition string
	TimeZone   string

	Breakdowns []string
	Interval   time.Duration
	Intervals  map[string]time.Duration
	Timeout    time.Duration
	MaxAge     time.Duration
	MaxGroups  int
	PauseAfter time.Duration
}

// defaults is an environment about which nothing is said.
func defaults() Environment {
	return Environment{
		Name:    exporter.MainEnvironment,
		Profile: dataverse.ProfileDataverse,

		ClientSecretVariable:              ClientSecretVariable,
		ClientCertificateVariable:         ClientCertificateVariable,
		ClientCertificatePasswordVariable: ClientCertificatePasswordVariable,
		FederatedTokenFile:                FederatedTokenFile,
		AccessTokenVariable:               AccessTokenVariable,

		TimeZone:   "UTC",
		Breakdowns: exporter.DefaultBreakdowns(),
		Interval:   exporter.DefaultInterval,
		Timeout:    exporter.DefaultTimeout,
		MaxGroups:  exporter.DefaultMaxGroups,
	}
}
