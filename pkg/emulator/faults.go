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
	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// Fault is a misfortune that connections, logins or statements meet from now on, until it is over.
type Fault struct {
	Name FaultName
	// Probability that an occasion meets the fault. Default 1.
	Probability float64
	// Count is the number of occasions that meet the fault before it is over. Default no limit.
	Count int
	// Duration of the fault by the emulator's clock. Default no limit.
	Duration time.Duration
	// Containing limits a fault of statements to those whose text contains this.
	Containing string
	// Delay of the faults that are slow. Default a second.
	Delay time.Duration
	// Target of FaultRedirect: host and port.
	Target string
}

// ActiveFault is a fault in force.
type ActiveFault struct {
	Fault
	// ID is the number of the fault, in the order of injection.
	ID int64
	// Ends is when the fault is over by the emulator's clock. Zero: never.
	Ends time.Time
	// Left is how many more occasions meet the fault. Less than zero: no limit.
	Left int
	// Met is how many occasions have met the fault.
	Met int64
}

// activeFault is a fault with what the emulator needs to make it happen. The mutex of faults guards what changes.
type activeFault struct {
	ActiveFault
	kind    faultKind
	route   *tds.Redirect
	removed bool
}

// faults are those in force, in the order in which they were injected. The first that an occasion meets is the only one.
type faults struct {
	mutex  sync.Mutex
	active []*activeFault
	last   int64 // ID
}

// Inject lets a fault begin. remove ends it; it may be called when the fault is over.
func (e *Emulator) Inject(fault Fault) (remove func(), err error) {
	active, err := e.inject(fault)
	if err != nil {
		return nil, err
	}
	return func() { e.faults.remove(active.ID) }, nil
}

func (e *Emulator) inject(fault Fault) (ActiveFault, error) {
	kind, ok := faultKinds[fault.Name]
	if !ok {
		return ActiveFault{}, unknownFault(string(fault.Name))
	}
	if !(fault.Probability >= 0 && fault.Probability <= 1) {
		return ActiveFault{}, fmt.Errorf("fault %s: probability %v: give a number from 0 to 1", fault.Name, fault.Probability)
	}
	if fault.Count < 0 || fault.Duration < 0 || fault.Delay < 0 {
		return ActiveFault{}, fmt.Errorf("fault %s: count, duration and delay cannot be negative", fault.Name)
	}
	if fault.Containing != "" && kind.at != statementStage {
		return ActiveFault{}, fmt.Errorf("fault %s: containing is for faults of statements, and this is one of %ss: leave it out", fault.Name, kind.at)
	}
	active := &activeFault{ActiveFault: ActiveFault{Fault: fault, Left: fault.Count}, kind: kind}
	if fault.Probability == 0 {
		active.Probability = 1
	}
	if fault.Count == 0 {
		active.Left = -1
	}
	if fault.Delay == 0 && kind.slow {
		active.Delay = time.Second
	}
	if fault.Duration > 0 {
		active.Ends = e.options.Clock().Add(fault.Duration)
	}
	if fault.Name == FaultRedirect {
		var err error
		if active.route, err = route(fault.Target); err != nil {
			return ActiveFault{}, fmt.Errorf("fault %s: %w", fault.Name, err)
		}
	}
	return e.faults.add(active), nil
}

func unknownFault(name string) error {
	if closest, ok := spelling.Closest(name, FaultNames()); ok {
		return fmt.Errorf("fault %s is unknown: did you mean %s?", spelling.Quote(name), closest)
	}
	return fmt.Errorf("fault %s is unknown: the faults are %s", spelling.Quote(name), strings.Join(FaultNames(), ", "))
}

// Faults are those in force, oldest first.
func (e *Emulator) Faults() []ActiveFault { return e.faults.list(e.options.Clock()) }

// RemoveFault ends the fault of that ID, and reports whether it was in force.
func (e *Emulator) RemoveFault(id int64) bool { return e.faults.remove(id) }

// ClearFaults ends all faults.
func (e *Emulator) ClearFaults() {
	e.faults.removeIf(func(*activeFault) bool { return true })
}

func (f *faults) add(fault *activeFault) ActiveFault {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.last++
	fault.ID = f.last
	f.active = append(f.active, fault)
	return fault.ActiveFault
}

func (f *faults) remove(id int64) bool {
	return f.removeIf(func(fault *activeFault) bool { return fault.ID == id })
}

func (f *faults) removeIf(condition func(*activeFault) bool) (found bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.active = slices.DeleteFunc(f.active, func(fault *activeFault) bool {
		if !condition(fault) {
			return false
		}
		fault.removed, found = true, true
		return true
	})
	return found
}

func (f *faults) list(now time.Time) []ActiveFault {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.forget(now)
	list := make([]ActiveFault, len(f.active))
	for i, fault := range f.active {
		list[i] = fault.ActiveFault
	}
	return list
}

// forget drops the faults that are over. The mutex is held.
func (f *faults) forget(now time.Time) {
	f.active = slices.DeleteFunc(f.active, func(fault *activeFault) bool { return fault.Left == 0 || fault.past(now) })
}

func (f *activeFault) past(now time.Time) bool { return !f.Ends.IsZero() && !now.Before(f.Ends) }

// lasts reports whether a fault goes on for an occasion that has met it.
func (f *faults) lasts(fault *activeFault, now time.Time) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return !fault.removed && !fault.past(now)
}

// occasion is something that can meet a fault.
type occasion struct {
	at         stage
	text       string          // of a statement
	parameters bool            // the statement has some
	last       int64           // ID of the last fault that had been injected when the statement's session logged in
	met        func(FaultName) // called before anybody else can see that a fault was met; may be nil
}

// newest is the ID of the last fault that was injected.
func (f *faults) newest() int64 {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.last
}

// meet returns the fault that an occasion meets, or nil.
func (f *faults) meet(o occasion, now time.Time) *activeFault {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.forget(now)
	for _, fault := range f.active {
		if fault.kind.at != o.at || !strings.Contains(o.text, fault.Containing) || fault.kind.older && o.last >= fault.ID || fault.kind.withParameters && !o.parameters {
			continue
		}
		if fault.Probability < 1 && rand.Float64() >= fault.Probability {
			continue
		}
		if fault.Left > 0 {
			fault.Left--
		}
		fault.Met++
		if o.met != nil {
			o.met(fault.Name)
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
