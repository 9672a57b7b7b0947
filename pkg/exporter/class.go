package exporter

import (
	"context"
	"errors"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/query"
)

// classOf is the class of an error: Dataverse's own, or what comes nearest.
func classOf(err error) dataverse.Class {
	var failure *dataverse.Error
	var question *query.Error
	switch {
	case errors.As(err, &failure):
		return failure.Class
	case errors.As(err, &question):
		return dataverse.ClassInvalid
	case errors.Is(err, context.DeadlineExceeded):
		return dataverse.ClassTimeout
	}
	return dataverse.ClassInternal
}
