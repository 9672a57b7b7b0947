// Package oracle counts bot conversations by brute force over plain rows. It is what the real road, from the
// query's JSON over T-SQL and the wire to the result, is compared with in tests.
//
// It is written from docs/definitions.md alone, sentence by sentence, and shares neither code nor constants with
// the packages that it judges: it has its own names for option values, walks the calendar by itself and knows
// nothing of T-SQL. Obviousness comes before speed. Only tests import it.
package oracle
