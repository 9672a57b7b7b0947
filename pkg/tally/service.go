package tally

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// Source runs statements. *dataverse.Client is one.
type Source interface {
	Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error)
}

// Counter answers a spec. *Service is one; decorators of it are others.
type Counter interface {
	Count(ctx context.Context, spec query.Spec) (*Result, error)
}

var (
	_ Source  = (*dataverse.Client)(nil)
	_ Counter = (*Service)(nil)
)

// DefaultCacheBytes bounds the cache of a Service.
const DefaultCacheBytes = 64 << 20

// Service counts over a source. It is safe for concurrent use.
//
// All callers share its answers: what is asked at the same time runs once, and what was found is kept for a while,
// longer the older the time is that it counts.
type Service struct {
	catalog  *catalog.Catalog
	source   Source
	names    *names
	now      func() time.Time
	logger   *slog.Logger
	capacity int64
	maxStale time.Duration
	nowStep  time.Duration

	tellsRetention bool
	language       int

	dialects dialects
	choices  optionNames

	cache   *cache
	flights *flights[*reading]
	facts   *flights[*fact]
	history history
	naming  *flights[map[string]string]
	pace    *pace
	stats   counters
}

// Option changes a Service.
type Option func(*Service)

// WithClock sets the clock of AsOf, RunTime and the life of what is kept. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(s *Service) { s.now = now }
}

// WithLogger sets where statements (at debug) and labels that cannot be read (at warn) are told. The values of
// parameters are not. The default is nowhere.
func WithLogger(logger *slog.Logger) Option {
	return func(s *Service) { s.logger = logger }
}

// WithCache sets how many bytes of results are kept. The default is DefaultCacheBytes; with 0 nothing is kept, and only
// what is asked at the same time is shared.
func WithCache(bytes int64) Option {
	return func(s *Service) { s.capacity = max(bytes, 0) }
}

// New makes a service.
func New(cat *catalog.Catalog, source Source, options ...Option) *Service {
	s := &Service{
		catalog:  cat,
		source:   source,
		names:    newNames(),
		now:      time.Now,
		logger:   slog.New(slog.DiscardHandler),
		capacity: DefaultCacheBytes,
	}
	for _, option := range options {
		option(s)
	}
	s.cache = newCache(s.capacity)
	s.pace = newPace()
	s.flights = newFlights[*reading](s.logger)
	s.facts = newFlights[*fact](s.logger)
	s.naming = newFlights[map[string]string](s.logger)
	return s
}

// Count answers a spec: from what is kept, together with those who ask the same now, or with a statement. There is one
// more for each lookup whose labels are not known yet.
//
// Errors are a *query.Error where the question is too large or cannot be written, and what the source returns
// otherwise, which is a *dataverse.Error of the real one. An answer that is not of the form that was asked for is
// dataverse.ClassUnexpected. Labels that cannot be read are no error: ids stand in for them, and a Notice says so.
// A caller whose context ends gets dataverse.ClassCanceled or ClassTimeout at once; the statement goes on while others
// wait for it.
func (s *Service) Count(ctx context.Context, spec query.Spec) (*Result, error) {
	if buckets := spec.Buckets.Len(); buckets > query.MaxPoints {
		return nil, tooManyPoints("bucket", fmt.Sprintf("the range has %d buckets", buckets))
	}
	spec = s.align(spec)
	s.lookBack(ctx)
	if err := s.learn(ctx); err != nil {
		return nil, err
	}
	statement, err := s.build(spec)
	if err != nil {
		return nil, err
	}
	whole := wholeKey(statement, spec.Buckets)
	if !afresh(ctx) {
		if result, ok := s.kept(spec, statement, whole); ok {
			return result, nil
		}
	}
	found, err := s.read(ctx, spec, statement)
	if err != nil {
		if result, ok := s.lastGood(ctx, spec, statement, err); ok {
			return result, nil
		}
		return nil, err
	}
	if found.statements > 0 {
		s.remember(spec, statement)
	}
	result, named, err := s.result(ctx, spec, statement, found)
	if err == nil && named {
		s.keep(result, found, whole)
	}
	return result, err
}

// read has a spec read in the way that costs Dataverse least.
func (s *Service) read(ctx context.Context, spec query.Spec, statement tsql.Statement) (*reading, error) {
	if s.assembles(spec) {
		return s.readSeries(ctx, spec, statement)
	}
	return s.readPart(ctx, spec, tsql.Part{}, statement, 0)
}

// result makes the answer to a spec of what was found. It is named where all labels could be read.
func (s *Service) result(ctx context.Context, spec query.Spec, statement tsql.Statement, found *reading) (result *Result, named bool, err error) {
	if err := checkPoints(spec, len(found.table.groups)); err != nil {
		return nil, false, err
	}
	groups := found.table.copyGroups()
	notices, err := s.label(ctx, spec.GroupBy, groups)
	if err != nil {
		return nil, false, err
	}
	return &Result{
		Spec:       spec,
		Statement:  statement,
		Cells:      found.table.cells(spec.GroupBy, groups),
		AsOf:       found.asOf,
		Newest:     found.newest,
		RunTime:    found.runTime,
		Statements: found.statements,
		Notices:    append(notices, s.notices(spec, found.parts)...),
	}, len(notices) == 0, nil
}

// notices are those of any result of a spec that was counted in so many parts.
func (s *Service) notices(spec query.Spec, parts int) []Notice {
	notices := s.retention(spec)
	if parts > 0 {
		notices = append(notices, inParts(parts))
	}
	return notices
}

// checkPoints refuses a result with more points than a panel can show, once the number of its groups is known.
func checkPoints(spec query.Spec, groups int) error {
	buckets := max(spec.Buckets.Len(), 1)
	if groups*buckets <= query.MaxPoints {
		return nil
	}
	return tooManyPoints("groupBy", fmt.Sprintf("%d groups in %d buckets are %d points", groups, buckets, groups*buckets))
}

func tooManyPoints(field, problem string) error {
	return &query.Error{Field: field, Problem: problem,
		Remedy: fmt.Sprintf("use longer buckets, a shorter range, fewer groups or filters: at most %d points can be shown", query.MaxPoints)}
}
