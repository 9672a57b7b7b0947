package acceptance

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"pgregory.net/rapid"
)

// Parts by the conversation's own creation add up, whatever the query: it is how a long window may be counted.
func TestPartsByConversationCreationAddUp(t *testing.T) {
	cat := catalog.Default()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		data := drawCenter(t, s)
		spec := resolve(t, cat, drawQuestion(t, cat, s))
		cut := s.drawTime(t, "cut")

		sum := map[string]catalog.Counts{}
		for _, part := range []func(*time.Time) bool{
			func(created *time.Time) bool { return created == nil },
			func(created *time.Time) bool { return created != nil && created.Before(cut) },
			func(created *time.Time) bool { return created != nil && !created.Before(cut) },
		} {
			for _, cell := range oracle.Count(partOf(data, part), spec) {
				key := fmt.Sprint(cell.Bucket, cell.Group)
				counts := sum[key]
				counts.Total += cell.Counts.Total
				counts.Escalated += cell.Counts.Escalated
				counts.InProgress += cell.Counts.InProgress
				sum[key] = counts
			}
		}
		whole := oracle.Count(data, spec)
		if len(whole) != len(sum) {
			t.Fatalf("the parts have %d cells, the whole %d", len(sum), len(whole))
		}
		for _, cell := range whole {
			if parts := sum[fmt.Sprint(cell.Bucket, cell.Group)]; parts != cell.Counts {
				t.Fatalf("%v: the parts sum up to %+v, want %+v\n%s", cell.Group, parts, cell.Counts, show(data))
			}
		}
	})
}

// partOf leaves the conversations whose creation fits.
func partOf(data *contactcenter.Dataset, fits func(created *time.Time) bool) *contactcenter.Dataset {
	part := *data
	part.Conversations = slices.DeleteFunc(slices.Clone(data.Conversations), func(c contactcenter.Conversation) bool {
		return !fits(c.CreatedOn)
	})
	return &part
}
