package emulator

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/tds"
)

// Fault is a misfortune that logins or statements meet from now on, until it is over.
type Fault struct {
	Name FaultName
	// Probability that an occasion meets the fault. Default 1.
	Probability float64
	// Count is the number of occasions that meet the fault before it is over. Default no limit.
	Count int
	// Duration of the fault by the emulator's clock. Default no limit.
	Duration time.Duration
	// Containing limits the fault to statements whose text contains this.
	Containing string
	// Delay of the faults that are slow. Default a second.
	Delay time.Duration
	// Target of FaultRedirect: host and port.
	Target string
}

// stage is where faults happen.
type stage uint8

const (
	loginStage stage = iota + 1
	statementStage
)

// activeFault is a fault with what is left of it.
type activeFault struct {
	Fault
	kind  faultKind
	ends  time.Time // zero: never
	left  int       // of Count; less than 0: no limit
	route *tds.Redirect
}

// faults are those in force, in the order in which they were injected. The first that an occasion meets is the only one.
type faults struct {
	mutex  sync.Mutex
	active []*activeFault
}

// Inject lets a fault begin. remove ends it; it may be called when the fault is over.
func (e *Emulator) Inject(fault Fault) (remove func(), err error) {
	kind, ok := faultKinds[fault.Name]
	if !ok {
		return nil, fmt.Errorf("fault %q is unknown: the faults are %s", fault.Name, strings.Join(FaultNames(), ", "))
	}
	if fault.Probability < 0 || fault.Probability > 1 {
		return nil, fmt.Errorf("fault %s: probability %v: give a number from 0 to 1", fault.Name, fault.Probability)
	}
	if fault.Count < 0 || fault.Duration < 0 || fault.Delay < 0 {
		return nil, fmt.Errorf("fault %s: count, duration and delay cannot be negative", fault.Name)
	}
	active := &activeFault{Fault: fault, kind: kind, left: fault.Count}
	if fault.Probability == 0 {
		active.Probability = 1
	}
	if fault.Count == 0 {
		active.left = -1
	}
	if fault.Delay == 0 {
		active.Delay = time.Second
	}
	if fault.Duration > 0 {
		active.ends = e.options.Clock().Add(fault.Duration)
	}
	if fault.Name == FaultRedirect {
		if active.route, err = route(fault.Target); err != nil {
			return nil, fmt.Errorf("fault %s: %w", fault.Name, err)
		}
	}
	e.faults.mutex.Lock()
	defer e.faults.mutex.Unlock()
	e.faults.active = append(e.faults.active, active)
	return func() { e.faults.remove(active) }, nil
}

// ClearFaults ends all faults.
func (e *Emulator) ClearFaults() {
	e.faults.mutex.Lock()
	defer e.faults.mutex.Unlock()
	e.faults.active = nil
}

func (f *faults) remove(fault *activeFault) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.active = slices.DeleteFunc(f.active, func(other *activeFault) bool { return other == fault })
}

// meet returns the fault that an occasion meets, or nil. text is the statement's.
func (f *faults) meet(at stage, text string, now time.Time) *activeFault {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.active = slices.DeleteFunc(f.active, func(fault *activeFault) bool {
		return fault.left == 0 || !fault.ends.IsZero() && !now.Before(fault.ends)
	})
	for _, fault := range f.active {
		if fault.kind.at != at || !strings.Contains(text, fault.Containing) {
			continue
		}
		if fault.Probability < 1 && rand.Float64() >= fault.Probability {
			continue
		}
		if fault.left > 0 {
			fault.left--
		}
		return fault
	}
	return nil
}

func route(target string) (*tds.Redirect, error) {
	host, text, err := net.SplitHostPort(target)
	if err != nil {
		return nil, fmt.Errorf("target %q: give host and port: %w", target, err)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || host == "" {
		return nil, fmt.Errorf("target %q: give host and port", target)
	}
	return &tds.Redirect{Host: host, Port: uint16(port)}, nil
}
