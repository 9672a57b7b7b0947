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

// Service counts over a source. It is safe for concurrent use.
type Service struct {
	catalog *catalog.Catalog
	source  Source
	names   *names
	now     func() time.Time
	logger  *slog.Logger
}

// Option changes a Service.
type Option func(*Service)

// WithClock sets the clock of AsOf, RunTime and the life of labels. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(s *Service) { s.now = now }
}

// WithLogger sets where statements (at debug) and labels that cannot be read (at warn) are told. The values of
// parameters are not. The default is nowhere.
func WithLogger(logger *slog.Logger) Option {
	return func(s *Service) { s.logger = logger }
}

// New makes a service.
func New(cat *catalog.Catalog, source Source, options ...Option) *Service {
	s := &Service{
		catalog: cat,
		source:  source,
		names:   newNames(),
		now:     time.Now,
		logger:  slog.New(slog.DiscardHandler),
	}
	for _, option := range options {
		option(s)
	}
	return s
}

// Count answers a spec with one statement, and one more for each lookup whose labels are not known yet.
//
// Errors are a *query.Error where the question is too large or cannot be written, and what the source returns
// otherwise, which is a *dataverse.Error of the real one. An answer that is not of the form that was asked for is
// dataverse.ClassUnexpected. Labels that cannot be read are no error: ids stand in for them, and a Notice says so.
func (s *Service) Count(ctx context.Context, spec query.Spec) (*Result, error) {
	if buckets := spec.Buckets.Len(); buckets > query.MaxPoints {
		return nil, tooManyPoints("bucket", fmt.Sprintf("the range has %d buckets", buckets))
	}
	statement, err := tsql.Build(spec)
	if err != nil {
		return nil, &query.Error{Field: "query", Problem: err.Error(), Remedy: "change the part that is named"}
	}
	result := &Result{Spec: spec, Statement: statement, AsOf: s.now()}
	rows, err := s.source.Query(ctx, statement.Text, statement.Args...)
	result.RunTime = s.now().Sub(result.AsOf)
	if err != nil {
		s.logger.DebugContext(ctx, "statement failed", "statement", statement.Text, "duration", result.RunTime)
		return nil, err
	}
	table, err := decode(spec, rows)
	if err != nil {
		return nil, err
	}
	s.logger.DebugContext(ctx, "statement", "statement", statement.Text, "cells", len(table.rows), "duration", result.RunTime)
	if err := checkPoints(spec, len(table.groups)); err != nil {
		return nil, err
	}
	if result.Notices, err = s.label(ctx, spec.GroupBy, table.groups); err != nil {
		return nil, err
	}
	result.Cells = table.cells(spec.GroupBy)
	return result, nil
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
