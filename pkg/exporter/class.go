package exporter

import (
	"context"
	"errors"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
)

// class is the label of an error: the class of Dataverse's, or what comes nearest.
func class(err error) string {
	var failure *dataverse.Error
	var question *query.Error
	switch {
	case errors.As(err, &failure):
		return string(failure.Class)
	case errors.As(err, &question):
		return string(dataverse.ClassInvalid)
	case errors.Is(err, context.DeadlineExceeded):
		return string(dataverse.ClassTimeout)
	}
	return string(dataverse.ClassInternal)
}

// loginRefused are the classes of errors after which asking at once again cannot help: Dataverse, or whoever gives
// tokens for it, knows us and says no.
var loginRefused = setOf(
	dataverse.ClassWrongAudience,
	dataverse.ClassNotInEnvironment,
	dataverse.ClassNotAuthenticated,
	dataverse.ClassEndpointPrivilege,
	dataverse.ClassTenantAuthorize,
	dataverse.ClassAuth,
)

// outside are the classes of errors after which nothing is known of Dataverse, or it did not let us in.
var outside = setOf(
	dataverse.ClassWrongAudience,
	dataverse.ClassNotInEnvironment,
	dataverse.ClassNotAuthenticated,
	dataverse.ClassEndpointPrivilege,
	dataverse.ClassTenantAuthorize,
	dataverse.ClassAuth,
	dataverse.ClassEndpointDisabled,
	dataverse.ClassTokenExpired,
	dataverse.ClassRedirect,
	dataverse.ClassUnreachable,
	dataverse.ClassTLS,
	dataverse.ClassConnectionLost,
	dataverse.ClassTimeout,
)

func setOf(classes ...dataverse.Class) map[string]bool {
	set := map[string]bool{}
	for _, c := range classes {
		set[string(c)] = true
	}
	return set
}
