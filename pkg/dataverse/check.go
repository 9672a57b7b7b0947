package dataverse

import (
	"context"
	"errors"
	"time"
)

// Checks say what Client.Check looks at beside the way to Dataverse. The zero value of a field leaves it out.
type Checks struct {
	// Tables must be readable.
	Tables []string
	// Names are tables that only names are read from: without them there are ids.
	Names []string
	// Copy finds out how a copy of a profile keeps its tables, and says what it found and what to look at instead: Tables,
	// Names and History. It is not called for Dataverse itself.
	Copy func(ctx context.Context, profile Profile, query Query) (found string, instead Checks, err error)
	// History is the time whose earliest value tells how far the data goes back.
	History Column
	// Query runs the statements instead of the client itself, for example within a budget.
	Query Query
	// Count does what the program is for, once, and says what it found.
	Count func(ctx context.Context) (found string, err error)
}

// Query runs a statement, as Client.Query does.
type Query func(ctx context.Context, text string, args ...any) (*Rows, error)

// Column is a column of a table.
type Column struct{ Table, Name string }

// Check tries everything on the way to a count, one after the other, and tells each result: after the first failure on
// the way, nothing is known of what follows. It logs in anew. Statements are few and cheap: one row of each table.
func (c *Client) Check(ctx context.Context, checks Checks) Checklist {
	if checks.Query == nil {
		checks.Query = c.Query
	}
	run := &checking{client: c, checks: checks}
	if run.way(ctx) {
		run.data(ctx)
	}
	return run.whole()
}

// checking is a checklist while it is made.
type checking struct {
	client *Client
	checks Checks
	list   Checklist
	over   bool // asking on would do harm, or bring nothing
}

// try does one thing, and reports whether it went well. problem is CheckFailed, or CheckWarning for what one can do
// without.
func (k *checking) try(item CheckItem, problem CheckStatus, do func() (found string, err error)) bool {
	if k.over {
		item.Status = CheckSkipped
		k.list = append(k.list, item)
		return false
	}
	started := time.Now()
	found, err := do()
	item.Status, item.Found, item.Took = CheckOK, found, time.Since(started)
	if err != nil {
		k.fail(&item, problem, err)
	}
	k.list = append(k.list, item)
	return err == nil
}

// concern is what is worth a warning although nothing failed.
type concern struct{ found, hint string }

func (c *concern) Error() string { return c.found + "; " + c.hint }

// fail writes an error into an item.
func (k *checking) fail(item *CheckItem, problem CheckStatus, err error) {
	var worth *concern
	if errors.As(err, &worth) {
		item.Status, item.Found, item.Hint = CheckWarning, worth.found, worth.hint
		return
	}
	failure := classifyAny(err, k.client.config.Address)
	item.Status, item.Found, item.Hint, item.Class = problem, failure.Message, failure.Hint, failure.Class
	if failure.Class.Throttled() || failure.Class == ClassBusy || failure.Class == ClassCanceled {
		item.Status, k.over = CheckFailed, true
	}
}

// classifyAny makes an *Error of whatever a check came to.
func classifyAny(err error, address Address) *Error {
	var known *Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return newError(ClassTimeout, "", err)
	case errors.Is(err, context.Canceled):
		return newError(ClassCanceled, "", err)
	}
	return classify(err, address)
}

// whole adds what was not tried.
func (k *checking) whole() Checklist {
	last := CheckID("")
	if len(k.list) > 0 {
		last = k.list[len(k.list)-1].ID
	}
	begun := false
	for _, id := range []CheckID{CheckAddress, CheckPort, CheckTLS, CheckRedirect, CheckToken, CheckEndpoint, CheckPrivilege} {
		if begun {
			k.list = append(k.list, CheckItem{ID: id, Status: CheckSkipped})
		}
		begun = begun || id == last
	}
	if _, tried := k.list.Item(CheckClock); tried {
		return k.list
	}
	k.over = true
	k.data(context.Background()) // nothing is asked: all of it is skipped
	return k.list
}
