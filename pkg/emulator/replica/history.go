package replica

import (
	"slices"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// maxFormer is the number of rows of an Insert that have a former version.
const maxFormer = 500

// before is what columns were in a former version: values with which other numbers would be counted.
var before = map[string]any{
	"msdyn_closurereason":    schema.ClosureBotTransferToAgent,
	"statuscode":             schema.ConversationOpen,
	"msdyn_botapplicationid": "former-bot",
	"msdyn_streamsource":     schema.ChannelEntityRecords,
	"msdyn_mode":             schema.ParticipationPrimary,
	"fullname":               "Former name",
	"name":                   "Former name",
	"msdyn_name":             "Former name",
}

// former is the version before a row's: one with a lower number, or with the same one which came earlier.
func (s *Store) former(r row) row {
	r.values = slices.Clone(r.values)
	for i, c := range r.columns {
		if v, ok := before[c.Name]; ok {
			r.values[i] = v
		}
		if c.Name == "msdyn_eventreason" || c.Name == "msdyn_eventtype" {
			r.values[i] = schema.ParticipantEventHold // also the number of a transfer in transit
		}
	}
	if r.number%2 == 0 {
		r.version -= formerVersions
	}
	r.earlier = time.Hour
	return r
}

// formerVersions is how far former versions lie back, so that they are before all that is inserted.
const formerVersions = 1 << 40

// tombstone is the version of a row that says it is deleted.
func (s *Store) tombstone(r row) row {
	r.version, r.deleted, r.empty = s.next(), true, true
	return r
}
