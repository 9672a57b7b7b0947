// Package guid keeps uniqueidentifiers in the order in which SQL Server sorts them.
//
// SQL Server compares the last six bytes of the text form first, then the groups before them from right to left, and
// the first three groups in reversed byte order.
// https://learn.microsoft.com/sql/connect/ado-net/sql/compare-guid-uniqueidentifier-values
// A Key holds the bytes in that order, so the store compares and sorts it as plain bytes.
package guid

import (
	"strings"

	"github.com/google/uuid"
)

// order says which byte of the text form stands at each place of a key.
var order = [16]int{10, 11, 12, 13, 14, 15, 8, 9, 7, 6, 5, 4, 3, 2, 1, 0}

// Key returns the 16 bytes that the store keeps for id.
func Key(id uuid.UUID) []byte {
	key := make([]byte, 16)
	for i, from := range order {
		key[i] = id[from]
	}
	return key
}

// FromKey returns the id of a key; ok is false when key does not have 16 bytes.
func FromKey(key []byte) (id uuid.UUID, ok bool) {
	if len(key) != 16 {
		return id, false
	}
	for i, to := range order {
		id[to] = key[i]
	}
	return id, true
}

// Text is the id as SQL Server writes it: upper case, with hyphens.
func Text(id uuid.UUID) string { return strings.ToUpper(id.String()) }

// Parse reads the text forms that SQL Server converts: with or without braces, in any case. As there, what follows the
// 36th character of a form without braces is ignored.
func Parse(text string) (id uuid.UUID, ok bool) {
	if strings.HasPrefix(text, "{") {
		if len(text) < 38 || text[37] != '}' {
			return id, false
		}
		text = text[1:37]
	}
	if len(text) < 36 {
		return id, false
	}
	id, err := uuid.Parse(text[:36])
	return id, err == nil
}
