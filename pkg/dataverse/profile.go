package dataverse

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Profile is the kind of engine that has the tables. It decides which hosts there are, what a token has to be for, and
// (see package tsql) how statements are written. The zero value is ProfileDataverse.
type Profile string

// The profiles.
const (
	ProfileDataverse Profile = "dataverse" // Dataverse's own SQL endpoint
	ProfileFabric    Profile = "fabric"    // SQL analytics endpoint over Link to Microsoft Fabric
	ProfileSynapse   Profile = "synapse"   // serverless SQL pool over Azure Synapse Link for Dataverse
)

// Profiles lists all profiles.
func Profiles() []Profile { return []Profile{ProfileDataverse, ProfileFabric, ProfileSynapse} }

// ParseProfile reads a profile's name; "" is ProfileDataverse. Its error is of ClassInvalid.
func ParseProfile(text string) (Profile, error) {
	name := Profile(strings.ToLower(strings.TrimSpace(text)))
	if !slices.Contains(Profiles(), name.or()) {
		return "", &Error{Class: ClassInvalid, Message: fmt.Sprintf("%q is no profile", shorten(clean(text), 40)),
			Hint: "use dataverse, fabric or synapse"}
	}
	return name.or(), nil
}

// or is the profile, or the default for none.
func (p Profile) or() Profile {
	if p == "" {
		return ProfileDataverse
	}
	return p
}

// IsCopy reports whether the engine has a copy of Dataverse's tables and is not Dataverse itself: it is younger or older
// as the case may be, it knows no roles of Dataverse, and it needs the name of a database.
func (p Profile) IsCopy() bool { return p.or() != ProfileDataverse }

// Name is the engine's, for people.
func (p Profile) Name() string {
	switch p.or() {
	case ProfileFabric:
		return "Microsoft Fabric"
	case ProfileSynapse:
		return "Azure Synapse"
	}
	return "Dataverse"
}

// known is what is known of a profile.
type known struct {
	host    string // what an address is called
	example string // of an address, as a hint
	ports   []int  // the first is the default
	domains []domain
}

// domain is a domain of an engine's servers.
type domain struct {
	cloud   Cloud
	pattern *regexp.Regexp // of the whole host
}

// label is a part of a host name before a domain.
const label = `[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?`

func hosts(cloud Cloud, domainPattern string) domain {
	return domain{cloud, regexp.MustCompile(`^(?:` + label + `\.)+` + domainPattern + `$`)}
}

// knownProfiles is the one table of where tokens may go.
//
// Dataverse's domains are those of the page "Discover user organizations" of the Power Apps documentation; a region adds
// its number to crm (crm4 is Europe, crm9 is GCC). Fabric's is that of "Warehouse connectivity in Microsoft Fabric", and
// Synapse's those of "Connect to Synapse SQL" and "Azure Private Endpoint private DNS zone values". That Fabric and
// Synapse only redirect within their own domains is assumed.
var knownProfiles = map[Profile]known{
	ProfileDataverse: {
		host:    "a Dataverse environment",
		example: "enter the environment's address as its settings show it, such as contoso.crm4.dynamics.com",
		ports:   []int{DefaultPort, AlternativePort},
		domains: []domain{
			hosts(CloudPublic, `crm[0-9]{0,3}\.dynamics\.com`),
			hosts(CloudUSGovernment, `crm\.microsoftdynamics\.us`),
			hosts(CloudUSGovernment, `crm\.appsplatform\.us`),
			hosts(CloudChina, `crm[0-9]{0,3}\.dynamics\.cn`),
		},
	},
	ProfileFabric: {
		host:    "a SQL analytics endpoint of Microsoft Fabric",
		example: "copy the SQL connection string from the settings of the lakehouse's SQL analytics endpoint; it ends in .datawarehouse.fabric.microsoft.com",
		ports:   []int{DefaultPort},
		domains: []domain{hosts(CloudPublic, `datawarehouse\.fabric\.microsoft\.com`)},
	},
	ProfileSynapse: {
		host:    "a serverless SQL pool of Azure Synapse",
		example: "copy the serverless SQL endpoint from the workspace's overview; it ends in -ondemand.sql.azuresynapse.net",
		ports:   []int{DefaultPort},
		domains: []domain{
			hosts(CloudPublic, `sql\.azuresynapse\.net`),
			hosts(CloudUSGovernment, `sql\.azuresynapse\.usgovcloudapi\.net`),
			hosts(CloudChina, `sql\.azuresynapse\.azure\.cn`),
		},
	},
}

// resources are what the tokens for copies are for, by cloud: Azure SQL as a whole, and no single server. An emulator of
// a copy on this computer takes tokens for the first one.
var resources = map[Cloud]string{
	CloudPublic:       "https://database.windows.net",
	CloudLoopback:     "https://database.windows.net",
	CloudUSGovernment: "https://database.usgovcloudapi.net",
	CloudChina:        "https://database.chinacloudapi.cn",
}

// cloudOf returns the cloud of a server's name, which is in lower case. One label at least stands before the domain.
func (p Profile) cloudOf(host string) (Cloud, bool) {
	if len(host) > 253 {
		return "", false
	}
	for _, known := range knownProfiles[p.or()].domains {
		if known.pattern.MatchString(host) {
			return known.cloud, true
		}
	}
	return "", false
}

// isPool reports whether a host of Synapse is a serverless pool: the dedicated ones do not have the link's tables.
func isPool(host string) bool {
	first, _, _ := strings.Cut(host, ".")
	return strings.HasSuffix(first, "-ondemand")
}

// badAddress is the error of an address that is none of the profile's.
func (p Profile) badAddress(format string, args ...any) *Error {
	return &Error{Class: ClassInvalid, Message: fmt.Sprintf(format, args...), Hint: knownProfiles[p.or()].example}
}

// foreign is the error of a host that is none of the profile's, which may be one of another profile.
func (p Profile) foreign(host string) *Error {
	failure := p.badAddress("%q is no address of %s", shorten(host, 80), knownProfiles[p.or()].host)
	for _, other := range Profiles() {
		if _, ok := other.cloudOf(host); ok && other != p.or() {
			failure.Hint = fmt.Sprintf("choose the profile %s for it, or %s", other, failure.Hint)
		}
	}
	return failure
}

// maxDatabase is the longest name that a database can have (sysname).
const maxDatabase = 128

// CheckDatabase refuses the name of a database that is none, or is missing where there are several. Its error is of
// ClassInvalid.
func (p Profile) CheckDatabase(name string) error {
	bad := func(problem string) error {
		return &Error{Class: ClassInvalid, Message: problem, Hint: "enter the name of the " + databaseOf(p) + "; " + p.Name() + " has several"}
	}
	switch {
	case name == "" && p.IsCopy():
		return bad("the database is empty")
	case !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxDatabase || strings.ContainsFunc(name, unicode.IsControl):
		return bad("the name of the database is no name: it has more than 128 characters, or control characters")
	}
	return nil
}

// databaseOf is what people know a profile's database as.
func databaseOf(p Profile) string {
	switch p.or() {
	case ProfileFabric:
		return "lakehouse that Link to Fabric made"
	case ProfileSynapse:
		return "lake database that Synapse Link made, such as dataverse_contoso_unq1234"
	}
	return "environment's database, or nothing"
}
