package truthtable

import (
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/google/uuid"
)

// Case is one row of the table.
type Case struct {
	Row          int
	Conversation string // as the table describes it
	Data         *contactcenter.Dataset
	From, To     time.Time // the window, half open, UTC

	Want map[Ruling]Counts
	// WantExternalOff is what is counted when external transfers do not count as escalated.
	// It is nil in the rows that do not speak of them: there the switch changes nothing.
	WantExternalOff map[Ruling]Counts
	// WantPerBot is what is counted when grouped by bot. It is nil in the rows that do not speak of it.
	WantPerBot map[Ruling]map[uuid.UUID]Counts
}

// Counts are the numbers of the table. Deflected stands beside the other two because the table has it written out.
type Counts struct {
	Total, Escalated, Deflected, InProgress int64
}

// Ruling is what decides how a conversation is counted: a definition, as one of the two views has it.
type Ruling struct {
	Definition string // catalogue id
	View       catalog.View
}

// The rulings of the table. Definition 2025-02 counts alike in both views.
var (
	Rules2025Historical = Ruling{"2025-02", catalog.Historical}
	Rules2025RealTime   = Ruling{"2025-02", catalog.RealTime}
	Rules2026Historical = Ruling{"2026-03", catalog.Historical}
	Rules2026RealTime   = Ruling{"2026-03", catalog.RealTime}
)

// Rulings are all of them.
func Rulings() []Ruling {
	return []Ruling{Rules2025Historical, Rules2025RealTime, Rules2026Historical, Rules2026RealTime}
}

// The numbers that occur in the table, as it writes them: total/escalated/deflected.
var (
	none      = Counts{}
	deflected = Counts{Total: 1, Escalated: 0, Deflected: 1} // 1/0/1
	escalated = Counts{Total: 1, Escalated: 1, Deflected: 0} // 1/1/0
	active    = Counts{Total: 1, Escalated: 0, Deflected: 1, InProgress: 1}
)

// want is the three columns of the table.
func want(rules2025, historical2026, realTime2026 Counts) map[Ruling]Counts {
	return map[Ruling]Counts{
		Rules2025Historical: rules2025,
		Rules2025RealTime:   rules2025,
		Rules2026Historical: historical2026,
		Rules2026RealTime:   realTime2026,
	}
}

// same is a row whose columns agree.
func same(counts Counts) map[Ruling]Counts { return want(counts, counts, counts) }

// perBot is the counts of each bot under every ruling.
func perBot(counts map[uuid.UUID]Counts) map[Ruling]map[uuid.UUID]Counts {
	wanted := map[Ruling]map[uuid.UUID]Counts{}
	for _, ruling := range Rulings() {
		wanted[ruling] = counts
	}
	return wanted
}

// The window of every row but the 15th.
var (
	day1 = time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC)
	day2 = day1.AddDate(0, 0, 1)
	day3 = day1.AddDate(0, 0, 2)
)

// at is a time of day 1.
func at(hour, minute int) *time.Time {
	return new(day1.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute))
}

// onDay2 is a time of day 2.
func onDay2(hour, minute int) *time.Time { return new(at(hour, minute).AddDate(0, 0, 1)) }
