package emulator

import (
	"slices"
	"sync"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// Statement is a statement that a client had run.
type Statement struct {
	Text          string
	Params        []sqltype.Param
	ApplicationID string // of the token
	Program       string // the client program's name
	Began         time.Time
	RunTime       time.Duration
	Rows          int64 // sent
	Err           error // nil when it went well
}

// Counters count since the emulator started.
type Counters struct {
	Logins           int64 // that went well
	RefusedLogins    int64
	Statements       int64 // all that were run
	FailedStatements int64 // those of them that ended with an error
	Rows             int64 // sent
}

// statementLog keeps the last statements, and counts all.
type statementLog struct {
	mutex    sync.Mutex
	limit    int
	last     []Statement
	counters Counters
}

func (l *statementLog) login(err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if err != nil {
		l.counters.RefusedLogins++
	} else {
		l.counters.Logins++
	}
}

func (l *statementLog) add(s Statement) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.counters.Statements++
	l.counters.Rows += s.Rows
	if s.Err != nil {
		l.counters.FailedStatements++
	}
	if len(l.last) == l.limit {
		l.last = slices.Delete(l.last, 0, 1)
	}
	l.last = append(l.last, s)
}

func (l *statementLog) statements() []Statement {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return slices.Clone(l.last)
}

func (l *statementLog) count() Counters {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.counters
}

func (l *statementLog) clear() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.last, l.counters = nil, Counters{}
}
