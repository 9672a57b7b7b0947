// Package csvfile keeps the tables of the embedded Dataverse as CSV files, one a table, so that people can look into
// them, change them and bring their own.
//
// A directory has a file for each table, <table>.csv, in UTF-8 with commas (RFC 4180). The first line has the names of
// columns, in any order; the key must be among them, and columns that are not are NULL in every row. A table without a
// file is empty. Of the values:
//
//   - an empty cell is NULL;
//   - text stands as it is, but for three cases: the empty text is a single backslash, a text that begins with a
//     backslash, or that has a carriage return in it (which CSV would lose), is written with a backslash before it,
//     and \\ for each backslash and \r for each carriage return in it;
//   - times are UTC, for example 2026-03-18T10:07:30.000Z; a date alone, or a space instead of T and no Z, will do;
//   - ids are GUIDs, choices their numbers, bits true and false, decimals plain numbers with a point.
//
// Whatever Write writes, Read reads and Write writes again, byte for byte.
package csvfile
