package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// asker is who asks, as far as it changes the answer.
type asker struct {
	login string // "" for alert rules and for Grafana itself
	// operator may see how the data source itself does, and where it leads: an editor or an administrator. Who has no
	// name, as an alert rule or Grafana's own health check, may see what a viewer sees.
	operator bool
	// rule is set for alert rules and expressions, which take numbers and nothing else.
	rule bool
}

// The headers by which Grafana says that a query is one of an alert rule, or that expressions work on its answer.
const (
	headerAlert      = backend.FromAlertHeaderName
	headerExpression = "X-Grafana-From-Expr"
)

// askerOf is who sent a request of queries.
func askerOf(ctx context.Context, req *backend.QueryDataRequest) asker {
	by := person(ctx, req.PluginContext)
	for _, name := range []string{headerAlert, headerExpression} {
		by.rule = by.rule || req.Headers[name] == "true" || req.GetHTTPHeader(name) == "true"
	}
	return by
}

// person is who is in front of a request, or nobody.
func person(ctx context.Context, in backend.PluginContext) asker {
	user := in.User
	if user == nil {
		user = backend.UserFromContext(ctx)
	}
	if user == nil {
		return asker{}
	}
	return asker{login: user.Login, operator: user.Role == "Admin" || user.Role == "Editor"}
}

// onBehalfOf names the asker in whose turn statements run. Those without a name share a turn. A rule is told of an outage
// where a person sees the last good numbers.
func onBehalfOf(ctx context.Context, by asker) context.Context {
	if by.rule {
		ctx = tally.Strict(ctx)
	}
	if by.login == "" {
		return ctx
	}
	return budget.WithUser(ctx, by.login)
}
