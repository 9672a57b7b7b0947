package budget

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// pause is how a budget behaves after Dataverse has throttled: it holds everything back for a while, which doubles as
// long as Dataverse goes on throttling, then lets one statement try.
type pause struct {
	reason  *dataverse.Error // why it began
	began   time.Time
	until   time.Time
	length  time.Duration // of the last pause; 0 once Dataverse has answered
	probing bool          // from the begin of a pause until Dataverse has answered
}

// holds reports whether nothing may be asked now.
func (p *pause) holds(now time.Time) bool { return now.Before(p.until) }

// begin begins a pause after a statement that was throttled. It is false where that statement began before the last
// pause and so says nothing new.
func (p *pause) begin(now, statementBegan time.Time, reason *dataverse.Error, options Options) bool {
	if p.probing && !statementBegan.After(p.began) {
		return false
	}
	p.length = min(max(2*p.length, options.Pause), options.MaxPause)
	p.reason, p.began, p.until, p.probing = reason, now, now.Add(p.length), true
	return true
}

// over ends the probing where a statement that began after the pause was answered. It reports whether it did.
func (p *pause) over(now, statementBegan time.Time, err error) bool {
	if !p.probing || p.holds(now) || statementBegan.Before(p.until) || !answered(err) {
		return false
	}
	p.probing, p.length = false, 0
	return true
}

// refusal is the error of those who ask during the pause: what Dataverse said to the one with whom it began, and until
// when.
func (p *pause) refusal() error {
	return &dataverse.Error{
		Class:   p.reason.Class,
		Message: fmt.Sprintf("%s; nothing is asked before %s", strings.TrimSuffix(p.reason.Message, "."), p.until.UTC().Format("15:04:05 UTC")),
		Hint:    p.reason.Class.NextStep(),
	}
}

// throttle is the error with which Dataverse's service protection refuses.
func throttle(err error) (*dataverse.Error, bool) {
	var failure *dataverse.Error
	if errors.As(err, &failure) && failure.Class.Throttled() {
		return failure, true
	}
	return nil, false
}

// answered reports whether Dataverse itself answered, if only with an error, so that it does not throttle.
func answered(err error) bool {
	if err == nil {
		return true
	}
	var failure *dataverse.Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Class {
	case dataverse.ClassUnsupportedSQL, dataverse.ClassSchema, dataverse.ClassTablePrivilege,
		dataverse.ClassServerTimeout, dataverse.ClassTooLarge, dataverse.ClassUnexpected:
		return true
	}
	return false
}
