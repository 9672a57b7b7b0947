package tally

import (
	"context"
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
)

// WithRetentionNotice has results say when their window begins before the oldest session there is: retention moves old
// rows to where SQL does not reach, and nothing in a number shows that. The default is not to.
//
// That costs one statement in hours, which runs beside a count and which no count waits for: the first answers may be
// without the notice. Where the oldest session cannot be read there is none.
func WithRetentionNotice() Option {
	return func(s *Service) { s.tellsRetention = true }
}

// lookBack has the oldest session read where it is not known, beside what the caller does.
func (s *Service) lookBack(ctx context.Context) {
	if !s.tellsRetention {
		return
	}
	if _, _, fresh, _ := s.history.look(s.now()); fresh || !s.history.reading.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer s.history.reading.Store(false)
		if _, _, err := s.Oldest(context.WithoutCancel(ctx)); err != nil {
			s.logger.DebugContext(ctx, "the oldest session cannot be read", "error", err)
		}
	}()
}

// retention says that a window begins before the oldest session, where that is known.
func (s *Service) retention(spec query.Spec) []Notice {
	if !s.tellsRetention {
		return nil
	}
	from := spec.Window.From
	if open := spec.Window.OpenFrom; !open.IsZero() {
		from = earlier(from, open)
	}
	oldest, known, _, _ := s.history.look(s.now())
	if !known || oldest.IsZero() || !from.Before(oldest) {
		return nil
	}
	location := spec.Location
	if location == nil {
		location = time.UTC
	}
	return []Notice{{Severity: Info, Text: fmt.Sprintf("The window begins before the oldest session there is, which dates from %s: "+
		"what was deleted or moved to long-term retention is not counted.", oldest.In(location).Format(time.DateOnly))}}
}
