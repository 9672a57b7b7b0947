package plugin

import (
	"context"
	"errors"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
)

// statusClientClosed is the status of a query that nobody waits for any more, as proxies and Grafana itself use it.
const statusClientClosed backend.Status = 499

// diagnosis is an error as Grafana and the person in front of it need it.
type diagnosis struct {
	status backend.Status
	source backend.ErrorSource
	class  string // a label of metrics and a detail of the health check
	text   string // what is wrong and what to do; holds no secret
	cause  error
}

// statuses are the statuses of the classes of dataverse.Error; of the others it is 502.
var statuses = map[dataverse.Class]backend.Status{
	dataverse.ClassWrongAudience:        backend.StatusUnauthorized,
	dataverse.ClassNotAuthenticated:     backend.StatusUnauthorized,
	dataverse.ClassTokenExpired:         backend.StatusUnauthorized,
	dataverse.ClassTenantAuthorize:      backend.StatusUnauthorized,
	dataverse.ClassAuth:                 backend.StatusUnauthorized,
	dataverse.ClassNotInEnvironment:     backend.StatusForbidden,
	dataverse.ClassEndpointPrivilege:    backend.StatusForbidden,
	dataverse.ClassTablePrivilege:       backend.StatusForbidden,
	dataverse.ClassEndpointDisabled:     backend.StatusForbidden,
	dataverse.ClassDatabase:             backend.StatusNotFound,
	dataverse.ClassSchema:               backend.StatusNotFound,
	dataverse.ClassThrottledRequests:    backend.StatusTooManyRequests,
	dataverse.ClassThrottledTime:        backend.StatusTooManyRequests,
	dataverse.ClassThrottledConcurrency: backend.StatusTooManyRequests,
	dataverse.ClassBusy:                 backend.StatusTooManyRequests,
	dataverse.ClassServerTimeout:        backend.StatusTimeout,
	dataverse.ClassTimeout:              backend.StatusTimeout,
	dataverse.ClassCanceled:             statusClientClosed,
	dataverse.ClassTooLarge:             backend.StatusBadRequest,
	dataverse.ClassInvalid:              backend.StatusBadRequest,
}

// faults are the classes that only a change of this code mends. All the others are downstream: what the person who
// asks, the administrator or Dataverse can change.
var faults = map[dataverse.Class]bool{
	dataverse.ClassUnsupportedSQL: true,
	dataverse.ClassUnexpected:     true,
	dataverse.ClassInternal:       true,
}

// diagnose is the one place where an error gets its status, its source and its text.
func diagnose(err error) diagnosis {
	var (
		asked   *query.Error
		setting *SettingError
		refused *dataverse.Error
	)
	switch {
	case errors.As(err, &asked):
		return diagnosis{backend.StatusBadRequest, backend.ErrorSourceDownstream, "query", asked.Error(), err}
	case errors.As(err, &setting):
		return diagnosis{backend.StatusBadRequest, backend.ErrorSourceDownstream, "settings", err.Error(), err}
	case errors.Is(err, errDisposed):
		return diagnosis{backend.StatusBadGateway, backend.ErrorSourceDownstream, "disposed", err.Error(), err}
	case errors.As(err, &refused) && faults[refused.Class]:
		return diagnosis{backend.StatusInternal, backend.ErrorSourcePlugin, string(refused.Class), refused.Error(), err}
	case errors.As(err, &refused):
		status, ok := statuses[refused.Class]
		if !ok {
			status = backend.StatusBadGateway
		}
		return diagnosis{status, backend.ErrorSourceDownstream, string(refused.Class), refused.Error(), err}
	case errors.Is(err, context.Canceled):
		return diagnosis{statusClientClosed, backend.ErrorSourceDownstream, string(dataverse.ClassCanceled), dataverse.ClassCanceled.Sentence(), err}
	case errors.Is(err, context.DeadlineExceeded):
		class := dataverse.ClassTimeout
		return diagnosis{backend.StatusTimeout, backend.ErrorSourceDownstream, string(class), class.Sentence() + "; " + class.NextStep(), err}
	default:
		class := dataverse.ClassInternal
		return diagnosis{backend.StatusInternal, backend.ErrorSourcePlugin, string(class), class.Sentence() + "; " + class.NextStep(), err}
	}
}

// log writes faults of this code as errors, with their cause, and everything else at debug.
func (d diagnosis) log(ctx context.Context, refID string) {
	logger := backend.Logger.FromContext(ctx)
	fields := []any{"refId", refID, "class", d.class, "status", int(d.status), "message", d.text}
	var refused *dataverse.Error
	if errors.As(d.cause, &refused) && refused.RequestID != "" {
		fields = append(fields, "requestId", refused.RequestID)
	}
	if d.source != backend.ErrorSourcePlugin {
		logger.Debug("Query not answered", fields...)
		return
	}
	fields = append(fields, "error", d.cause.Error())
	var caught *panicError
	if errors.As(d.cause, &caught) {
		fields = append(fields, "stack", string(caught.stack))
	}
	logger.Error("Query failed in the plugin", fields...)
}

func errorResponse(ctx context.Context, refID string, err error) backend.DataResponse {
	found := diagnose(err)
	found.log(ctx, refID)
	return backend.ErrDataResponseWithSource(found.status, found.source, found.text)
}
