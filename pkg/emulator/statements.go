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

// statementLog keeps the last statements, and counts all. It is bounded in statements and in bytes of text.
type statementLog struct {
	mutex    sync.Mutex
	limit    int
	last     []Statement
	bytes    int // of last
	counters Counters
}

// statementBytes is the size at which older statements are forgotten; the last one is kept whatever its size.
const statementBytes = 16 << 20

// size of a statement's text and of the texts among its parameters, in bytes.
func (s *Statement) size() int {
	size := len(s.Text)
	for _, param := range s.Params {
		if text, ok := param.Value.(string); ok {
			size += len(text)
		}
	}
	return size
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
	l.last = append(l.last, s)
	l.bytes += s.size()
	for len(l.last) > l.limit || len(l.last) > 1 && l.bytes > statementBytes {
		l.bytes -= l.last[0].size()
		l.last = slices.Delete(l.last, 0, 1)
	}
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
	l.last, l.bytes, l.counters = nil, 0, Counters{}
}
