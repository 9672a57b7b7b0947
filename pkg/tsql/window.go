package tsql

import (
	"errors"
	"fmt"

	"github.com/dataverse-tally/tally/pkg/catalog"
)

// The columns of the time axes.
const (
	sessionCreated      = "b.[msdyn_sessioncreatedon]"
	conversationCreated = "c.[msdyn_createdon]"
)

// axisColumn is the column of a time axis.
func axisColumn(axis catalog.TimeAxis) (string, error) {
	switch axis {
	case catalog.SessionCreated:
		return sessionCreated, nil
	case catalog.ConversationCreated:
		return conversationCreated, nil
	}
	return "", unknown("time axis", axis)
}

// window is the condition that a session lies in the window. With OpenFrom it also lets in the sessions of young
// conversations, of which verdictConditions keeps those in progress.
func (b *builder) window() ([]string, error) {
	var err error
	if b.axis, err = axisColumn(b.spec.Rules.TimeAxis); err != nil {
		return nil, err
	}
	window := b.spec.Window
	if b.from, err = b.parameters.time(window.From); err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	if b.to, err = b.parameters.time(window.To); err != nil {
		return nil, fmt.Errorf("to: %w", err)
	}
	if window.OpenFrom.IsZero() {
		return span(b.axis, b.from, b.to), nil
	}
	if len(b.spec.Buckets) > 0 {
		return nil, errors.New("one that adds open conversations of earlier days has no buckets: leave the buckets out or choose another window")
	}
	if b.axis == conversationCreated && window.From.Before(window.OpenFrom) {
		// Both parts are spans of the same time that end together, and this one holds the other.
		return span(b.axis, b.from, b.to), nil
	}
	openFrom, err := b.parameters.time(window.OpenFrom)
	if err != nil {
		return nil, fmt.Errorf("open from: %w", err)
	}
	open := span(conversationCreated, openFrom, b.to)
	if b.axis == conversationCreated {
		return open, nil
	}
	return []string{
		b.youngOrInWindow(openFrom),
		anyOf(b.inWindow(), allOf(open...)),
	}, nil
}

// youngOrInWindow lets an engine find the conversations by the indexes on both times. The condition that they stand
// for, one on either of two tables, would make it read both whole.
func (b *builder) youngOrInWindow(openFrom string) string {
	d := b.dialect
	young := d.rows("msdyn_ocliveworkitem", "k", span("k.[msdyn_createdon]", openFrom, b.to)...)
	young.columns = []string{column(d.id("k.[activityid]"), "conversation")}
	return b.listed(b.withSession(b.from, b.to), young)
}

// withSession lists the conversations that have a session in a span of time.
func (b *builder) withSession(from, to string) selection {
	list := b.dialect.rows("msdyn_ocsession", "t", span("t.[msdyn_sessioncreatedon]", from, to)...)
	list.columns = []string{column(b.dialect.id("t.[msdyn_liveworkitemid]"), "conversation")}
	return list
}

// inWindow is the condition that a session lies in the window by its own time.
func (b *builder) inWindow() string {
	return allOf(span(b.axis, b.from, b.to)...)
}

// span are the two conditions that a time lies in a half open span.
func span(expression, from, to string) []string {
	return []string{expression + " >= " + from, expression + " < " + to}
}
