package dataverse

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/assert"
)

// Whatever a server writes, its error has a known class and a message that can be shown: one bounded line without
// tokens and without the request id.
func FuzzServerText(f *testing.F) {
	f.Add("Login failed: The HTTP request is unauthorized with client authentication scheme 'Anonymous'. 'Bearer authorization_uri=https://login.microsoftonline.com/t/oauth2/authorize, resource_id=https://o.crm.dynamics.com/'.\r\nRequestId: TDS;1;2\r\nTime: 2026-11-23T07:00:00Z", int32(18456))
	f.Add(`{"Message":"Line:1, Position:2 eyJhbGciOiJIUzI1NiJ9.e30.x"}`, int32(0))
	f.Add("RequestId: ;\x00 Time: 2026-11-23T07:00:00Z", int32(208))
	f.Add("authorization_uri=https:///, resource_id=https://", int32(-2147015903))
	f.Fuzz(func(t *testing.T, text string, number int32) {
		failed := classifyServer(mssql.Error{Number: number, Message: text, All: []mssql.Error{{Message: "earlier " + text}, {Message: text}}})
		assert.True(t, slices.Contains(Classes(), failed.Class))
		for _, shown := range []string{failed.Message, failed.Hint, failed.Error()} {
			assert.True(t, utf8.ValidString(shown))
			assert.Less(t, utf8.RuneCountInString(shown), 2000)
			assert.False(t, strings.ContainsFunc(shown, unicode.IsControl))
			assert.False(t, tokenLike.MatchString(shown), shown)
		}
		assert.NotRegexp(t, requestIDMark, failed.Message)
		assert.NotContains(t, failed.Tenant+failed.Resource+failed.RequestID, " ")
	})
}
