package dataverse

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/microsoft/go-mssqldb"
)

// Rows is a whole result.
type Rows struct {
	Columns []string
	// Values holds one slice a row, in the order of Columns: nil, int64, float64, bool, string,
	// time.Time (UTC) or uuid.UUID; decimals are strings in plain notation.
	Values [][]any
}

// read reads a whole result, at most limit rows.
func read(rows *sql.Rows, limit int) (*Rows, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, fmt.Errorf("reading the columns: %w", err)
	}
	result := &Rows{Columns: make([]string, len(types))}
	kinds := make([]string, len(types))
	for i, column := range types {
		result.Columns[i], kinds[i] = column.Name(), column.DatabaseTypeName()
	}
	targets := make([]any, len(types))
	for rows.Next() {
		if len(result.Values) == limit {
			return nil, newError(ClassTooLarge, fmt.Sprintf("it has more than %d rows", limit), nil)
		}
		values := make([]any, len(types))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("reading row %d: %w", len(result.Values)+1, err)
		}
		for i := range values {
			if values[i], err = plain(values[i], kinds[i]); err != nil {
				return nil, newError(ClassUnexpected, fmt.Sprintf("column %q: %v", result.Columns[i], err), err)
			}
		}
		result.Values = append(result.Values, values)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return result, nil
}

// plain turns a value of the driver into one of those that Rows promises. kind is the column's type in the database.
func plain(value any, kind string) (any, error) {
	switch value := value.(type) {
	case nil, int64, float64, bool, string:
		return value, nil
	case time.Time:
		return value.UTC(), nil
	case []byte:
		switch kind {
		case "UNIQUEIDENTIFIER":
			// On the wire the first three groups are little-endian; the driver knows how to turn them.
			var id mssql.UniqueIdentifier
			if err := id.Scan(value); err != nil {
				return nil, err
			}
			return uuid.UUID(id), nil
		case "DECIMAL", "NUMERIC", "MONEY", "SMALLMONEY":
			return string(value), nil
		}
	}
	return nil, fmt.Errorf("values of the type %s are not supported", kind)
}
