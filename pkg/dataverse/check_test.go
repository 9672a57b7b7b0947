package dataverse_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everything is a list of checks with all there is.
func everything() dataverse.Checks {
	return dataverse.Checks{
		Tables: []string{"msdyn_ocsession", "msdyn_ocliveworkitem"}, Names: []string{"queue"}, History: dataverse.Column{Table: "msdyn_ocliveworkitem", Name: "msdyn_createdon"},
		Count: func(context.Context) (string, error) { return "12 conversations", nil },
	}
}

// center is an embedded Dataverse with one conversation, of the first day of March.
func center(t *testing.T) *emulator.Emulator {
	t.Helper()
	at := startEmulator(t, emulator.Options{})
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	require.NoError(t, at.Load(t.Context(), &contactcenter.Dataset{Conversations: []contactcenter.Conversation{{ID: uuid.New(), CreatedOn: &began}}}))
	return at
}

// statuses are the items of a checklist in short: address=ok port=ok …
func statuses(list dataverse.Checklist) string {
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = string(item.ID) + "=" + string(item.Status)
	}
	return strings.Join(texts, " ")
}

func TestAChecklistOfWhatWorksSaysWhatWasFound(t *testing.T) {
	at := center(t)
	list := emulatorClient(t, at).Check(t.Context(), everything())
	assert.Equal(t, "address=ok port=ok tls=ok redirect=ok token=ok endpoint=ok privilege=ok parameters=ok table=ok table=ok table=ok clock=ok history=ok count=ok", statuses(list), list)
	_, failed := list.Failure()
	assert.False(t, failed)
	assert.Empty(t, list.Warnings())
	for id, want := range map[dataverse.CheckID]string{
		dataverse.CheckAddress:  "127.0.0.1 has 1 IPv4 and 0 IPv6 addresses",
		dataverse.CheckPort:     "port ",
		dataverse.CheckTLS:      ", certificate for localhost by ",
		dataverse.CheckRedirect: "there is none",
		dataverse.CheckToken:    "for https://localhost/, application " + at.Credentials().ClientID + ", tenant " + at.Credentials().TenantID + ", valid until ",
		dataverse.CheckEndpoint: "logged in within ",
		dataverse.CheckTable:    "it is empty",
		dataverse.CheckClock:    " apart",
		dataverse.CheckHistory:  "since 2026-03-01; older rows",
		dataverse.CheckCount:    "12 conversations",
	} {
		item, ok := list.Item(id)
		require.True(t, ok, id)
		assert.Contains(t, item.Found, want, id)
		assert.NotEmpty(t, item.Title())
		assert.Empty(t, item.Class)
	}
}

func TestAChecklistSaysWhichStepFailedAndWhatToDo(t *testing.T) {
	at := center(t)
	tests := map[emulator.FaultName]struct {
		statuses string // up to the one that failed
		class    dataverse.Class
		hint     string
	}{
		emulator.FaultCertificate:   {"address=ok port=ok tls=failed redirect=skipped", dataverse.ClassTLS, "the certificate is for another name"},
		emulator.FaultRedirect:      {"address=ok port=ok tls=ok redirect=failed token=skipped", dataverse.ClassRedirect, "check the address"},
		emulator.FaultWrongAudience: {"address=ok port=ok tls=ok redirect=ok token=failed endpoint=skipped", dataverse.ClassWrongAudience, "use a token whose scope is https://localhost/.default; the environment belongs to the tenant " + at.Credentials().TenantID},
		emulator.FaultExpiredToken:  {"address=ok port=ok tls=ok redirect=ok token=failed endpoint=skipped", dataverse.ClassTokenExpired, "get a new token"},
		emulator.FaultEndpointOff:   {"address=ok port=ok tls=ok redirect=ok token=ok endpoint=failed privilege=skipped", dataverse.ClassEndpointDisabled, "Enable TDS endpoint"},
		emulator.FaultForbidden:     {"address=ok port=ok tls=ok redirect=ok token=ok endpoint=skipped privilege=failed parameters=skipped table=skipped", dataverse.ClassNotInEnvironment, "application user"},
		emulator.FaultTDSPrivilege:  {"address=ok port=ok tls=ok redirect=ok token=ok endpoint=skipped privilege=failed parameters=skipped table=skipped", dataverse.ClassEndpointPrivilege, "prvAllowTDSAccess"},
		emulator.FaultLoginThrottle: {"address=ok port=ok tls=ok redirect=ok token=ok endpoint=failed privilege=skipped", dataverse.ClassThrottledRequests, "wait"},
		emulator.FaultLoginCut:      {"address=ok port=ok tls=ok redirect=ok token=ok endpoint=failed privilege=skipped", dataverse.ClassConnectionLost, "cuts connections"},
	}
	for name, want := range tests {
		t.Run(string(name), func(t *testing.T) {
			c := emulatorClient(t, at)
			remove, err := at.Inject(emulator.Fault{Name: name, Target: "evil.example.com:443"})
			require.NoError(t, err)
			defer remove()
			list := c.Check(t.Context(), everything())
			assert.True(t, strings.HasPrefix(statuses(list), want.statuses), list)
			assert.Len(t, list, 14, "what follows is listed as not tried")
			failure, ok := list.Failure()
			require.True(t, ok)
			assert.Equal(t, want.class, failure.Class)
			assert.Contains(t, failure.Hint, want.hint)
			assert.NotContains(t, failure.Found, "RequestId")
			for _, item := range list[len(strings.Fields(want.statuses)):] {
				assert.NotEqual(t, dataverse.CheckFailed, item.Status)
			}
			remove()
			_, ok = c.Check(t.Context(), everything()).Failure()
			assert.False(t, ok, "it logs in anew")
		})
	}
}

func TestAChecklistNamesTheTableThatCannotBeRead(t *testing.T) {
	at := center(t)
	inject(t, at, emulator.Fault{Name: emulator.FaultReadPrivilege, Containing: "[msdyn_ocsession]"})
	inject(t, at, emulator.Fault{Name: emulator.FaultReadPrivilege, Containing: "[queue]"})
	checks := everything()
	checks.Tables = append(checks.Tables, "an_elastic_table")
	list := emulatorClient(t, at).Check(t.Context(), checks)
	assert.Equal(t, "address=ok port=ok tls=ok redirect=ok token=ok endpoint=ok privilege=ok parameters=ok table=failed table=ok table=failed table=warning clock=ok history=ok count=ok", statuses(list), list)
	assert.Equal(t, dataverse.ClassTablePrivilege, list[8].Class)
	assert.Contains(t, list[8].String(), "msdyn_ocsession")
	assert.Contains(t, list[10].Hint, "elastic")
	assert.Len(t, list.Warnings(), 1)
}

func TestAChecklistOfAnEmptyDataverseIsAWarning(t *testing.T) {
	list := emulatorClient(t, startEmulator(t, emulator.Options{})).Check(t.Context(), everything())
	_, failed := list.Failure()
	assert.False(t, failed)
	require.Len(t, list.Warnings(), 1)
	assert.Equal(t, dataverse.CheckHistory, list.Warnings()[0].ID)
	assert.Contains(t, list.Warnings()[0].Found, "no rows that this identity may see")
}

func TestAChecklistStopsAskingAThrottledDataverse(t *testing.T) {
	at := center(t)
	inject(t, at, emulator.Fault{Name: emulator.FaultThrottleTime, Containing: "[msdyn_ocsession]"})
	list := emulatorClient(t, at).Check(t.Context(), everything())
	assert.Contains(t, statuses(list), "privilege=ok parameters=ok table=failed table=skipped table=skipped clock=skipped history=skipped count=skipped")

	at = center(t)
	inject(t, at, emulator.Fault{Name: emulator.FaultThrottleTime, Containing: "[queue]"})
	list = emulatorClient(t, at).Check(t.Context(), everything())
	assert.Contains(t, statuses(list), "table=ok table=ok table=failed clock=skipped history=skipped count=skipped", "also where only names are read")

	refused := errors.New("refused by the budget")
	checks := everything()
	checks.Query = func(context.Context, string, ...any) (*dataverse.Rows, error) {
		return nil, &dataverse.Error{Class: dataverse.ClassThrottledTime, Message: "nothing is asked before noon", Err: refused}
	}
	list = emulatorClient(t, at).Check(t.Context(), checks)
	assert.Contains(t, statuses(list), "address=ok port=ok tls=skipped redirect=skipped token=skipped endpoint=failed privilege=skipped parameters=skipped table=skipped")
}

func TestAChecklistWarnsOfAClockThatIsWrong(t *testing.T) {
	at := center(t)
	for late, warned := range map[time.Duration]bool{0: false, 20 * time.Second: false, 2 * time.Minute: true, -2 * time.Minute: true} {
		list := emulatorClient(t, at, func(c *dataverse.Config) {
			c.Now = func() time.Time { return time.Now().Add(-late) }
		}).Check(t.Context(), dataverse.Checks{})
		item, ok := list.Item(dataverse.CheckClock)
		require.True(t, ok)
		assert.Equal(t, warned, item.Status == dataverse.CheckWarning, item)
		if warned {
			assert.Contains(t, item.Found, "clock is "+strings.TrimSuffix(late.String(), "2m0s"))
			assert.Contains(t, item.Hint, "time server")
		}
	}
}

func TestAChecklistFindsWhatKeepsConnectionsAway(t *testing.T) {
	closed := peers.FreeAddress(t)
	check := func(text string, change func(*dataverse.Config)) dataverse.Checklist {
		address, err := dataverse.ParseAddress(text)
		require.NoError(t, err)
		config := dataverse.Config{Address: address, Token: dataverse.StaticToken("opaque")}
		if change != nil {
			change(&config)
		}
		c, err := dataverse.Open(config)
		require.NoError(t, err)
		defer func() { assert.NoError(t, c.Close()) }()
		return c.Check(t.Context(), everything())
	}
	resolve := func(addresses []netip.Addr, err error) func(*dataverse.Config) {
		return func(c *dataverse.Config) {
			dataverse.SetLookUp(c, func(context.Context, string, string) ([]netip.Addr, error) { return addresses, err })
		}
	}

	list := check("contoso.crm4.dynamics.com", resolve(nil, &net.DNSError{Err: "no such host", Name: "contoso.crm4.dynamics.com", IsNotFound: true}))
	assert.True(t, strings.HasPrefix(statuses(list), "address=failed port=skipped tls=skipped"), list)
	assert.Contains(t, list[0].Found, "contoso.crm4.dynamics.com does not resolve")
	assert.Contains(t, list[0].Hint, "check the spelling")

	list = check("contoso.crm4.dynamics.com", func(c *dataverse.Config) {
		c.Dial = func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("socks: general failure")
		}
	})
	assert.Contains(t, list[0].Found, "which the proxy resolves")
	assert.Contains(t, list[1].Found, "socks: general failure")

	list = check(closed, resolve([]netip.Addr{netip.MustParseAddr("::1"), netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")}, nil))
	assert.Contains(t, list[0].Found, "2 IPv4 and 1 IPv6")
	assert.True(t, strings.HasPrefix(statuses(list), "address=ok port=failed tls=skipped"), list)
	assert.Contains(t, list[1].Found, "refuses connections")
	assert.Contains(t, list[1].Hint, "1433")
}

func TestAChecklistTellsTheTokenServiceFromDataverse(t *testing.T) {
	at := center(t)
	address, err := dataverse.ParseAddress(at.Address())
	require.NoError(t, err)
	service := startEntra(t)
	source, err := kinds["client secret"](t, service, address)
	require.NoError(t, err)
	service.Close()
	list := emulatorClient(t, at, func(c *dataverse.Config) { c.Token = source }).Check(t.Context(), everything())
	assert.True(t, strings.HasPrefix(statuses(list), "address=ok port=ok tls=ok redirect=ok token=failed endpoint=skipped"), list)
	failure, _ := list.Failure()
	assert.Equal(t, dataverse.ClassUnreachable, failure.Class)
	assert.Contains(t, failure.Hint, "tokens come from")
}
