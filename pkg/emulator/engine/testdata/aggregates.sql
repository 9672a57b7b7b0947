## Aggregates. https://learn.microsoft.com/sql/t-sql/functions/aggregate-functions-transact-sql

# sums of whole numbers are int, of decimals decimal(38, scale)
SELECT SUM(tiny) AS a, SUM(small) AS b, SUM(amount) AS c, SUM(price) AS d, SUM(ratio) AS e, COUNT_BIG(*) AS f FROM sample
=>
a int null, b int null, c decimal(38,2) null, d money null, e float null, f bigint
265 | 32762 | '12.33' | '10.0900' | -1 | 4

# averages: whole numbers truncate, decimals have six digits at least
SELECT AVG(tiny) AS a, AVG(small) AS b, AVG(amount) AS c, AVG(price) AS d, AVG(ratio) AS e FROM sample
=>
a int null, b int null, c decimal(38,6) null, d money null, e float null
88 | 10920 | '4.110000' | '3.3633' | -0.3333333333333333

# a sum of large decimals is exact
SELECT SUM(CAST(big AS decimal(38,4)) + 0.0001) AS a FROM sample
=>
a decimal(38,4) null
'9223372041854775807.0003'

# a sum beyond 38 digits
SELECT SUM(99999999999999999999999999999999999999) AS a FROM sample
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type numeric.

# a sum of money beyond its range
SELECT SUM(CAST(900000000000000 AS money)) AS a FROM sample
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type money.

# an int sum beyond int
SELECT SUM(n) AS a FROM sample WHERE n > 0
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type int.

# a bigint sum beyond bigint
SELECT SUM(big) AS a FROM sample WHERE n > 0
=>
error 8115 1:1
Arithmetic overflow error converting expression to data type bigint.

# standard deviation and variance, of a sample and of all
SELECT STDEV(tiny) AS a, STDEVP(tiny) AS b, VAR(amount) AS c, VARP(price) AS d FROM sample WHERE n IN (0, 7)
=>
a float null, b float null, c float null, d float null
7.0710678118654755 | 5 | 76.1378 | 24.950025

# of one value a sample has no deviation
SELECT STDEV(n) AS a, STDEVP(n) AS b, VAR(n) AS c, VARP(DISTINCT n) AS d FROM sample WHERE n = 7
=>
a float null, b float null, c float null, d float null
NULL | 0 | NULL | 0

# of nothing
SELECT SUM(amount) AS a, AVG(price) AS b, STDEV(n) AS c, CHECKSUM_AGG(n) AS d, MAX(amount) AS e, STRING_AGG(label, ',') AS f, COUNT(amount) AS g FROM sample WHERE n = 12345
=>
a decimal(38,2) null, b money null, c float null, d int null, e decimal(10,2) null, f nvarchar(4000) null, g int
NULL | NULL | NULL | NULL | NULL | NULL | 0

# least and largest of decimals, money, times and ids
SELECT MIN(amount) AS a, MAX(price) AS b, MIN(at) AS c, MAX(other) AS d, MIN(label) AS e FROM sample
=>
a decimal(10,2) null, b money null, c datetime null, d uniqueidentifier null, e nvarchar(100) null
'-0.01' | '9.9900' | 1753-01-01T00:00:00 | 00000003-0000-4000-8000-000000000003 | 'Alpha'

# distinct counts and sums
SELECT COUNT(DISTINCT label) AS a, SUM(DISTINCT tiny) AS b, AVG(DISTINCT amount) AS c, APPROX_COUNT_DISTINCT(code) AS d, COUNT(ALL n) AS e FROM sample
=>
a int, b int null, c decimal(38,6) null, d bigint, e int
2 | 265 | '4.110000' | 2 | 3

# CHECKSUM_AGG does not depend on the order
SELECT CHECKSUM_AGG(n) AS a, CHECKSUM_AGG(DISTINCT n) AS b FROM sample
=>
a int null, b int null
2147483640 | 2147483640

# 8117: CHECKSUM_AGG of a bigint
SELECT CHECKSUM_AGG(big) AS a FROM sample
=>
error 8117 1:8
Operand data type bigint is invalid for checksum_agg operator.

# 8117: a deviation of text
SELECT STDEV(label) AS a FROM sample
=>
error 8117 1:8
Operand data type nvarchar is invalid for stdev operator.

# STRING_AGG leaves NULLs out
SELECT STRING_AGG(code, ', ') AS a FROM sample WHERE n > 0 OR n IS NULL
=>
a varchar(8000) null
'A1, a1'

# STRING_AGG in an order
SELECT STRING_AGG(name, ';') WITHIN GROUP (ORDER BY name DESC) AS a, STRING_AGG(queueid, ',') WITHIN GROUP (ORDER BY queueid) AS b FROM queue
=>
a nvarchar(4000) null, b varchar(8000) null
'Sales;Billing' | '0000000B-0000-4000-8000-00000000000B,0000000C-0000-4000-8000-00000000000C'

# STRING_AGG by groups in an order of another column
SELECT s.msdyn_channel, STRING_AGG(s.subject, '+') WITHIN GROUP (ORDER BY s.msdyn_sessioncreatedon DESC) AS a FROM msdyn_ocsession s GROUP BY s.msdyn_channel ORDER BY s.msdyn_channel
=>
msdyn_channel int null, a nvarchar(4000) null
NULL | NULL
7 | 'Agent'
192340000 | 'bot'
192360000 | 'agent+bot'

# 9829: STRING_AGG beyond 8000 bytes
SELECT STRING_AGG(REPLICATE('x', 4000), '') AS a FROM sample
=>
error 9829 1:1
STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to avoid result truncation.

# STRING_AGG of (max) goes on
SELECT LEN(STRING_AGG(REPLICATE(CAST('x' AS varchar(max)), 4000), '')) AS a FROM sample
=>
a bigint null
16000

# 8733: a separator that is a column
SELECT STRING_AGG(label, code) AS a FROM sample
=>
error 8733 1:8
Separator parameter for STRING_AGG must be a string literal or variable.

# 102: WITHIN GROUP of another aggregate
SELECT SUM(n) WITHIN GROUP (ORDER BY n) AS a FROM sample
=>
error 102 1:8
{"Message":"Incorrect syntax near WITHIN. Line:1, Position:8"}

# 5308: an order by a place
SELECT STRING_AGG(label, ',') WITHIN GROUP (ORDER BY 1) AS a FROM sample
=>
error 5308 1:54
Windowed functions, aggregates and NEXT VALUE FOR functions do not support integer indices as ORDER BY clause expressions.

# GROUPING without a ROLLUP
SELECT name, GROUPING(name) AS g, GROUPING_ID(name) AS i FROM queue GROUP BY name ORDER BY name
=>
name nvarchar(100) null, g tinyint, i int
'Billing' | 0 | 0
'Sales' | 0 | 0

# 8161: GROUPING of what is not grouped
SELECT GROUPING(queueid) AS g FROM queue GROUP BY name
=>
error 8161 1:8
Argument 1 of the GROUPING function does not match any of the expressions in the GROUP BY clause.

# HAVING over a decimal
SELECT flag, SUM(amount) AS a FROM sample GROUP BY flag HAVING SUM(amount) <= 0 OR SUM(amount) > 12.33 ORDER BY flag
=>
flag bit null, a decimal(38,2) null
false | '-0.01'
true | '12.34'

# decimals group by their value, whatever their scale
SELECT x.v, COUNT(*) AS n FROM (SELECT CAST(1.50 AS decimal(9,2)) AS v UNION ALL SELECT 1.5 UNION ALL SELECT 1.25) x GROUP BY x.v ORDER BY x.v
=>
v decimal(9,2), n int
'1.25' | 1
'1.50' | 2

# an aggregate of an outer query's column belongs to it (on)
SELECT (SELECT MAX(q.name)) AS x, (SELECT COUNT(*) FROM systemuser u WHERE u.fullname > MIN(q.name)) AS n FROM queue q
=>
x nvarchar(100) null, n int null
'Sales' | 4

# 147: such an aggregate in the WHERE of its query (on)
SELECT q.name FROM queue q WHERE EXISTS (SELECT 1 FROM systemuser u WHERE u.fullname = MAX(q.name))
=>
error 147 1:88
An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.

# an aggregate of an outer query's column
SELECT (SELECT MAX(q.name)) AS x FROM queue q
=>
error 40517 1:16
{"Message":"An aggregate of an outer query's column in a subquery is not supported. Line:1, Position:16"}

# the engine's own limit: a condition on an aggregate of the outer query (on)
SELECT c.statuscode FROM msdyn_ocliveworkitem c GROUP BY c.statuscode HAVING EXISTS (SELECT 1 FROM queue q WHERE LEN(q.name) = 5 AND MAX(c.subject) = 'First') ORDER BY c.statuscode
=>
error 40517 1:134
{"Message":"An aggregate of an outer query's column in a subquery is not supported. Line:1, Position:134"}
