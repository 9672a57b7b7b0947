package dataverse

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// maxClockSkew is how far the clocks may be apart before it is worth a warning. Counts of "now" are off by as much.
const maxClockSkew = 30 * time.Second

// Checks say what Client.Check looks at beside the way to Dataverse. The zero value of a field leaves it out.
type Checks struct {
	// Tables must be readable.
	Tables []string
	// Names are tables that only names are read from: without them there are ids.
	Names []string
	// History is the time whose earliest value tells how far the data goes back.
	History Column
	// Query runs the statements instead of the client itself, for example within a budget.
	Query func(ctx context.Context, text string, args ...any) (*Rows, error)
	// Count does what the program is for, once, and says what it found.
	Count func(ctx context.Context) (found string, err error)
}

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

// way tries everything up to and including the login.
func (k *checking) way(ctx context.Context) bool {
	if !k.try(CheckItem{ID: CheckAddress}, CheckFailed, func() (string, error) { return k.client.resolve(ctx) }) ||
		!k.try(CheckItem{ID: CheckPort}, CheckFailed, func() (string, error) { return k.client.reach(ctx) }) {
		return false
	}
	k.client.dropIdle() // an old connection would tell nothing of a login now
	k.client.seen.forget()
	started := time.Now()
	_, err := k.checks.Query(ctx, askTime)
	k.login(err, time.Since(started))
	return err == nil
}

// askTime is the cheapest statement: it reads no table.
const askTime = "SELECT GETUTCDATE() AS [now]"

// login tells what is known after a login that took so long and ended with err.
func (k *checking) login(err error, took time.Duration) {
	secured, token, redirect := k.client.seen.snapshot()
	if redirect == "" && secured != "" {
		redirect = "there is none"
	}
	failed := CheckID("")
	if err != nil {
		failed = k.blame(err, secured != "", token != "")
	}
	for _, step := range []struct {
		id    CheckID
		found string
		known bool // the login came that far
	}{
		{CheckTLS, secured, secured != ""},
		{CheckRedirect, redirect, secured != ""},
		{CheckToken, token, token != ""},
		// Dataverse looks at the identity first.
		{CheckEndpoint, fmt.Sprintf("logged in within %s", took.Round(time.Millisecond)), failed != CheckPrivilege},
		{CheckPrivilege, "", true},
	} {
		item := CheckItem{ID: step.id, Status: CheckOK, Found: step.found}
		switch {
		case step.id == failed:
			item.Took = took
			k.fail(&item, CheckFailed, err)
		case !step.known:
			item.Status, item.Found = CheckSkipped, ""
		}
		k.list = append(k.list, item)
		if step.id == failed {
			return
		}
	}
}

// blame finds the item that a failed login belongs to: by the class where that says it, and by how far it came
// elsewhere.
func (k *checking) blame(err error, secured, hasToken bool) CheckID {
	class := classifyAny(err, k.client.config.Address).Class
	if class.Throttled() || class == ClassBusy {
		return CheckEndpoint
	}
	switch class {
	case ClassTLS:
		if secured { // not Dataverse's, but that of the service that gives tokens
			return CheckToken
		}
		return CheckTLS
	case ClassRedirect:
		return CheckRedirect
	case ClassWrongAudience, ClassNotAuthenticated, ClassTokenExpired, ClassAuth, ClassTenantAuthorize:
		return CheckToken
	case ClassEndpointDisabled:
		return CheckEndpoint
	case ClassNotInEnvironment, ClassEndpointPrivilege:
		return CheckPrivilege
	}
	switch {
	case !secured:
		return CheckTLS
	case !hasToken:
		return CheckToken
	default:
		return CheckEndpoint
	}
}

// data tries what is there to be read.
func (k *checking) data(ctx context.Context) {
	for _, table := range k.checks.Tables {
		k.table(ctx, table, CheckFailed)
	}
	for _, table := range k.checks.Names {
		k.table(ctx, table, CheckWarning)
	}
	k.try(CheckItem{ID: CheckClock}, CheckWarning, func() (string, error) { return k.clock(ctx) })
	if k.checks.History != (Column{}) {
		k.try(CheckItem{ID: CheckHistory}, CheckWarning, func() (string, error) { return k.history(ctx) })
	}
	if k.checks.Count != nil {
		k.try(CheckItem{ID: CheckCount}, CheckFailed, func() (string, error) { return k.checks.Count(ctx) })
	}
}

// table reads one row of a table. Elastic tables have to be named: the SQL endpoint does not have them.
func (k *checking) table(ctx context.Context, table string, problem CheckStatus) {
	k.try(CheckItem{ID: CheckTable, Table: table}, problem, func() (string, error) {
		rows, err := k.checks.Query(ctx, "SELECT TOP 1 t.[createdon] AS [createdon] FROM "+bracket(table)+" AS t")
		var failure *Error
		switch {
		case errors.As(err, &failure) && failure.Class == ClassSchema:
			better := *failure
			better.Hint = "check that Dynamics 365 Contact Center is installed in this environment, and that the table is no elastic one: the SQL endpoint does not show those"
			return "", &better
		case err != nil:
			return "", err
		case len(rows.Values) == 0:
			return "it is empty", nil
		}
		return "", nil
	})
}

// clock compares the clocks, with half of the way there and back taken off.
func (k *checking) clock(ctx context.Context) (string, error) {
	asked := k.client.config.Now()
	rows, err := k.checks.Query(ctx, askTime)
	if err != nil {
		return "", err
	}
	answered := k.client.config.Now()
	theirs, ok := single(rows).(time.Time)
	if !ok {
		return "", newError(ClassUnexpected, "the time of Dataverse is no time", nil)
	}
	apart := theirs.Sub(asked.Add(answered.Sub(asked) / 2)).Round(10 * time.Millisecond)
	if apart.Abs() > maxClockSkew {
		return "", &concern{fmt.Sprintf("Dataverse's clock is %s ahead of this computer's", apart),
			"set this computer's clock by a time server: windows that end now are shifted by as much, and tokens seem expired or not yet valid"}
	}
	return fmt.Sprintf("%s apart", apart.Abs()), nil
}

// history tells how far the data goes back.
func (k *checking) history(ctx context.Context) (string, error) {
	table, column := bracket(k.checks.History.Table), "t."+bracket(k.checks.History.Name)
	rows, err := k.checks.Query(ctx, "SELECT TOP 1 "+column+" AS [oldest] FROM "+table+" AS t WHERE "+column+" IS NOT NULL ORDER BY "+column)
	if err != nil {
		return "", err
	}
	oldest, ok := single(rows).(time.Time)
	if !ok {
		return "", &concern{k.checks.History.Table + " has no rows that this identity may see",
			"check that there have been conversations, and that the security role has Read at the level Organization"}
	}
	return fmt.Sprintf("since %s; older rows, if there were any, are deleted or in long-term retention, which SQL does not reach", oldest.Format(time.DateOnly)), nil
}

// single is the value of a result of one row and column; nil for any other.
func single(rows *Rows) any {
	if len(rows.Values) != 1 || len(rows.Values[0]) != 1 {
		return nil
	}
	return rows.Values[0][0]
}

// bracket quotes any text as a name.
func bracket(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }

// resolve looks the address up, unless a proxy does that.
func (c *Client) resolve(ctx context.Context) (string, error) {
	host := c.config.Address.Host()
	if c.proxied {
		return host + ", which the proxy resolves", nil
	}
	limited, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	lookUp := c.config.lookUp
	if lookUp == nil {
		lookUp = net.DefaultResolver.LookupNetIP
	}
	addresses, err := lookUp(limited, "ip", host)
	if err != nil {
		return "", c.unreachable(err)
	}
	version4 := 0
	for _, address := range addresses {
		if address.Unmap().Is4() {
			version4++
		}
	}
	return fmt.Sprintf("%s has %d IPv4 and %d IPv6 addresses", host, version4, len(addresses)-version4), nil
}

// reach opens a connection and closes it again.
func (c *Client) reach(ctx context.Context) (string, error) {
	limited, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := c.config.Dial(limited, "tcp", c.config.Address.String())
	if err != nil {
		return "", c.unreachable(err)
	}
	found := fmt.Sprintf("port %d", c.config.Address.Port())
	if remote, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil && !c.proxied {
		found += " at " + remote.Addr().String()
	}
	_ = conn.Close()
	return found, nil
}

// unreachable makes an *Error of a failed look-up or dial.
func (c *Client) unreachable(err error) error {
	if failure := classifyDial(err, c.config.Address); failure != nil {
		return failure
	}
	return newError(ClassUnreachable, clean(err.Error()), err)
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
