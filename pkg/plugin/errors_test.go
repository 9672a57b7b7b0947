package plugin

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

func TestEveryClassOfErrorHasItsStatusAndSource(t *testing.T) {
	want := map[dataverse.Class]struct {
		status backend.Status
		source backend.ErrorSource
	}{
		dataverse.ClassWrongAudience:        {401, backend.ErrorSourceDownstream},
		dataverse.ClassNotInEnvironment:     {403, backend.ErrorSourceDownstream},
		dataverse.ClassNotAuthenticated:     {401, backend.ErrorSourceDownstream},
		dataverse.ClassEndpointPrivilege:    {403, backend.ErrorSourceDownstream},
		dataverse.ClassTablePrivilege:       {403, backend.ErrorSourceDownstream},
		dataverse.ClassEndpointDisabled:     {403, backend.ErrorSourceDownstream},
		dataverse.ClassUnsupportedSQL:       {500, backend.ErrorSourcePlugin},
		dataverse.ClassDatabase:             {404, backend.ErrorSourceDownstream},
		dataverse.ClassSchema:               {404, backend.ErrorSourceDownstream},
		dataverse.ClassServerTimeout:        {504, backend.ErrorSourceDownstream},
		dataverse.ClassThrottledRequests:    {429, backend.ErrorSourceDownstream},
		dataverse.ClassThrottledTime:        {429, backend.ErrorSourceDownstream},
		dataverse.ClassThrottledConcurrency: {429, backend.ErrorSourceDownstream},
		dataverse.ClassTokenExpired:         {401, backend.ErrorSourceDownstream},
		dataverse.ClassTenantAuthorize:      {401, backend.ErrorSourceDownstream},
		dataverse.ClassAuth:                 {401, backend.ErrorSourceDownstream},
		dataverse.ClassServer:               {502, backend.ErrorSourceDownstream},
		dataverse.ClassRedirect:             {502, backend.ErrorSourceDownstream},
		dataverse.ClassBusy:                 {429, backend.ErrorSourceDownstream},
		dataverse.ClassUnreachable:          {502, backend.ErrorSourceDownstream},
		dataverse.ClassTLS:                  {502, backend.ErrorSourceDownstream},
		dataverse.ClassConnectionLost:       {502, backend.ErrorSourceDownstream},
		dataverse.ClassTimeout:              {504, backend.ErrorSourceDownstream},
		dataverse.ClassCanceled:             {499, backend.ErrorSourceDownstream},
		dataverse.ClassTooLarge:             {400, backend.ErrorSourceDownstream},
		dataverse.ClassUnexpected:           {500, backend.ErrorSourcePlugin},
		dataverse.ClassInvalid:              {400, backend.ErrorSourceDownstream},
		dataverse.ClassInternal:             {500, backend.ErrorSourcePlugin},
	}
	for _, class := range dataverse.Classes() {
		t.Run(string(class), func(t *testing.T) {
			expected, ok := want[class]
			require.True(t, ok, "this class has no status yet")
			d := counting(t, func(context.Context, query.Spec) (*tally.Result, error) {
				return nil, fmt.Errorf("counting: %w", &dataverse.Error{
					Class: class, Message: class.Sentence(), Hint: class.NextStep(), Err: errors.New(secretText)})
			})
			response := ask(t, d, asked("A", `{}`))["A"]
			require.Error(t, response.Error)
			assert.Equal(t, expected.status, response.Status)
			assert.Equal(t, expected.source, response.ErrorSource)
			assert.Contains(t, response.Error.Error(), class.Sentence())
			assert.Contains(t, response.Error.Error(), class.NextStep())
			assert.NotContains(t, response.Error.Error(), secretText)
		})
	}
}

func TestOtherErrorsHaveTheirStatusAndSourceAndNoForeignText(t *testing.T) {
	cases := map[string]struct {
		err    error
		status backend.Status
		source backend.ErrorSource
	}{
		"the panel was closed": {context.Canceled, 499, backend.ErrorSourceDownstream},
		"the request's time":   {context.DeadlineExceeded, 504, backend.ErrorSourceDownstream},
		"anything else":        {errors.New(secretText), 500, backend.ErrorSourcePlugin},
		"too large a question": {&query.Error{Field: "groupBy", Problem: "too many", Remedy: "use fewer"}, 400, backend.ErrorSourceDownstream},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			d := counting(t, func(context.Context, query.Spec) (*tally.Result, error) {
				return nil, fmt.Errorf("with %s: %w", secretText, test.err)
			})
			response := ask(t, d, asked("A", `{}`))["A"]
			require.Error(t, response.Error)
			assert.Equal(t, test.status, response.Status)
			assert.Equal(t, test.source, response.ErrorSource)
			assert.NotContains(t, response.Error.Error(), secretText)
		})
	}
}
