package dataverse

// Class says what kind of failure an Error is, and with it who can do something about it. The text is stable: it is a
// label of metrics.
type Class string

// The classes. What Dataverse writes in each case stands in the patterns of classify.go.
const (
	ClassWrongAudience        Class = "wrong_audience"
	ClassNotInEnvironment     Class = "not_in_environment"
	ClassNotAuthenticated     Class = "not_authenticated"
	ClassEndpointPrivilege    Class = "endpoint_privilege"
	ClassTablePrivilege       Class = "table_privilege"
	ClassEndpointDisabled     Class = "endpoint_disabled"
	ClassUnsupportedSQL       Class = "unsupported_sql"
	ClassSchema               Class = "schema"
	ClassDatabase             Class = "database"
	ClassServerTimeout        Class = "server_timeout"
	ClassThrottledRequests    Class = "throttled_requests"
	ClassThrottledTime        Class = "throttled_time"
	ClassThrottledConcurrency Class = "throttled_concurrency"
	ClassBusy                 Class = "busy"
	ClassTokenExpired         Class = "token_expired"
	ClassTenantAuthorize      Class = "tenant_authorize"
	ClassAuth                 Class = "auth"
	ClassServer               Class = "server"
	ClassRedirect             Class = "redirect"
	ClassUnreachable          Class = "unreachable"
	ClassTLS                  Class = "tls"
	ClassConnectionLost       Class = "connection_lost"
	ClassTimeout              Class = "timeout"
	ClassCanceled             Class = "canceled"
	ClassTooLarge             Class = "too_large"
	ClassUnexpected           Class = "unexpected"
	ClassInvalid              Class = "invalid"
	ClassInternal             Class = "internal"
)

// classes is the one table of what each class means. A sentence says what happened, a next step what to do, and
// retryable whether the same statement may succeed later although nobody changed anything.
var classes = []struct {
	class     Class
	sentence  string
	nextStep  string
	retryable bool
}{
	{ClassWrongAudience, "the token is for another resource than this environment",
		"use a token whose scope is the environment's own address followed by /.default", false},
	{ClassNotInEnvironment, "Dataverse knows the identity but does not let it into this environment",
		"add the app registration as an application user of the environment in the Power Platform admin center", false},
	{ClassNotAuthenticated, "Dataverse did not accept the kind of login",
		"log in with a Microsoft Entra token; SQL and Windows logins are not accepted", false},
	{ClassEndpointPrivilege, "the identity may not use the SQL endpoint",
		"give its security role the privilege \"Allow user to access TDS endpoint\" (prvAllowTDSAccess) at the level Organization", false},
	{ClassTablePrivilege, "the identity may not read a table",
		"give its security role Read at the level Organization on the table that is named", false},
	{ClassEndpointDisabled, "the SQL endpoint is switched off in this environment",
		"switch on \"Enable TDS endpoint\" under Settings, Product, Features in the Power Platform admin center", false},
	{ClassUnsupportedSQL, "Dataverse did not accept the statement",
		"report the statement to Tally: it should only use what the SQL endpoint supports", false},
	{ClassSchema, "a table or column is not there",
		"check that Dynamics 365 Contact Center is installed in this environment and that the identity may read its tables", false},
	{ClassDatabase, "the database is not there, or the identity may not use it",
		"check the name of the database, and that the identity has a role in it or in its workspace", false},
	{ClassServerTimeout, "Dataverse gave up on the statement after its time limit",
		"ask for a shorter time range, longer buckets, or fewer groups", false},
	{ClassThrottledRequests, "Dataverse throttles: too many requests within five minutes",
		"wait a few minutes; asking again at once makes it longer. Refresh less often, or give each consumer an application user of its own", true},
	{ClassThrottledTime, "Dataverse throttles: too much running time within five minutes",
		"wait a few minutes; asking again at once makes it longer. Use shorter time ranges or refresh less often", true},
	{ClassThrottledConcurrency, "Dataverse throttles: too many statements at once",
		"wait a minute; then let fewer statements run at the same time", true},
	{ClassBusy, "too many queries wait for Dataverse",
		"wait a moment. Refresh less often, use shorter time ranges, or fewer panels that differ", true},
	{ClassTokenExpired, "the token has expired", "get a new token", false},
	{ClassTenantAuthorize, "the word authorize was taken for the tenant",
		"enter the tenant id of the app registration; it cannot be read from what the server says", false},
	{ClassAuth, "the login with Microsoft Entra failed", "check the tenant id, the client id, and the secret or certificate of the app registration", false},
	{ClassServer, "Dataverse refused the statement", "look the request id up with Microsoft's support", false},
	{ClassRedirect, "the server sent the login on to a place that must not get the token",
		"check the address. Where the environment is redirected to an IP address, set the host name in the certificate to the environment's host", false},
	{ClassUnreachable, "the server cannot be reached",
		"check the address, and that the ports 1433 (or 5558) and 443 are open towards Dataverse, for IPv4 and IPv6", true},
	{ClassTLS, "no trusted connection to the server could be made",
		"if a proxy inspects TLS, exempt Dataverse from it or configure the proxy's CA certificate", false},
	{ClassConnectionLost, "the connection broke, twice",
		"ask again; if it stays, look for a firewall, proxy or load balancer that cuts connections", true},
	{ClassTimeout, "there was no answer in time", "ask for a shorter time range, or raise the query timeout", true},
	{ClassCanceled, "the query was cancelled", "", false},
	{ClassTooLarge, "the answer is too large", "use fewer groups, longer buckets, or filters", false},
	{ClassUnexpected, "the answer does not have the form that was asked for", "report this to Tally with the statement", false},
	{ClassInvalid, "the call is not valid", "", false},
	{ClassInternal, "an error of Tally itself", "report this to Tally with the log around it", false},
}

// Classes lists all classes in a fixed order.
func Classes() []Class {
	all := make([]Class, len(classes))
	for i := range classes {
		all[i] = classes[i].class
	}
	return all
}

// Sentence says what happened, without details.
func (c Class) Sentence() string {
	for i := range classes {
		if classes[i].class == c {
			return classes[i].sentence
		}
	}
	return string(c)
}

// NextStep says what to do about it; it is empty where nothing is to be done.
func (c Class) NextStep() string {
	for i := range classes {
		if classes[i].class == c {
			return classes[i].nextStep
		}
	}
	return ""
}

// Anchor is the place in docs/troubleshooting.md that says more.
func (c Class) Anchor() string { return "troubleshooting.md#" + string(c) }

// Retryable reports whether the same statement may succeed later although nobody changed anything.
func (c Class) Retryable() bool {
	for i := range classes {
		if classes[i].class == c {
			return classes[i].retryable
		}
	}
	return false
}

// Throttled reports whether Dataverse's service protection refused. Asking on makes it last longer.
func (c Class) Throttled() bool {
	return c == ClassThrottledRequests || c == ClassThrottledTime || c == ClassThrottledConcurrency
}

// LoginRefused reports whether Dataverse, or whoever gives tokens for it, knows the identity and says no. Asking again
// at once cannot help.
func (c Class) LoginRefused() bool {
	switch c {
	case ClassWrongAudience, ClassNotInEnvironment, ClassNotAuthenticated, ClassEndpointPrivilege, ClassDatabase, ClassTenantAuthorize, ClassAuth:
		return true
	}
	return false
}

// TokenRefused reports whether a server that says so may take another token of the same identity: this one has expired,
// was revoked, or is signed with a key that it does not know any more.
func (c Class) TokenRefused() bool {
	switch c {
	case ClassWrongAudience, ClassNotAuthenticated, ClassTokenExpired, ClassAuth:
		return true
	}
	return false
}

// Outside reports whether the call did not get into Dataverse: it was not reached, went silent, or did not let the
// identity in. After any other class Dataverse is known to be there.
func (c Class) Outside() bool {
	switch c {
	case ClassEndpointDisabled, ClassTokenExpired, ClassRedirect, ClassUnreachable, ClassTLS, ClassConnectionLost, ClassTimeout:
		return true
	}
	return c.LoginRefused()
}
