package emulator

import (
	"context"
	"slices"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/tds"
)

// FaultName names a fault.
type FaultName string

// The faults of logins. They befall clients whose token is good.
const (
	FaultEndpointOff   FaultName = "endpoint_off"   // the environment's TDS endpoint is switched off
	FaultForbidden     FaultName = "forbidden"      // the application is no user of the environment
	FaultTDSPrivilege  FaultName = "tds_privilege"  // the user misses the privilege prvAllowTDSAccess
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
	FaultTimeout             FaultName = "timeout"              // the run-time limit, at once
	FaultReadPrivilege       FaultName = "read_privilege"       // the user must not read the table
	FaultSlow                FaultName = "slow"                 // Fault.Delay before the first row
	FaultSlowRows            FaultName = "slow_rows"            // Fault.Delay before every row
	FaultCut                 FaultName = "cut"                  // the connection is cut instead of an answer
	FaultCutAfterRow         FaultName = "cut_after_row"        // the connection is cut after the first row
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

// faultKind is what a fault does. Exactly one of the functions is set.
type faultKind struct {
	at stage
	// text is the error that the client is shown.
	text string
	// number of that error.
	number int32
	// instead returns the error that takes the place of an answer, or nil to go on.
	instead func(context.Context, *activeFault) error
	// around changes the writer of the answer.
	around func(context.Context, *activeFault, tds.Writer) tds.Writer
}

// numberAssumed stands for the numbers that Dataverse's errors have over TDS, none of which is documented.
const numberAssumed = numberBroken

// The texts are Dataverse's where they are known; that a throttle says over TDS what it says over HTTP is assumed.
var faultKinds = map[FaultName]faultKind{
	FaultEndpointOff:   {at: loginStage, number: numberAssumed, text: "TDS endpoint is disabled for this organization. Enable it in the environment's settings (EnableSQLForCDS)."}, // assumed around the seen words
	FaultForbidden:     {at: loginStage, number: numberLoginFailed, text: "Login failed: The HTTP request was forbidden with client authentication scheme 'Anonymous'."},
	FaultTDSPrivilege:  {at: loginStage, number: numberLoginFailed, text: "Attempted to perform an unauthorized operation. User misses prvAllowTDSAccess privilege"},
	FaultLoginThrottle: {at: loginStage, number: numberAssumed, text: throttledRequests},
	FaultRedirect:      {at: loginStage, instead: func(_ context.Context, f *activeFault) error { return f.route }},
	FaultLoginSlow:     {at: loginStage, instead: wait},
	FaultLoginSilent:   {at: loginStage, instead: always(tds.ErrSilent)},
	FaultLoginCut:      {at: loginStage, instead: always(tds.ErrCut)},

	FaultThrottleRequests:    {at: statementStage, number: numberAssumed, text: throttledRequests},
	FaultThrottleTime:        {at: statementStage, number: numberAssumed, text: "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later."},
	FaultThrottleConcurrency: {at: statementStage, number: numberAssumed, text: "Number of concurrent requests exceeded the limit of 52."},
	FaultTimeout:             {at: statementStage, number: numberBroken, text: timedOut(joinedLimit)},
	FaultReadPrivilege:       {at: statementStage, number: numberAssumed, text: "Principal user is missing prvReadmsdyn_ocsession privilege."}, // assumed
	FaultSlow:                {at: statementStage, instead: wait},
	FaultCut:                 {at: statementStage, instead: always(tds.ErrCut)},
	FaultSilent:              {at: statementStage, instead: always(tds.ErrSilent)},
	FaultGarbage:             {at: statementStage, instead: always(tds.Garbage("HTTP/1.1 502 Bad Gateway\r\n\r\n"))},
	FaultIgnoreCancel:        {at: statementStage, instead: wait},
	FaultSlowRows: {at: statementStage, around: func(ctx context.Context, f *activeFault, w tds.Writer) tds.Writer {
		return &rowWriter{Writer: w, before: func() error { return wait(ctx, f) }}
	}},
	FaultCutAfterRow:    {at: statementStage, around: afterRow(tds.ErrCut)},
	FaultSilentAfterRow: {at: statementStage, around: afterRow(tds.ErrSilent)},
}

const throttledRequests = "Number of requests exceeded the limit of 6000 over time window of 300 seconds."

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
