package dataverse

import (
	"fmt"
	"strings"
	"time"
)

// CheckStatus is what became of one item of a checklist.
type CheckStatus string

// The results of an item.
const (
	CheckOK      CheckStatus = "ok"
	CheckWarning CheckStatus = "warning" // it works, but not all of it or not as well as it could
	CheckFailed  CheckStatus = "failed"
	CheckSkipped CheckStatus = "skipped" // what comes before failed, so nothing is known
)

// CheckID names an item of a checklist. The text is stable.
type CheckID string

// The items, in the order in which they are tried.
const (
	CheckAddress    CheckID = "address"
	CheckPort       CheckID = "port"
	CheckTLS        CheckID = "tls"
	CheckRedirect   CheckID = "redirect"
	CheckToken      CheckID = "token"
	CheckEndpoint   CheckID = "endpoint"
	CheckPrivilege  CheckID = "privilege"
	CheckParameters CheckID = "parameters"
	CheckCopy       CheckID = "copy"  // in front of a copy only
	CheckTable      CheckID = "table" // one for each table, see CheckItem.Table
	CheckClock      CheckID = "clock"
	CheckHistory    CheckID = "history"
	CheckCount      CheckID = "count"
)

// checkTitles say what each item promises.
var checkTitles = map[CheckID]string{
	CheckAddress:    "The address resolves",
	CheckPort:       "The port can be reached",
	CheckTLS:        "The connection is trusted",
	CheckRedirect:   "The redirect goes where the token belongs",
	CheckToken:      "The token is for this environment",
	CheckEndpoint:   "The SQL endpoint is switched on",
	CheckPrivilege:  "The identity may use it",
	CheckParameters: "Values arrive as they were sent",
	CheckCopy:       "The copy has what is needed",
	CheckTable:      "The table can be read",
	CheckClock:      "The clocks agree",
	CheckHistory:    "The data goes back far enough",
	CheckCount:      "Conversations are counted",
}

// CheckItem is one item of a checklist.
type CheckItem struct {
	ID     CheckID
	Table  string // of CheckTable
	Status CheckStatus
	Found  string // what was found, or what is wrong; one line without secrets
	Hint   string // what to do next; may be empty
	Class  Class  // of what is wrong; "" where nothing is
	Took   time.Duration
}

// Title says what the item promises.
func (i CheckItem) Title() string {
	if i.Table != "" {
		return checkTitles[i.ID] + ": " + i.Table
	}
	return checkTitles[i.ID]
}

// String is a line for people.
func (i CheckItem) String() string {
	text := string(i.Status) + ": " + i.Title()
	if i.Found != "" {
		text += " (" + i.Found + ")"
	}
	if i.Hint != "" {
		text += "; " + i.Hint
	}
	return text
}

// Checklist is what Client.Check found, in the order in which it was tried.
type Checklist []CheckItem

// Failure is the first item that failed; false where none did.
func (l Checklist) Failure() (CheckItem, bool) {
	for _, item := range l {
		if item.Status == CheckFailed {
			return item, true
		}
	}
	return CheckItem{}, false
}

// Warnings are the items that work, but not as well as they could.
func (l Checklist) Warnings() []CheckItem {
	var warnings []CheckItem
	for _, item := range l {
		if item.Status == CheckWarning {
			warnings = append(warnings, item)
		}
	}
	return warnings
}

// Item returns the first item with an id.
func (l Checklist) Item(id CheckID) (CheckItem, bool) {
	for _, item := range l {
		if item.ID == id {
			return item, true
		}
	}
	return CheckItem{}, false
}

// String is a line for each item.
func (l Checklist) String() string {
	var text strings.Builder
	for _, item := range l {
		_, _ = fmt.Fprintln(&text, item)
	}
	return text.String()
}
