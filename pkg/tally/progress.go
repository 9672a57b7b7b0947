package tally

import (
	"context"
	"time"
)

// Progress tells how far an answer is that takes a while.
type Progress struct {
	// Done of Parts are counted. Parts grows where one of them has to be split again: it is what is known so far.
	Done, Parts int
	Elapsed     time.Duration // since the first of them was begun
	Statements  int           // that were run, those that Dataverse ended at its time limit included
}

type progressKey struct{}

// WithProgress makes a context whose counts tell how far they are: when a statement begins, and whenever a part is done
// or split. All who wait for the same answer are told the same, whoever asked first. What is kept is answered without.
//
// tell is called by the goroutine that asked, one call at a time and none after the answer; states that follow each other
// quickly may be left out.
func WithProgress(ctx context.Context, tell func(Progress)) context.Context {
	return context.WithValue(ctx, progressKey{}, tell)
}

// tellerOf is who wants to know the progress of what is done with a context; nil where nobody does.
func tellerOf(ctx context.Context) func(Progress) {
	tell, _ := ctx.Value(progressKey{}).(func(Progress))
	return tell
}

// track adds up the progress of parts, which are answered one after the other, and passes it on.
type track struct {
	tell  func(Progress)
	now   func() time.Time
	began time.Time
	spent int // statements that were run beside the parts
	parts []Progress
}

// track tells the progress of some parts to the one who wants to know that of ctx.
func (s *Service) track(ctx context.Context, parts, spent int) *track {
	t := &track{tell: tellerOf(ctx), now: s.now, began: s.now(), spent: spent, parts: make([]Progress, parts)}
	for i := range t.parts {
		t.parts[i].Parts = 1
	}
	t.pass()
	return t
}

// part is the context of a part.
func (t *track) part(ctx context.Context, i int) context.Context {
	if t.tell == nil {
		return ctx
	}
	return WithProgress(ctx, func(p Progress) {
		t.parts[i] = p
		t.pass()
	})
}

// done says that a part is answered.
func (t *track) done(i int) {
	t.parts[i].Done = t.parts[i].Parts
	t.pass()
}

func (t *track) elapsed() time.Duration { return t.now().Sub(t.began) }

func (t *track) pass() {
	if t.tell == nil {
		return
	}
	sum := Progress{Elapsed: t.elapsed(), Statements: t.spent}
	for _, part := range t.parts {
		sum.Done += part.Done
		sum.Parts += part.Parts
		sum.Statements += part.Statements
	}
	t.tell(sum)
}
