package dataverse

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Ports of the SQL endpoint. Dataverse documents 1433 and 5558 ("Use SQL to query data"); 14330 is where the embedded
// Dataverse of this project listens.
const (
	DefaultPort     = 1433
	AlternativePort = 5558
	LoopbackPort    = 14330
)

// webPort is the port of the environment's web address, which people paste. It is never the port to begin at.
const webPort = 443

// Cloud is the Azure cloud that an environment stands in; it decides where its tokens come from.
type Cloud string

// The clouds.
const (
	CloudPublic       Cloud = "public"     // also the United States' GCC
	CloudUSGovernment Cloud = "government" // GCC High and DoD
	CloudChina        Cloud = "china"
	CloudLoopback     Cloud = "loopback" // this computer: the embedded Dataverse
)

// Address is an environment, or a copy of one, that tokens may be sent to. It only comes from Profile.ParseAddress.
type Address struct {
	host    string // lower case, no trailing dot
	port    int
	cloud   Cloud
	profile Profile
}

// Host is the environment's host name in lower case.
func (a Address) Host() string { return a.host }

// Port is the TCP port to log in at.
func (a Address) Port() int { return a.port }

// Cloud is the cloud of the environment.
func (a Address) Cloud() Cloud { return a.cloud }

// Profile is the kind of engine that is there.
func (a Address) Profile() Profile { return a.profile.or() }

// IsLoopback reports whether the address is on this computer.
func (a Address) IsLoopback() bool { return a.cloud == CloudLoopback }

// IsZero reports whether the address has not been parsed.
func (a Address) IsZero() bool { return a.host == "" }

// String is host:port.
func (a Address) String() string {
	if a.IsZero() {
		return ""
	}
	return net.JoinHostPort(a.host, strconv.Itoa(a.port))
}

// Scope is what to ask a token for. In front of Dataverse that is the environment itself, and not Azure SQL; in front of
// a copy it is Azure SQL.
func (a Address) Scope() string { return a.resource() + "/.default" }

// resource is what a token has to be for.
func (a Address) resource() string {
	switch {
	case a.profile.IsCopy():
		return resources[a.cloud]
	case a.IsLoopback():
		return "https://localhost"
	}
	return "https://" + a.host
}

// ParseAddress reads the address of an environment of Dataverse, see Profile.ParseAddress.
func ParseAddress(text string) (Address, error) { return ProfileDataverse.ParseAddress(text) }

// ParseAddress reads an address as people paste it: with or without scheme, path, and port (host:port, or host,port as in
// SQL tools). Only the profile's own domains and this computer, where an emulator may be, are accepted, because a token
// is sent there. Errors are of ClassInvalid and say what to enter.
func (p Profile) ParseAddress(text string) (Address, error) {
	profile, err := ParseProfile(string(p))
	if err != nil {
		return Address{}, err
	}
	host, port, err := profile.splitAddress(text)
	if err != nil {
		return Address{}, err
	}
	if isLoopback(host) {
		if port == 0 {
			port = LoopbackPort
		}
		return Address{host: host, port: port, cloud: CloudLoopback, profile: profile}, nil
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return Address{}, profile.badAddress("%s is an IP address, and a token belongs to a name", host)
	}
	if profile == ProfileDataverse {
		host = strings.Replace(host, ".api.", ".", 1) // the Web API's alternative name of the same environment
	}
	cloud, ok := profile.cloudOf(host)
	switch {
	case !ok:
		return Address{}, profile.foreign(host)
	case profile == ProfileSynapse && !isPool(host):
		return Address{}, profile.badAddress("%q is a dedicated SQL pool of Azure Synapse, and not the serverless one", shorten(host, 80))
	}
	ports := knownProfiles[profile].ports
	switch {
	case port == 0 || port == webPort:
		port = ports[0]
	case !slices.Contains(ports, port):
		return Address{}, &Error{Class: ClassInvalid,
			Message: fmt.Sprintf("the SQL endpoint of %s does not listen on port %d", profile.Name(), port),
			Hint:    "leave the port away, or use " + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(ports)), " or "), "[]")}
	}
	return Address{host: host, port: port, cloud: cloud, profile: profile}, nil
}

// splitAddress takes an address apart into host and port, 0 where there is none.
func (p Profile) splitAddress(text string) (host string, port int, err error) {
	rest := strings.ToLower(strings.TrimSpace(text))
	if rest == "" {
		return "", 0, p.badAddress("the address is empty")
	}
	if strings.HasPrefix(rest, "tcp:") && !strings.HasPrefix(rest, "tcp://") {
		rest = strings.TrimPrefix(rest, "tcp:")
	}
	scheme, after, found := strings.Cut(rest, "://")
	if !found {
		after = rest
	} else if scheme != "https" && scheme != "http" && scheme != "tcp" {
		return "", 0, p.badAddress("%q is not a scheme of an address", shorten(scheme, 20))
	}
	if cut := strings.IndexAny(after, `/?#\`); cut >= 0 {
		after = after[:cut]
	}
	if strings.Contains(after, "@") {
		return "", 0, p.badAddress("the address holds a user or a password")
	}
	if name, comma, ok := strings.Cut(after, ","); ok {
		after = strings.TrimSpace(name) + ":" + strings.TrimSpace(comma)
	}
	if address, err := netip.ParseAddr(after); err == nil { // a bare IPv6 address
		return address.Unmap().String(), 0, nil
	}
	parsed, err := url.Parse("tcp://" + after)
	if err != nil || parsed.Hostname() == "" {
		return "", 0, p.badAddress("%q cannot be read as an address", shorten(text, 80))
	}
	if digits := parsed.Port(); digits != "" {
		if port, err = strconv.Atoi(digits); err != nil || port < 1 || port > 65535 {
			return "", 0, p.badAddress("%q is not a port", shorten(digits, 20))
		}
	}
	host = strings.TrimSuffix(parsed.Hostname(), ".")
	if address, err := netip.ParseAddr(host); err == nil {
		host = address.Unmap().String()
	}
	return host, port, nil
}

// isLoopback reports whether a host is this computer by its name alone.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Zone() == "" && address.Unmap().IsLoopback()
}

// badAddress is the error of an address that is none of Dataverse.
func badAddress(format string, args ...any) error {
	return ProfileDataverse.badAddress(format, args...)
}
