package oracle

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
)

// Newest is the latest axis time of a session that the query counts; zero where there is none.
func Newest(data *contactcenter.Dataset, spec query.Spec) time.Time {
	c := assemble(data)
	candidates := c.candidates(spec)
	verdicts := c.verdicts(candidates, spec)
	var newest time.Time
	for _, b := range candidates {
		if isCounted(b, verdicts[b.conversation.ID], spec) && b.axis != nil && b.axis.After(newest) {
			newest = *b.axis
		}
	}
	return newest
}

// Oldest is when the oldest session was created; zero where there is none that has a time.
func Oldest(data *contactcenter.Dataset) time.Time {
	var oldest time.Time
	for _, session := range data.Sessions {
		if created := session.CreatedOn; created != nil && (oldest.IsZero() || created.Before(oldest)) {
			oldest = *created
		}
	}
	return oldest
}
