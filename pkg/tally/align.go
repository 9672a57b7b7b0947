package tally

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// WithNowStep is for ranges that move on with the time, as those of dashboards do. It moves a range that ends now back to
// a multiple of step, by less than one step, so that those who look at the same range within it ask the same. Windows of
// the catalogue are cut to such a step when they are resolved. The default is 0: ranges are counted as they are asked.
//
// It also has what has no buckets kept in parts by the creation of the conversations, so that a range that has moved on is
// not counted anew.
//
// Result.Spec says what was counted. A range that ended longer ago than a step is never moved, nor one that ends in the
// future.
func WithNowStep(step time.Duration) Option {
	return func(s *Service) { s.nowStep = step.Truncate(time.Second) }
}

// align moves a range that ends now. Where its beginning goes with the time as well it moves along, so that the range
// keeps its length; a beginning that lies on the step, such as a midnight, stays.
func (s *Service) align(spec query.Spec) query.Spec {
	late := s.now().Sub(spec.Window.To)
	if s.nowStep <= 0 || spec.Window.ID != string(catalog.WindowRange) || late < -time.Second || late >= s.nowStep {
		return spec // the end was rounded up to a second, so it may lie a little ahead
	}
	window := spec.Window
	step := int64(s.nowStep / time.Second)
	back := window.To.Unix() % step
	window.To = window.To.Add(-time.Duration(back) * time.Second)
	if window.From.Unix()%step != 0 {
		window.From = window.From.Add(-time.Duration(back) * time.Second)
	}
	if len(spec.Buckets) > 0 {
		window.From = later(window.From, spec.Buckets.Start(0))
	}
	if !window.From.Before(window.To) {
		return spec
	}
	spec.Window = window
	if len(spec.Buckets) > 0 {
		count := spec.Buckets.Len()
		for count > 1 && !spec.Buckets.Start(count-1).Before(window.To) {
			count--
		}
		spec.Buckets = cutBuckets(spec.Buckets, gap{0, count})
	}
	return spec
}
