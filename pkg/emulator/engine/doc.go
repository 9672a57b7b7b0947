// Package engine is the embedded Dataverse's T-SQL: it answers the SELECTs that Dataverse's SQL endpoint answers and
// refuses those it refuses, over rows in a SQLite file.
//
// A statement is never edited as text. It goes one way:
//
//	token   text            -> tokens
//	parse   tokens          -> tree (package ast)
//	check   tree + schema   -> typed tree (package typed): names bound, types and conversions explicit
//	lite    typed tree      -> SQLite text with bound parameters
//	engine  SQLite text     -> rows of SQL Server's types
//
// Package scalar has the functions that SQLite lacks, fault every error text, instant and guid the forms in which the
// store keeps times and ids so that plain SQLite comparisons mean what SQL Server's mean. Tables hold an id as a number,
// see lite.IDs.
//
// # What differs from SQL Server
//
//   - decimal and money are computed in 64-bit floats and rounded to their scale: exact to 15 digits.
//   - Text compares without case and without trailing blanks; accents count; the order is that of code points.
//   - A character beyond U+FFFF counts as one in LEN, LEFT, SUBSTRING.
//   - A datetimeoffset keeps its instant, not its offset.
//   - A constant that cannot be converted is an error even where the row that needs it never comes.
//   - An APPLY that looks at its left side is run for a plain SELECT and for a SELECT of at most one row; one of several
//     rows of a DISTINCT, UNION, TOP or GROUP BY is refused.
//   - A column that calls NEWID, of an APPLY or a derived table, may have a new one at each use.
//   - A batch is checked statement by statement: an error of the SELECT shows after one of running what sets its variables.
//
// What is merely assumed of Dataverse is marked so where it stands in the code.
package engine
