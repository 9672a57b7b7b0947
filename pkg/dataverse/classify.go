package dataverse

import (
	"context"
	"crypto/x509"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"syscall"

	"github.com/microsoft/go-mssqldb"
)

// patterns tell the class of a server's text; the first that fits wins. They come before the numbers, because most of
// Dataverse's numbers are documented nowhere.
var patterns = []struct {
	class Class
	text  *regexp.Regexp
}{
	// "Service protection API limits" has the three sentences and their HRESULTs. That the SQL endpoint sends them
	// too is assumed.
	{ClassThrottledTime, regexp.MustCompile(`(?i)combined execution time .*exceeded|0x80072321|-2147015903`)},
	{ClassThrottledConcurrency, regexp.MustCompile(`(?i)number of concurrent requests exceeded|0x80072326|-2147015898`)},
	{ClassThrottledRequests, regexp.MustCompile(`(?i)number of requests exceeded|0x80072322|-2147015902`)},
	// "Control access of the TDS endpoint".
	{ClassEndpointPrivilege, regexp.MustCompile(`(?i)prvAllowTDSAccess`)},
	{ClassEndpointDisabled, regexp.MustCompile(`(?i)TDS endpoint is disabled|EnableSQLForCDS`)},
	{ClassTokenExpired, regexp.MustCompile(`(?i)token (is|has) expired|token lifetime`)},
	// Azure SQL's, which Fabric and Synapse are assumed to say as well.
	{ClassWrongAudience, regexp.MustCompile(`(?i)not currently configured to accept this token`)},
	{ClassDatabase, regexp.MustCompile(`(?i)cannot open (server|database) .*requested by the login`)},
	{ClassNotInEnvironment, regexp.MustCompile(`(?i)login failed for user '<token-identified principal>'`)},
	{ClassTenantAuthorize, regexp.MustCompile(`AADSTS900023: .*'authorize'`)},
	{ClassAuth, regexp.MustCompile(`AADSTS[0-9]+`)},
	{ClassWrongAudience, regexp.MustCompile(`(?i)HTTP request is unauthorized with client authentication scheme`)},
	// "Use SQL to query data" explains the next two.
	{ClassNotInEnvironment, regexp.MustCompile(`(?i)HTTP request was forbidden with client authentication scheme`)},
	{ClassNotAuthenticated, regexp.MustCompile(`(?i)Request is not authenticated`)},
	{ClassTablePrivilege, regexp.MustCompile(`(?i)\bprv(Read|Append|AppendTo|Share)[A-Za-z_]*|permission was denied on the object|is not accessible because content of directory cannot be listed`)},
	{ClassServerTimeout, regexp.MustCompile(`(?i)request channel timed out while waiting for a reply|execution timeout expired`)},
	{ClassSchema, regexp.MustCompile(`(?i)invalid (object|column) name`)},
	{ClassUnsupportedSQL, regexp.MustCompile(`(?i)Line:\s*\d+,\s*Position:\s*\d+|incorrect syntax|not supported`)},
}

// numbers tell the class where the text does not. 37396 is Azure SQL's expired token; the others are SQL Server's own.
var numbers = map[int32]Class{
	18456:       ClassAuth, // login failed
	37396:       ClassTokenExpired,
	102:         ClassUnsupportedSQL, // incorrect syntax
	156:         ClassUnsupportedSQL, // incorrect syntax near a keyword
	4060:        ClassDatabase,       // cannot open the database
	207:         ClassSchema,         // invalid column name
	208:         ClassSchema,         // invalid object name
	229:         ClassTablePrivilege, // permission denied on an object
	230:         ClassTablePrivilege, // permission denied on a column
	-2:          ClassServerTimeout,
	-2147015902: ClassThrottledRequests,
	-2147015903: ClassThrottledTime,
	-2147015898: ClassThrottledConcurrency,
}

// classOf tells the class of what a server wrote.
func classOf(text string, number int32) Class {
	for _, pattern := range patterns {
		if pattern.text.MatchString(text) {
			return pattern.class
		}
	}
	if class, ok := numbers[number]; ok {
		return class
	}
	return ClassServer
}

// classifyServer makes an Error of what a server wrote.
func classifyServer(refusal mssql.Error) *Error {
	text, number := refusal.Message, refusal.Number
	for _, one := range refusal.All { // the last one stands in refusal itself; an earlier one may say more
		if !strings.Contains(text, one.Message) {
			text = one.Message + "\n" + text
		}
	}
	text, requestID := splitRequestID(strings.TrimPrefix(oneLine(text), "login error: "))
	detail, _ := splitRequestID(oneLine(jsonMessage(text)))
	class := classOf(text, number)
	failure := newError(class, clean(detail), refusal)
	failure.Number, failure.RequestID = number, requestID
	if class == ClassWrongAudience {
		failure.Tenant, failure.Resource = bearerChallenge(text)
		if failure.Resource != "" {
			failure.Hint = "use a token whose scope is " + failure.Resource + "/.default"
		}
		if failure.Tenant != "" {
			failure.Hint += "; the environment belongs to the tenant " + failure.Tenant
		}
	}
	return failure
}

var (
	requestIDMark = regexp.MustCompile(`(?i)[\s,;.]*\bRequestId:\s*([A-Za-z0-9;:_-]+)`)
	timeMark      = regexp.MustCompile(`(?i)[\s,;]*\bTime:\s*\d{4}-\d{2}-\d{2}[T ][0-9:.]+(Z|[+-]\d{2}:?\d{2})?`)
)

// splitRequestID takes the RequestId and the Time, with which every text of Dataverse ends, out of a text.
func splitRequestID(text string) (rest, requestID string) {
	if found := requestIDMark.FindStringSubmatch(text); found != nil {
		requestID = shorten(strings.Trim(found[1], ";:"), 100)
		text = requestIDMark.ReplaceAllString(text, "")
	}
	return strings.TrimRight(timeMark.ReplaceAllString(text, ""), " ."), requestID
}

// jsonMessage returns the Message of a text of the form {"Message":"…"}, which the statement checker sends, or the
// text as it is.
func jsonMessage(text string) string {
	var body struct{ Message string }
	if strings.HasPrefix(text, "{") && json.Unmarshal([]byte(text), &body) == nil && body.Message != "" {
		return body.Message
	}
	return text
}

var (
	challengeTenant   = regexp.MustCompile(`(?i)authorization_uri=https://[A-Za-z0-9.-]+/([A-Za-z0-9.-]{1,100})/`)
	challengeResource = regexp.MustCompile(`(?i)resource_id=(https://[A-Za-z0-9.-]{1,200}(:\d{1,5})?)`)
)

// bearerChallenge reads the tenant and the resource out of the refusal of a token for another resource.
func bearerChallenge(text string) (tenant, resource string) {
	if found := challengeTenant.FindStringSubmatch(text); found != nil {
		tenant = found[1]
	}
	if found := challengeResource.FindStringSubmatch(text); found != nil {
		resource = found[1]
	}
	return tenant, resource
}

// classify makes an Error of what the driver returned while nothing was cancelled.
func classify(err error, address Address) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	var refusal mssql.Error
	if errors.As(err, &refusal) {
		return forCopy(classifyServer(refusal), address.Profile())
	}
	if failure := classifyTLS(err); failure != nil {
		return failure
	}
	if failure := classifyDial(err, address); failure != nil {
		return failure
	}
	if isBroken(err) {
		return newError(ClassConnectionLost, clean(err.Error()), err)
	}
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		return newError(ClassTimeout, clean(err.Error()), err)
	}
	return newError(ClassUnexpected, clean(err.Error()), err) // the driver could not read the answer
}

// classifyTLS knows the driver's handshake errors, whose types it does not keep.
func classifyTLS(err error) *Error {
	text := err.Error()
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	switch {
	case strings.Contains(text, "TLS Handshake failed"), strings.Contains(text, "server does not support encryption"),
		strings.Contains(text, "encrypt negotiation failed"),
		errors.As(err, &invalid), errors.As(err, &unknown), errors.As(err, &name):
	default:
		return nil
	}
	failure := newError(ClassTLS, clean(text), err)
	switch {
	case strings.Contains(text, "unknown authority"):
		failure.Hint = "the certificate is signed by an authority that is not trusted here: configure its CA certificate, for example that of the proxy that inspects TLS"
	case strings.Contains(text, "certificate is valid for"), strings.Contains(text, "IP SANs"):
		failure.Hint = "the certificate is for another name: check the address, or set the host name in the certificate to the environment's host"
	}
	return failure
}

// classifyDial knows the errors of name resolution and of opening a connection.
func classifyDial(err error, address Address) *Error {
	var resolution *net.DNSError
	if errors.As(err, &resolution) {
		failure := newError(ClassUnreachable, fmt.Sprintf("the name %s does not resolve", clean(resolution.Name)), err)
		if resolution.IsNotFound {
			failure.Hint = "check the spelling of the address; " + knownProfiles[address.Profile()].example
		}
		return failure
	}
	var operation *net.OpError
	if !errors.As(err, &operation) || operation.Op != "dial" {
		return nil
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return newError(ClassUnreachable, fmt.Sprintf("%s refuses connections", address), err)
	case operation.Timeout():
		return newError(ClassUnreachable, fmt.Sprintf("no connection to %s could be opened in time", address), err)
	default:
		return newError(ClassUnreachable, clean(operation.Error()), err)
	}
}

// isBroken reports whether a connection that stood has broken, so that the same statement may run on another one.
func isBroken(err error) bool {
	if err == nil {
		return false
	}
	for _, sign := range []error{driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED} {
		if errors.Is(err, sign) {
			return true
		}
	}
	var stream mssql.StreamError // does not unwrap
	if errors.As(err, &stream) {
		return isBroken(stream.InnerError)
	}
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op != "dial" && !operation.Timeout() &&
		!errors.Is(err, context.Canceled)
}
