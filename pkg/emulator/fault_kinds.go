package emulator

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/entra"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/tds"
)

// FaultName names a fault.
type FaultName string

// The faults of connections.
const (
	FaultLatency     FaultName = "latency"     // Fault.Delay before each piece of data that the server sends
	FaultCertificate FaultName = "certificate" // the server shows a certificate for another host
)

// The faults of logins. They befall clients whose token is good.
const (
	FaultWrongAudience FaultName = "wrong_audience" // the token is taken for one of another audience
	FaultExpiredToken  FaultName = "expired_token"  // the token is taken for one that has expired
	FaultEndpointOff   FaultName = "endpoint_off"   // the environment's TDS endpoint is switched off
	FaultForbidden     FaultName = "forbidden"      // the application is no user of the environment
	FaultTDSPrivilege  FaultName = "tds_privilege"  // the user misses the privilege prvAllowTDSAccess
	FaultLoginKind     FaultName = "login_kind"     // the login is taken for one without a token
	FaultRedirect      FaultName = "redirect"       // the client is sent to Fault.Target
	FaultLoginSlow     FaultName = "login_slow"     // the login takes Fault.Delay
	FaultLoginSilent   FaultName = "login_silent"   // the login is never answered
	FaultLoginCut      FaultName = "login_cut"      // the connection is cut
	FaultLoginThrottle FaultName = "login_throttle" // too many requests, said at the login
)

// The faults of statements.
const (
	FaultThrottleRequests    FaultName = "throttle_requests"    // too many requests within five minutes
	FaultThrottleTime        FaultName = "throttle_time"        // too much run time within five minutes
	FaultThrottleConcurrency FaultName = "throttle_concurrency" // too many at the same time
	FaultTimeout             FaultName = "timeout"              // ended at once as if it had run too long
	FaultKill                FaultName = "kill"                 // runs until the run-time limit ends it
	FaultReadPrivilege       FaultName = "read_privilege"       // the user must not read the table
	FaultNoTable             FaultName = "no_table"             // a table is not there
	FaultExpiredSession      FaultName = "expired_session"      // the token has expired since the login; later logins are spared
	FaultNoParameters        FaultName = "no_parameters"        // statements with parameters are refused, others are not
	FaultUnsupported         FaultName = "unsupported"          // the statement is taken for one that is not supported
	FaultUnknown             FaultName = "unknown"              // an error that says nothing
	FaultSlow                FaultName = "slow"                 // Fault.Delay before the first row
	FaultSlowRows            FaultName = "slow_rows"            // Fault.Delay before every row
	FaultCut                 FaultName = "cut"                  // the connection is cut instead of an answer
	FaultCutAfterRow         FaultName = "cut_after_row"        // the connection is cut after the first row
	FaultCutAfterRows        FaultName = "cut_after_rows"       // the connection is cut after the last row, before the end is said
	FaultSilent              FaultName = "silent"               // no answer, ever
	FaultSilentAfterRow      FaultName = "silent_after_row"     // no answer after the first row
	FaultGarbage             FaultName = "garbage"              // bytes that are no TDS
	FaultIgnoreCancel        FaultName = "ignore_cancel"        // a cancellation is not answered, and the statement takes Fault.Delay longer
)

// FaultNames are the names of all faults.
func FaultNames() []string {
	names := make([]string, 0, len(faultKinds))
	for name := range faultKinds {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}

// About says in a few words what a fault does; nothing for a name that is none.
func (n FaultName) About() string { return faultKinds[n].about }

// Stage says what meets a fault: a connection, a login or a statement; nothing for a name that is none.
func (n FaultName) Stage() string { return faultKinds[n].at.String() }

// stage is where faults happen.
type stage uint8

const (
	connectionStage  stage = iota + 1 // a connection is accepted
	certificateStage                  // the server shows its certificate
	loginStage
	statementStage
)

func (s stage) String() string {
	switch s {
	case connectionStage, certificateStage:
		return "connection"
	case loginStage:
		return "login"
	case statementStage:
		return "statement"
	}
	return ""
}

// faultKind is what a fault does. Of text, words, instead, around and finally at most one is set; the faults of
// connections have none, see fault_connection.go.
type faultKind struct {
	at    stage
	about string
	// slow says that Fault.Delay matters.
	slow bool
	// older says that only sessions meet it that had logged in before it was injected.
	older bool
	// withParameters says that only statements with parameters meet it.
	withParameters bool
	// number of the error that the client is shown, and its text: always the same, or made for the occasion.
	number int32
	text   string
	words  func(e *Emulator, statement string) string
	// instead returns the error that takes the place of an answer, or nil to go on.
	instead func(context.Context, *activeFault) error
	// around changes the writer of the answer.
	around func(context.Context, *activeFault, tds.Writer) tds.Writer
	// finally takes the place of the end of an answer that went well.
	finally error
}

// says is the error that the client is shown, or nil.
func (k faultKind) says(e *Emulator, statement string) *tds.Error {
	text := k.text
	if k.words != nil {
		text = k.words(e, statement)
	}
	if text == "" {
		return nil
	}
	err := &tds.Error{Number: k.number, Message: text}
	if k.at == loginStage {
		err.Class = 14
	}
	return err
}

// numberAssumed stands for the numbers that Dataverse's errors have over TDS, none of which is documented.
const numberAssumed = numberBroken

// The texts are Dataverse's where they are known. That a throttle says over TDS what it says over HTTP is assumed, and
// so are the numbers.
var faultKinds = map[FaultName]faultKind{
	FaultLatency:     {at: connectionStage, slow: true, about: "delay before each piece of data that the server sends"},
	FaultCertificate: {at: certificateStage, about: "the server shows a certificate for another host"},

	FaultWrongAudience: {at: loginStage, about: "the token is taken for one of another audience", number: numberLoginFailed,
		words: func(e *Emulator, _ string) string { return e.refusal(entra.ErrWrongAudience) }},
	FaultExpiredToken: {at: loginStage, about: "the token is taken for one that has expired", number: numberLoginFailed,
		words: func(e *Emulator, _ string) string { return e.refusal(entra.ErrExpired) }},
	FaultEndpointOff: {at: loginStage, about: "the environment's TDS endpoint is switched off", number: numberAssumed,
		text: "TDS endpoint is disabled for this organization. Enable it in the environment's settings (EnableSQLForCDS)."}, // assumed around the seen words
	FaultForbidden: {at: loginStage, about: "the application is no user of the environment", number: numberLoginFailed,
		text: "Login failed: The HTTP request was forbidden with client authentication scheme 'Anonymous'."},
	FaultTDSPrivilege: {at: loginStage, about: "the user misses the privilege prvAllowTDSAccess", number: numberLoginFailed,
		text: "Attempted to perform an unauthorized operation. User misses prvAllowTDSAccess privilege"},
	FaultLoginKind: {at: loginStage, about: "the login is taken for one without a token", number: numberLoginFailed,
		words: func(e *Emulator, _ string) string { return e.refusal(entra.ErrNoToken) }},
	FaultLoginThrottle: {at: loginStage, about: "too many requests, said at the login", number: numberAssumed, text: throttledRequests},
	FaultRedirect: {at: loginStage, about: "the client is sent to target, a name or an IP address with a port",
		instead: func(_ context.Context, f *activeFault) error { return f.route }},
	FaultLoginSlow:   {at: loginStage, about: "the login takes delay", slow: true, instead: wait},
	FaultLoginSilent: {at: loginStage, about: "the login is never answered", instead: always(tds.ErrSilent)},
	FaultLoginCut:    {at: loginStage, about: "the connection is cut instead of an answer to the login", instead: always(tds.ErrCut)},

	FaultThrottleRequests: {at: statementStage, about: "too many requests within five minutes", number: numberAssumed, text: throttledRequests},
	FaultThrottleTime: {at: statementStage, about: "too much run time within five minutes", number: numberAssumed,
		text: "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later."},
	FaultThrottleConcurrency: {at: statementStage, about: "too many requests at the same time", number: numberAssumed,
		text: "Number of concurrent requests exceeded the limit of 52."},
	FaultTimeout: {at: statementStage, about: "ended at once, in the words for a statement that ran too long", number: numberBroken,
		words: func(_ *Emulator, statement string) string { return timedOut(runTimeLimit(statement)) }},
	FaultKill: {at: statementStage, about: "runs until the limit ends it, 2 minutes with a JOIN and 5 without, scaled", instead: untilKilled},
	FaultReadPrivilege: {at: statementStage, about: "the user must not read the table", number: numberAssumed,
		words: func(_ *Emulator, statement string) string { return missingPrivilege(statement) }},
	FaultExpiredSession: {at: statementStage, older: true, number: numberLoginFailed, // assumed: whether Dataverse looks at a token again is not known
		about: "the token has expired since the login; sessions that log in later are spared",
		words: func(e *Emulator, _ string) string { return e.refusal(entra.ErrExpired) }},
	FaultNoTable: {at: statementStage, about: "a table is not there", number: 208, // SQL Server's
		text: "Invalid object name 'msdyn_ocsession'."},
	FaultNoParameters: {at: statementStage, withParameters: true, number: numberAssumed, // assumed, number and text
		about: "statements with parameters are refused, others are not", text: "Stored procedures are not supported: sp_executesql."},
	FaultUnsupported: {at: statementStage, about: "the statement is taken for one that is not supported", number: numberAssumed,
		text: `{"Message":"Unexpected end of file occurred. Line:6, Position:29"}`}, // seen
	FaultUnknown: {at: statementStage, about: "an error that says nothing", number: numberAssumed,
		text: "An unexpected error occurred."},
	FaultSlow:   {at: statementStage, about: "delay before the first row", slow: true, instead: wait},
	FaultCut:    {at: statementStage, about: "the connection is cut instead of an answer", instead: always(tds.ErrCut)},
	FaultSilent: {at: statementStage, about: "no answer, ever", instead: always(tds.ErrSilent)},
	FaultGarbage: {at: statementStage, about: "bytes that are no TDS instead of an answer",
		instead: always(tds.Garbage("HTTP/1.1 502 Bad Gateway\r\n\r\n"))},
	FaultIgnoreCancel: {at: statementStage, about: "a cancellation is not answered, and the statement takes delay longer", slow: true, instead: wait},
	FaultSlowRows: {at: statementStage, about: "delay before every row", slow: true,
		around: func(ctx context.Context, f *activeFault, w tds.Writer) tds.Writer {
			return &rowWriter{Writer: w, before: func() error { return wait(ctx, f) }}
		}},
	FaultCutAfterRow:    {at: statementStage, about: "the connection is cut after the first row", around: afterRow(tds.ErrCut)},
	FaultCutAfterRows:   {at: statementStage, about: "the connection is cut after the last row, before the end is said", finally: tds.ErrCut},
	FaultSilentAfterRow: {at: statementStage, about: "no answer after the first row", around: afterRow(tds.ErrSilent)},
}

const throttledRequests = "Number of requests exceeded the limit of 6000 over time window of 300 seconds."

// missingPrivilege names the privilege to read the first table of a statement.
func missingPrivilege(statement string) string {
	statement = strings.ToLower(statement)
	first, table := len(statement), schema.SessionTable
	for _, t := range schema.Default().Tables {
		if at := strings.Index(statement, t.Name); at >= 0 && (at < first || at == first && len(t.Name) > len(table)) {
			first, table = at, t.Name
		}
	}
	return "Principal user is missing prvRead" + table + " privilege." // assumed: the words are those of the Web API
}

// untilKilled lets a statement run until its context ends, which at the latest is at the limit.
func untilKilled(ctx context.Context, _ *activeFault) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func always(err error) func(context.Context, *activeFault) error {
	return func(context.Context, *activeFault) error { return err }
}

// wait lets the fault's delay pass.
func wait(ctx context.Context, f *activeFault) error {
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func afterRow(err error) func(context.Context, *activeFault, tds.Writer) tds.Writer {
	return func(_ context.Context, _ *activeFault, w tds.Writer) tds.Writer {
		return &rowWriter{Writer: w, after: func() error { return err }}
	}
}

// rowWriter does something before or after each row.
type rowWriter struct {
	tds.Writer
	before, after func() error
}

func (w *rowWriter) Row(row []any) error {
	if w.before != nil {
		if err := w.before(); err != nil {
			return err
		}
	}
	if err := w.Writer.Row(row); err != nil {
		return err
	}
	if w.after != nil {
		return w.after()
	}
	return nil
}
