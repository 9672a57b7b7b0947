package query

// Error is what is wrong with a query, and what to write instead. All errors of Parse and Resolve are of this type.
// They are the asker's to mend: nothing was sent to Dataverse.
type Error struct {
	Field   string // path in the saved form, for example filters[0].values[2]; query for the whole; timeRange for the caller's
	Problem string
	Remedy  string
}

// Error is field, problem and remedy in one line.
func (e *Error) Error() string { return e.Field + ": " + e.Problem + "; " + e.Remedy }
