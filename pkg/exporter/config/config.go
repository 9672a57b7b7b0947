// Package config reads the exporter's flags, file and environment. It is the only product package that does so:
// the packages that the Grafana plugin links must not.
//
// A setting has one name, on the command line (--query.interval) and in the YAML file (query: interval:). The more
// specific place wins: an entry of environments in the file, then a flag, then the top of the file, then the default.
package config

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/exporter"
)

// Variables of the environment that hold secrets unless settings name others. Flags and the file only ever name files
// and variables, as every user of a computer can read the flags of its processes.
const (
	ClientSecretVariable = "DATAVERSE_CLIENT_SECRET"
	AccessTokenVariable  = "DATAVERSE_ACCESS_TOKEN"
)

// Environment is what is configured for one environment. It holds no secret.
type Environment struct {
	Name string

	Address               string
	CAFile                string
	HostNameInCertificate string
	TenantID              string
	ClientID              string
	ClientSecretFile      string
	ClientSecretVariable  string
	AccessTokenFile       string
	AccessTokenVariable   string
	Authority             string

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
		Name:                 exporter.MainEnvironment,
		ClientSecretVariable: ClientSecretVariable,
		AccessTokenVariable:  AccessTokenVariable,
		TimeZone:             "UTC",
		Breakdowns:           exporter.DefaultBreakdowns(),
		Interval:             exporter.DefaultInterval,
		Timeout:              exporter.DefaultTimeout,
		MaxGroups:            exporter.DefaultMaxGroups,
	}
}
