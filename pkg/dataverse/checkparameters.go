package dataverse

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// askValues asks for values of every type back.
const askValues = "SELECT @p1 AS [number], @p2 AS [word], @p3 AS [moment], @p4 AS [id]"

// values of every type that can be sent, none of which is like another.
var values = []any{int64(-1) << 62, "it's ünïcode 🙂", time.Date(2024, time.February, 29, 23, 59, 58, 0, time.UTC),
	uuid.MustParse("01234567-89ab-4cde-8f01-23456789abcd")}

// parameters tells whether values arrive, in the way that the client sends them, and finds out whether the other way
// would do where they do not.
func (k *checking) parameters(ctx context.Context) (string, error) {
	literal := k.client.config.Literal
	err := k.arrive(ctx, literal)
	if err != nil && !k.refused(err) {
		return "", err
	}
	if err == nil && !literal {
		return "as parameters", nil
	}
	other := k.arrive(ctx, !literal)
	switch {
	case err == nil && other == nil:
		return "written into the statements; parameters would do as well", nil
	case err == nil:
		return "written into the statements; parameters would not do", nil
	case other != nil:
		return "", err
	}
	failure := *classifyAny(err, k.client.config.Address)
	failure.Hint = "set parameters to literal: values written into the statements arrive"
	if literal {
		failure.Hint = "set parameters to typed: values written into the statements do not arrive, and parameters do"
	}
	return "", &failure
}

// refused reports whether an error is about the statement, so that another form of it may do.
func (k *checking) refused(err error) bool {
	class := classifyAny(err, k.client.config.Address).Class
	return !class.Outside() && !class.Throttled() && class != ClassBusy && class != ClassCanceled
}

// arrive sends values and compares what comes back.
func (k *checking) arrive(ctx context.Context, literal bool) error {
	rows, err := k.checks.Query(context.WithValue(ctx, literalKey{}, literal), askValues, values...)
	if err != nil {
		return err
	}
	if len(rows.Values) != 1 || !slices.Equal(rows.Values[0], values) {
		return newError(ClassUnexpected, fmt.Sprintf("the values %v came back as %v", values, rows.Values), nil)
	}
	return nil
}
