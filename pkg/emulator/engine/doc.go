// Package engine is the embedded Dataverse's T-SQL: it answers the SELECTs that Dataverse's SQL endpoint answers and
// refuses those it refuses, over rows in a SQLite file.
//
// A statement is never edited as text. It goes one way:
//
//	scan    text            -> tokens (package token)
//	parse   tokens          -> tree (package ast)
//	check   tree + schema   -> typed tree (package typed): names bound, types and conversions explicit
//	lite    typed tree      -> SQLite text with bound parameters
//	engine  SQLite text     -> rows of SQL Server's types
//
// Package dialect says what of T-SQL the documentation of Dataverse speaks of; scalar has the functions that SQLite lacks,
// sqlerror the errors. Packages instant, exact and guid have the forms in which the store keeps times, decimals and ids so
// that plain SQLite comparisons mean what SQL Server's mean. Tables hold an id as a number, see lite.IDs.
//
// # What differs from SQL Server
//
//   - char, nchar, real, smalldatetime and smallmoney are types to convert to. The values are theirs; the type of the result
//     is varchar, nvarchar, float, datetime or money, as package wire has it, too.
//   - Text compares without case and without trailing blanks; accents count; the order is that of code points.
//   - A character beyond U+FFFF counts as one in LEN, LEFT, SUBSTRING.
//   - GROUP BY, DISTINCT and IN (SELECT …) tell equal instants of different offsets apart.
//   - A text of (max) is at most 4 MiB long where an expression makes it.
//   - A constant that cannot be converted is an error even where the row that needs it never comes.
//   - An aggregate of an outer query's column in a subquery of HAVING or ORDER BY is refused.
//   - The rows of an APPLY that is no plain SELECT take at most 16 MiB for each row on its left.
//   - RAND without a seed is anew in each statement.
//   - A column that calls NEWID, of an APPLY or a derived table, may have a new one at each use.
//   - A batch is checked statement by statement: an error of the SELECT shows after one of running what sets its variables.
//
// What is merely assumed of Dataverse is marked so where it stands in the code.
package engine
