package tally

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// splitInto is into how many pieces an attempt is split that outran Dataverse's limit. Each attempt that fails costs the
// whole limit, so few larger steps are better than many small ones.
const splitInto = 4

// attempt is something to read with one statement, or piece by piece where that outruns Dataverse's time limit or is known
// to.
type attempt[V any] struct {
	kind    key           // of all attempts that take about as long for the same span
	span    time.Duration // of the time that it is about; 0 where that is not known
	suspect time.Duration // what is taken to be too long when it is ended, where that is more than its span
	whole   func(context.Context) (V, error)
	pieces  int // into how many it is split; 0 where it cannot be
	piece   func(ctx context.Context, i int) (V, error)
	join    func([]V) V // makes one of those of all pieces
}

// read reads it. Pieces are read one after the other, and an error in one of them ends it.
func (a attempt[V]) read(ctx context.Context, s *Service) (none V, err error) {
	ended := 0
	if a.pieces == 0 || !s.pace.outruns(a.kind, a.span, s.now()) {
		found, err := a.whole(ctx)
		if !wasEnded(err) {
			return found, err
		}
		s.pace.ended(a.kind, max(a.span, a.suspect), s.now())
		if a.pieces == 0 {
			return none, err
		}
		ended = 1
		s.logger.WarnContext(ctx, "Dataverse ended a statement at its time limit; it is split", "span", a.span, "parts", a.pieces)
	}
	found := make([]V, a.pieces)
	track := s.track(ctx, a.pieces, ended)
	for i := range found {
		if found[i], err = a.piece(track.part(ctx, i), i); err != nil {
			return none, fmt.Errorf("part %d of %d: %w", i+1, a.pieces, err)
		}
		track.done(i)
		s.logger.InfoContext(ctx, "counting in parts", "done", i+1, "of", a.pieces, "span", a.span, "elapsed", track.elapsed())
	}
	return a.join(found), nil
}

// wasEnded reports whether Dataverse ended a statement at its time limit.
func wasEnded(err error) bool {
	var failure *dataverse.Error
	return errors.As(err, &failure) && failure.Class == dataverse.ClassServerTimeout
}

// quarters cuts so many things in a row into splitInto ranges, or one each where there are fewer; none where there is
// only one thing.
func quarters(count int) []gap {
	if count < 2 {
		return nil
	}
	var ranges []gap
	for from, i := 0, 1; from < count; i++ {
		to := max(count*i/splitInto, from+1)
		ranges = append(ranges, gap{from, to})
		from = to
	}
	return ranges
}
