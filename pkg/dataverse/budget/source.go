package budget

import (
	"context"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// Querier runs statements; *dataverse.Client is one.
type Querier interface {
	Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error)
}

var _ Querier = (*dataverse.Client)(nil)

// Source runs the statements of a Querier within a Budget.
type Source struct {
	budget  *Budget
	querier Querier
}

// Source makes a source of a querier that uses the budget's credential. Several may share the budget.
func (b *Budget) Source(querier Querier) *Source { return &Source{b, querier} }

// Query waits for a turn and runs a statement. Beside the errors of the querier there are those of the budget, which
// are *dataverse.Error as well: ClassBusy where too many wait or for too long, one of the throttled classes while the
// budget pauses, ClassCanceled and ClassTimeout where ctx ends first.
func (s *Source) Query(ctx context.Context, text string, args ...any) (rows *dataverse.Rows, err error) {
	turn, err := s.budget.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { s.budget.end(turn, err) }()
	return s.querier.Query(ctx, text, args...)
}

type userKey struct{}

// WithUser names on whose behalf statements are run, so that nobody waits for all statements of somebody else. The
// name is used for nothing but this: it reaches neither Dataverse nor the log.
func WithUser(ctx context.Context, user string) context.Context {
	return context.WithValue(ctx, userKey{}, user)
}

// User is the name that WithUser gave a context; all without one share a turn.
func User(ctx context.Context) string {
	user, _ := ctx.Value(userKey{}).(string)
	return user
}
