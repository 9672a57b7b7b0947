## Errors that are SQL Server's own, with its numbers, and errors of the text. A statement that broke off while it ran has its own place.
## https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors

# 102: not a statement
SELEC 1
=>
error 102 1:1
{"Message":"Incorrect syntax near SELEC. Line:1, Position:1"}

# the end in the middle
SELECT 1 FROM (
=>
error 102 1:16
{"Message":"Unexpected end of file occurred. Line:1, Position:16"}

# the end after the last word of a line
SELECT a,
  b FROM
=>
error 102 2:9
{"Message":"Unexpected end of file occurred. Line:2, Position:9"}

# 102: trailing garbage
SELECT 1 AS a )
=>
error 102 1:15
{"Message":"Incorrect syntax near ). Line:1, Position:15"}

# 102: two aliases
SELECT 1 AS a b
=>
error 102 1:15
{"Message":"Incorrect syntax near b. Line:1, Position:15"}

# 102: a reserved word is no alias
SELECT 1 AS select
=>
error 102 1:13
{"Message":"Incorrect syntax near select. Line:1, Position:13"}

# 102: a comparison is no value
SELECT (1 = 1) AS a
=>
error 102 1:11
{"Message":"Incorrect syntax near =. Line:1, Position:11"}

# 4145: a value is no condition
SELECT 1 AS a WHERE 1
=>
error 4145 1:22
An expression of non-boolean type specified in a context where a condition is expected, near ';'.

# 105: an open text
SELECT 'abc
=>
error 105 1:8
{"Message":"Unclosed quotation mark after the character string 'abc'. Line:1, Position:8"}

# 105: an open bracket
SELECT [abc FROM queue
=>
error 105 1:8
{"Message":"Unclosed quotation mark after the character string 'abc FROM queue'. Line:1, Position:8"}

# 105: an open double quote
SELECT "abc
=>
error 105 1:8
{"Message":"Unclosed quotation mark after the character string 'abc'. Line:1, Position:8"}

# 113: an open comment
SELECT 1 /* /* */
=>
error 113 1:10
{"Message":"Missing end comment mark '*/'. Line:1, Position:10"}

# 1038: an empty name
SELECT 1 AS []
=>
error 1038 1:13
{"Message":"An object or column name is missing or empty. Line:1, Position:13"}

# 102: COUNT(DISTINCT) of nothing
SELECT COUNT(DISTINCT) FROM queue
=>
error 102 1:22
{"Message":"Incorrect syntax near ). Line:1, Position:22"}

# 102: a character that starts nothing
SELECT 1 AS a ? 2
=>
error 102 1:15
{"Message":"Incorrect syntax near ?. Line:1, Position:15"}

# 208: unknown table
SELECT 1 AS a FROM account
=>
error 208 1:20
Invalid object name 'account'.

# 208: unknown schema
SELECT 1 AS a FROM other.queue
=>
error 208 1:20
Invalid object name 'other.queue'.

# 40515: another database
SELECT 1 AS a FROM db.dbo.queue
=>
error 40515 1:20
Reference to database and/or server name in 'db.dbo.queue' is not supported in this version of SQL Server.

# 207: unknown column
SELECT nam FROM queue
=>
error 207 1:8
Invalid column name 'nam'.

# 207: unknown column of an alias
SELECT q.nam FROM queue q
=>
error 207 1:8
Invalid column name 'nam'.

# 207: a column without FROM
SELECT name
=>
error 207 1:8
Invalid column name 'name'.

# 4104: unknown alias
SELECT x.name FROM queue q
=>
error 4104 1:8
The multi-part identifier "x.name" could not be bound.

# 4104: the table's name is hidden by its alias
SELECT queue.name FROM queue q
=>
error 4104 1:8
The multi-part identifier "queue.name" could not be bound.

# 4104: a derived table does not see its neighbours
SELECT d.n FROM queue q JOIN (SELECT s.subject AS n FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid) d ON 1 = 1
=>
error 4104 1:103
The multi-part identifier "q.queueid" could not be bound.

# 4104: an ON does not see later tables
SELECT 1 AS a FROM queue q JOIN systemuser u ON u.systemuserid = s.activityid JOIN msdyn_ocsession s ON 1 = 1
=>
error 4104 1:66
The multi-part identifier "s.activityid" could not be bound.

# 209: ambiguous column
SELECT subject FROM msdyn_ocsession, msdyn_ocliveworkitem
=>
error 209 1:8
Ambiguous column name 'subject'.

# 107: star of an unknown table
SELECT x.* FROM queue q
=>
error 107 1:8
The column prefix 'x' does not match with a table name or alias name used in the query.

# 263: a star of nothing
SELECT *
=>
error 263 1:8
Must specify table to select from.

# 1011: an alias twice
SELECT 1 AS a FROM queue q, systemuser q
=>
error 1011 1:29
The correlation name 'q' is specified multiple times in a FROM clause.

# 195: unknown function
SELECT FOO(1) AS a
=>
error 195 1:8
'FOO' is not a recognized built-in function name.

# 174: too few arguments
SELECT ISNULL(1) AS a
=>
error 174 1:8
The isnull function requires 2 argument(s).

# 155: unknown date part
SELECT DATEDIFF(fortnight, @from, @to) AS a
=>
error 155 1:17
'fortnight' is not a recognized datediff option.

# 1023: a quoted date part
SELECT DATEADD([day], 1, @from) AS a
=>
error 1023 1:16
Invalid parameter 1 specified for dateadd.

# 137: a parameter that is not given
SELECT @nope AS a
=>
error 137 1:8
Must declare the scalar variable "@nope".

# 147: an aggregate in WHERE
SELECT 1 AS a FROM queue WHERE COUNT(*) > 1
=>
error 147 1:32
An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.

# 1015: an aggregate in ON
SELECT 1 AS a FROM queue q JOIN systemuser u ON COUNT(*) = 1
=>
error 1015 1:49
An aggregate cannot appear in an ON clause unless it is in a subquery contained in a HAVING clause or select list, and the column being aggregated is an outer reference.

# 130: an aggregate of an aggregate
SELECT SUM(COUNT(*)) AS a FROM queue
=>
error 130 1:12
Cannot perform an aggregate function on an expression containing an aggregate or a subquery.

# 130: an aggregate of a subquery
SELECT COUNT(DISTINCT CASE WHEN EXISTS (SELECT 1 FROM systemuser) THEN queueid END) AS a FROM queue
=>
error 130 1:33
Cannot perform an aggregate function on an expression containing an aggregate or a subquery.

# 144: a subquery in GROUP BY
SELECT 1 AS a FROM queue GROUP BY (SELECT 1)
=>
error 144 1:35
Cannot use an aggregate or a subquery in an expression used for the group by list of a GROUP BY clause.

# 144: an aggregate in GROUP BY
SELECT 1 AS a FROM queue GROUP BY COUNT(*)
=>
error 144 1:35
Cannot use an aggregate or a subquery in an expression used for the group by list of a GROUP BY clause.

# 164: a constant in GROUP BY
SELECT 1 AS a FROM queue GROUP BY 1
=>
error 164 1:35
Each GROUP BY expression must contain at least one column that is not an outer reference.

# 8120: a column that is not grouped
SELECT name, COUNT(*) AS n FROM queue GROUP BY queueid
=>
error 8120 1:8
Column 'queue.name' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.

# 8120: the same value under another parameter is another expression
SELECT DATEDIFF(day, @from, msdyn_sessioncreatedon) AS d FROM msdyn_ocsession GROUP BY DATEDIFF(day, @to, msdyn_sessioncreatedon)
=>
error 8120 1:8
Column 'msdyn_ocsession.msdyn_sessioncreatedon' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.

# 8120: a label is a column of its own
SELECT msdyn_channelname FROM msdyn_ocsession GROUP BY msdyn_channel
=>
error 8120 1:8
Column 'msdyn_ocsession.msdyn_channelname' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.

# 8120: a subquery over a column that is not grouped
SELECT COUNT(*) AS n, (SELECT MAX(u.fullname) FROM systemuser u WHERE u.fullname > q.name) AS m FROM queue q
=>
error 8120 1:23
Column 'q.name' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.

# 8121: HAVING of a column that is not grouped
SELECT COUNT(*) AS n FROM queue GROUP BY queueid HAVING name = 'x'
=>
error 8121 1:62
Column 'queue.name' is invalid in the HAVING clause because it is not contained in either an aggregate function or the GROUP BY clause.

# 8127: ORDER BY of a column that is not grouped
SELECT COUNT(*) AS n FROM queue GROUP BY queueid ORDER BY name
=>
error 8127 1:59
Column "queue.name" is invalid in the ORDER BY clause because it is not contained in either an aggregate function or the GROUP BY clause.

# 145: DISTINCT and an order that is not selected
SELECT DISTINCT name FROM queue ORDER BY queueid
=>
error 145 1:42
ORDER BY items must appear in the select list if SELECT DISTINCT is specified.

# 104: UNION and an order that is not selected
SELECT name FROM queue UNION SELECT fullname FROM systemuser ORDER BY queueid
=>
error 104 1:71
ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT operator.

# 108: a position that is not there
SELECT name FROM queue ORDER BY 2
=>
error 108 1:33
The ORDER BY position number 2 is out of range of the number of items in the select list.

# 408: ORDER BY a constant
SELECT name FROM queue ORDER BY 'x'
=>
error 408 1:33
A constant expression was encountered in the ORDER BY list, position 1.

# 1033: ORDER BY in a derived table without TOP
SELECT d.name FROM (SELECT name FROM queue ORDER BY name) d
=>
error 1033 1:21
The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.

# 205: UNION of different widths
SELECT 1 AS a UNION SELECT 1, 2
=>
error 205 1:15
All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.

# 116: two columns for one value
SELECT (SELECT name, queueid FROM queue) AS a
=>
error 116 1:8
Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.

# 512: two rows for one value
SELECT (SELECT name FROM queue) AS a
=>
error 512 1:1
Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.

# 8155: a derived column without a name
SELECT 1 AS a FROM (SELECT COUNT(*) FROM queue) d
=>
error 8155 1:20
No column name was specified for column 1 of 'd'.

# 8156: a derived column twice
SELECT 1 AS a FROM (SELECT name, name FROM queue) d
=>
error 8156 1:20
The column 'name' was specified multiple times for 'd'.

# 1060: TOP of a text
SELECT TOP ('x') name FROM queue
=>
error 1060 1:13
The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.

# 127: TOP of a negative number
SELECT TOP (-1) name FROM queue
=>
error 127 1:13
A TOP N or FETCH rowcount value may not be negative.

# 206: uniqueidentifier and int
SELECT 1 AS a FROM queue WHERE queueid = 1
=>
error 206 1:40
Operand type clash: uniqueidentifier is incompatible with int

# 206: date and int
SELECT 1 AS a FROM sample WHERE day = 1
=>
error 206 1:37
Operand type clash: date is incompatible with int

# 206: CASE of uniqueidentifier and int
SELECT CASE WHEN n = 1 THEN sampleid ELSE 0 END AS a FROM sample
=>
error 206 1:8
Operand type clash: uniqueidentifier is incompatible with int

# 529: CAST of uniqueidentifier to int
SELECT CAST(queueid AS int) AS a FROM queue
=>
error 529 1:8
Explicit conversion from data type uniqueidentifier to int is not allowed.

# 8117: a sum of text
SELECT SUM(name) AS a FROM queue
=>
error 8117 1:8
Operand data type nvarchar is invalid for sum operator.

# 8117: a sum of bits
SELECT SUM(flag) AS a FROM sample
=>
error 8117 1:8
Operand data type bit is invalid for sum operator.

# 402: text minus text is no operation
SELECT 'a' - N'b' AS a
=>
error 402 1:12
The data types varchar and nvarchar are incompatible in the subtract operator.

# 8117: minus of a uniqueidentifier
SELECT -queueid AS a FROM queue
=>
error 8117 1:8
Operand data type uniqueidentifier is invalid for minus operator.

# 8133: a CASE of nothing but NULL
SELECT CASE WHEN 1 = 1 THEN NULL END AS a
=>
error 8133 1:8
At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.

# 4127: a COALESCE of nothing but NULL
SELECT COALESCE(NULL, NULL) AS a
=>
error 4127 1:8
At least one of the arguments to COALESCE must be an expression that is not the NULL constant.

# 4151: NULLIF of NULL
SELECT NULLIF(NULL, 1) AS a
=>
error 4151 1:8
The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.

# 243: unknown type
SELECT CAST(1 AS number) AS a
=>
error 243 1:18
Type number is not a defined system type.

# 241: no date
SELECT 1 AS a FROM sample WHERE at > 'yesterday'
=>
error 241 1:36
Conversion failed when converting date and/or time from character string.

# 241: a Z is no part of a datetime
SELECT 1 AS a FROM sample WHERE at > '2026-01-01T00:00:00Z'
=>
error 241 1:36
Conversion failed when converting date and/or time from character string.

# 241: a date whose meaning depends on the language
SELECT CAST('31/01/2026' AS datetime) AS a
=>
error 241 1:8
Conversion failed when converting date and/or time from character string.

# 242: a date that does not exist
SELECT CAST('2026-02-30' AS datetime) AS a
=>
error 242 1:8
The conversion of a varchar data type to a datetime data type resulted in an out-of-range value.

# 242: before 1753
SELECT CAST('1700-01-01' AS datetime) AS a
=>
error 242 1:8
The conversion of a varchar data type to a datetime data type resulted in an out-of-range value.

# 242: a date before 1753 as datetime
SELECT CAST(day AS datetime) AS a FROM sample
=>
error 242 1:1
The conversion of a date data type to a datetime data type resulted in an out-of-range value.

# 245: no int
SELECT 1 AS a FROM sample WHERE n = 'x'
=>
error 245 1:35
Conversion failed when converting the varchar value 'x' to data type int.

# 245: no int in a row
SELECT CAST(code AS int) AS a FROM sample WHERE n = 7
=>
error 245 1:1
Conversion failed when converting the varchar value 'A1' to data type int.

# 248: an int too large
SELECT CAST('3000000000' AS int) AS a
=>
error 248 1:8
The conversion of the varchar value '3000000000' overflowed an int column.

# 8114: no float
SELECT CAST('x' AS float) AS a
=>
error 8114 1:8
Error converting data type varchar to float.

# 8169: no uniqueidentifier
SELECT 1 AS a FROM queue WHERE queueid = 'x'
=>
error 8169 1:40
Conversion failed when converting from a character string to uniqueidentifier.

# 8170: too short for a uniqueidentifier
SELECT CONVERT(nvarchar(10), queueid) AS a FROM queue
=>
error 8170 1:8
Insufficient result space to convert uniqueidentifier value to char.

# 281: an unknown style
SELECT CONVERT(nvarchar(30), @from, 999) AS a
=>
error 281 1:8
999 is not a valid style number when converting from datetime to a character string.

# 8134: division by zero
SELECT 1 / n AS a FROM sample
=>
error 8134 1:1
Divide by zero error encountered.

# 8134: modulo zero
SELECT 1 % (n - n) AS a FROM sample WHERE n = 7
=>
error 8134 1:1
Divide by zero error encountered.

# 8115: int overflow
SELECT n + 1 AS a FROM sample
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type int.

# 8115: int overflow of constants
SELECT 2147483647 + 1 AS a
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type int.

# 8115: tinyint overflow
SELECT tiny + tiny AS a FROM sample
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type tinyint.

# 8115: bigint overflow
SELECT big + big AS a FROM sample
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type bigint.

# 8115: SUM(int) overflow
SELECT SUM(n) AS a FROM sample
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type int.

# 8115: SUM(bigint) overflow
SELECT SUM(big) AS a FROM sample
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type bigint.

# 220: CAST to a smaller integer
SELECT CAST(n AS smallint) AS a FROM sample
=>
error 220 1:1
Arithmetic overflow error for data type smallint, value = 2147483647.

# 8115: CAST to a small decimal
SELECT CAST(12345 AS decimal(3,1)) AS a
=>
error 8115 1:8
Arithmetic overflow error converting int to data type numeric.

# 8115: a number too long for the text
SELECT CAST(n AS nvarchar(2)) AS a FROM sample
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type nvarchar.

# 535: DATEDIFF overflow
SELECT DATEDIFF(second, '1900-01-01', '2026-01-01') AS a
=>
error 535 1:1
The datediff function resulted in an overflow. The number of dateparts separating two date/time instances is too large. Try to use datediff with a less precise datepart.

# 517: DATEADD overflow
SELECT DATEADD(year, 9000, @from) AS a
=>
error 517 1:1
Adding a value to a 'datetime' column caused an overflow.

# 517: DATEADD overflow in a row
SELECT DATEADD(day, n, at) AS a FROM sample
=>
error 517 1:1
Adding a value to a 'datetime' column caused an overflow.

# 9810: hours of a date
SELECT DATEPART(hour, day) AS a FROM sample
=>
error 9810 1:8
The datepart hour is not supported by date function datepart for data type date.

# 289: a date that cannot be made
SELECT DATEFROMPARTS(2026, 2, 29) AS a
=>
error 289 1:8
Cannot construct data type date, some of the arguments have values which are not valid.

# 536: RIGHT of a negative length
SELECT RIGHT('abc', -1) AS a
=>
error 536 1:8
Invalid length parameter passed to the RIGHT function.

# 537: LEFT of a negative length
SELECT LEFT('abc', -1) AS a
=>
error 537 1:8
Invalid length parameter passed to the LEFT or SUBSTRING function.

# 506: an escape of two characters
SELECT 1 AS a WHERE 'a' LIKE 'b' ESCAPE 'xy'
=>
error 506 1:25
The invalid escape character "xy" was specified in a LIKE predicate.

# a division by zero in an arm that is not taken is none
SELECT CASE WHEN n = 0 THEN NULL ELSE 100 / n END AS a FROM sample WHERE n = 0
=>
a int null
NULL
