package dataverse

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
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

// domains are those of Dataverse environments, one row a cloud, as the page "Discover user organizations" of the
// Power Apps documentation lists them. A region adds its number to crm (crm4 is Europe, crm9 is GCC).
var domains = []struct {
	cloud   Cloud
	pattern *regexp.Regexp
}{
	{CloudPublic, regexp.MustCompile(`^crm[0-9]{0,3}\.dynamics\.com$`)},
	{CloudUSGovernment, regexp.MustCompile(`^crm\.microsoftdynamics\.us$`)},
	{CloudUSGovernment, regexp.MustCompile(`^crm\.appsplatform\.us$`)},
	{CloudChina, regexp.MustCompile(`^crm[0-9]{0,3}\.dynamics\.cn$`)},
}

const addressExample = "enter the environment's address as its settings show it, such as contoso.crm4.dynamics.com"

// Address is an environment that tokens may be sent to. It only comes from ParseAddress.
type Address struct {
	host  string // lower case, no trailing dot
	port  int
	cloud Cloud
}

// Host is the environment's host name in lower case.
func (a Address) Host() string { return a.host }

// Port is the TCP port to log in at.
func (a Address) Port() int { return a.port }

// Cloud is the cloud of the environment.
func (a Address) Cloud() Cloud { return a.cloud }

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

// Scope is what to ask a token for: that of the environment itself, and not that of Azure SQL.
func (a Address) Scope() string {
	if a.IsLoopback() {
		return "https://localhost/.default"
	}
	return "https://" + a.host + "/.default"
}

// ParseAddress reads an environment's address as people paste it: with or without scheme, path, and port (host:port,
// or host,port as in SQL tools). Only Dataverse's own domains and this computer are accepted, because a token is sent
// there. Errors are of ClassInvalid and say what to enter.
func ParseAddress(text string) (Address, error) {
	host, port, err := splitAddress(text)
	if err != nil {
		return Address{}, err
	}
	if isLoopback(host) {
		if port == 0 {
			port = LoopbackPort
		}
		return Address{host: host, port: port, cloud: CloudLoopback}, nil
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return Address{}, badAddress("%s is an IP address, and a token belongs to a name", host)
	}
	host = strings.Replace(host, ".api.", ".", 1) // the Web API's alternative name of the same environment
	cloud, ok := cloudOf(host)
	if !ok {
		return Address{}, badAddress("%q is no address of a Dataverse environment", shorten(host, 80))
	}
	switch port {
	case 0, webPort:
		port = DefaultPort
	case DefaultPort, AlternativePort:
	default:
		return Address{}, &Error{Class: ClassInvalid,
			Message: fmt.Sprintf("Dataverse's SQL endpoint does not listen on port %d", port),
			Hint:    fmt.Sprintf("leave the port away, or use %d or %d", DefaultPort, AlternativePort)}
	}
	return Address{host: host, port: port, cloud: cloud}, nil
}

// splitAddress takes an address apart into host and port, 0 where there is none.
func splitAddress(text string) (host string, port int, err error) {
	rest := strings.ToLower(strings.TrimSpace(text))
	if rest == "" {
		return "", 0, badAddress("the address is empty")
	}
	if strings.HasPrefix(rest, "tcp:") && !strings.HasPrefix(rest, "tcp://") {
		rest = strings.TrimPrefix(rest, "tcp:")
	}
	scheme, after, found := strings.Cut(rest, "://")
	if !found {
		after = rest
	} else if scheme != "https" && scheme != "http" && scheme != "tcp" {
		return "", 0, badAddress("%q is not a scheme of an address", shorten(scheme, 20))
	}
	if cut := strings.IndexAny(after, `/?#\`); cut >= 0 {
		after = after[:cut]
	}
	if strings.Contains(after, "@") {
		return "", 0, badAddress("the address holds a user or a password")
	}
	if name, comma, ok := strings.Cut(after, ","); ok {
		after = strings.TrimSpace(name) + ":" + strings.TrimSpace(comma)
	}
	if address, err := netip.ParseAddr(after); err == nil { // a bare IPv6 address
		return address.Unmap().String(), 0, nil
	}
	parsed, err := url.Parse("tcp://" + after)
	if err != nil || parsed.Hostname() == "" {
		return "", 0, badAddress("%q cannot be read as an address", shorten(text, 80))
	}
	if digits := parsed.Port(); digits != "" {
		if port, err = strconv.Atoi(digits); err != nil || port < 1 || port > 65535 {
			return "", 0, badAddress("%q is not a port", shorten(digits, 20))
		}
	}
	host = strings.TrimSuffix(parsed.Hostname(), ".")
	if address, err := netip.ParseAddr(host); err == nil {
		host = address.Unmap().String()
	}
	return host, port, nil
}

// cloudOf returns the cloud of an environment's or server's name. One label at least stands before the domain.
func cloudOf(host string) (Cloud, bool) {
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if !hostLabel.MatchString(label) {
			return "", false
		}
	}
	if len(labels) < 4 || len(host) > 253 {
		return "", false
	}
	domain := strings.Join(labels[len(labels)-3:], ".")
	for _, known := range domains {
		if known.pattern.MatchString(domain) {
			return known.cloud, true
		}
	}
	return "", false
}

var hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// isLoopback reports whether a host is this computer by its name alone.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Zone() == "" && address.Unmap().IsLoopback()
}

func badAddress(format string, args ...any) error {
	return &Error{Class: ClassInvalid, Message: fmt.Sprintf(format, args...), Hint: addressExample}
}
