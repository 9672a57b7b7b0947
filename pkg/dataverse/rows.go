package dataverse

// Rows is a whole result.
type Rows struct {
	Columns []string
	// Values holds one slice a row, in the order of Columns: nil, int64, float64, bool, string,
	// time.Time (UTC) or uuid.UUID; decimals are strings in plain notation.
	Values [][]any
}
