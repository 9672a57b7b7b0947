## Variables: DECLARE, SET and SELECT @v =, before the SELECT of a batch.
## https://learn.microsoft.com/sql/t-sql/language-elements/declare-local-variable-transact-sql
## https://learn.microsoft.com/sql/t-sql/language-elements/select-local-variable-transact-sql

# a variable with a value
DECLARE @x int = 1; SELECT @x AS x
=>
x int
1

# without semicolons, with AS, and in another case
DECLARE @Name AS nvarchar(20) = N'Billing' SELECT q.name FROM queue q WHERE q.name = @NAME
=>
name nvarchar(100) null
'Billing'

# without a value it is NULL
DECLARE @x int SELECT @x AS x, COUNT(*) AS n FROM queue WHERE queueid IS NOT NULL AND @x IS NULL
=>
x int null, n int
NULL | 2

# comparing with a variable that is NULL is unknown
DECLARE @x nvarchar(10) SELECT COUNT(*) AS n FROM queue WHERE name = @x OR name <> @x
=>
n int
0

# several variables in one DECLARE
DECLARE @start datetime = '2026-03-01T00:00:00', @days int = 1
SELECT COUNT(*) AS n FROM msdyn_ocsession WHERE msdyn_sessioncreatedon >= @start AND msdyn_sessioncreatedon < DATEADD(day, @days, @start)
=>
n int
3

# SET converts to the variable's type
DECLARE @d datetime; SET @d = '2026-03-01T10:20:30.005'; SELECT @d AS d
=>
d datetime
2026-03-01T10:20:30.0066666

# an assignment cuts text to the variable's length
DECLARE @t nvarchar(3) = N'abcdef' SELECT @t AS t, LEN(@t) AS n
=>
t nvarchar(3), n int
'abc' | 3

# nvarchar without a length has one character
DECLARE @t nvarchar = N'abc' SELECT @t AS t
=>
t nvarchar(1)
'a'

# whole numbers divide as such
DECLARE @a int = 7, @b int = 2 SELECT @a / @b AS q, @a % @b AS r
=>
q int, r int
3 | 1

# SET from the variable itself
DECLARE @x int = 1 SET @x = @x + 1 SET @x = @x * 10 SELECT @x AS x
=>
x int
20

# SET from a subquery
DECLARE @last datetime SET @last = (SELECT MAX(msdyn_sessioncreatedon) FROM msdyn_ocsession)
SELECT subject FROM msdyn_ocsession WHERE msdyn_sessioncreatedon = @last
=>
subject nvarchar(100) null
'Agent'

# a subquery without a row sets NULL
DECLARE @x int = 1 SET @x = (SELECT n FROM sample WHERE 1 = 0) SELECT @x AS x
=>
x int null
NULL

# SELECT @v = takes the last row
DECLARE @name nvarchar(100) SELECT @name = name FROM queue ORDER BY name SELECT @name AS name
=>
name nvarchar(100)
'Sales'

# SELECT @v = without a row leaves the value
DECLARE @x int = 5 SELECT @x = n FROM sample WHERE 1 = 0 SELECT @x AS x
=>
x int
5

# several variables in one SELECT
DECLARE @count int, @top nvarchar(100) SELECT @count = COUNT(*), @top = MAX(name) FROM queue SELECT @count AS n, @top AS t
=>
n int, t nvarchar(100)
2 | 'Sales'

# SELECT @v = from itself, without FROM
DECLARE @x int = 3 SELECT @x = @x + 1 SELECT @x AS x
=>
x int
4

# every type keeps its value (on)
DECLARE @i uniqueidentifier = '0000001f-0000-4000-8000-00000000001f', @b bit = 1, @m money = 1.5, @c decimal(9, 2) = 2.345, @f float = 0.25, @d date = '2026-02-28', @e datetime2(3) = '2026-01-01T00:00:00.1234', @g bigint = 5000000000
SELECT @i AS i, @b AS b, @m AS m, @c AS c, @f AS f, @d AS d, @e AS e, @g AS g
=>
i uniqueidentifier, b bit, m money, c decimal(9,2), f float, d date, e datetime2(3), g bigint
0000001f-0000-4000-8000-00000000001f | true | '1.5000' | '2.35' | 0.25 | 2026-02-28T00:00:00 | 2026-01-01T00:00:00.123 | 5000000000

# TOP by a variable
DECLARE @most int = 1 SELECT TOP (@most) name FROM queue ORDER BY name
=>
name nvarchar(100) null
'Billing'

# a parameter of the request can be set
SET @n = @n + 40 SELECT @n AS n
=>
n bigint
42

# GROUP BY an expression with a variable
DECLARE @start datetime = '2026-03-01T00:00:00' SELECT DATEDIFF(day, @start, msdyn_sessioncreatedon) AS d, COUNT(*) AS n FROM msdyn_ocsession WHERE msdyn_sessioncreatedon >= @start GROUP BY DATEDIFF(day, @start, msdyn_sessioncreatedon) ORDER BY d
=>
d int null, n int
0 | 3
1 | 1

# 134: declared twice
DECLARE @x int DECLARE @X bigint SELECT @x AS x
=>
error 134 1:24
The variable name '@X' has already been declared. Variable names must be unique within a query batch or stored procedure.

# 134: a parameter has the name
DECLARE @from datetime SELECT @from AS x
=>
error 134 1:9
The variable name '@from' has already been declared. Variable names must be unique within a query batch or stored procedure.

# 137: SET of a variable that is not declared
SET @x = 1 SELECT @x AS x
=>
error 137 1:5
Must declare the scalar variable "@x".

# 137: a variable of the same DECLARE
DECLARE @a int = 1, @b int = @a SELECT @b AS b
=>
error 137 1:30
Must declare the scalar variable "@a".

# 141: assignment and result in one SELECT
DECLARE @x int SELECT @x = n, big FROM sample SELECT 1 AS a
=>
error 141 1:16
A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.

# 10734: assignment in a UNION
DECLARE @x int SELECT @x = n FROM sample UNION SELECT 1 SELECT 1 AS a
=>
error 10734 1:23
Variable assignment is not allowed in a statement containing a top level UNION, INTERSECT or EXCEPT operator.

# 102: assignment in a subquery
DECLARE @x int SELECT (SELECT @x = 1) AS a
=>
error 102 1:34
{"Message":"Incorrect syntax near =. Line:1, Position:34"}

# 102: DECLARE without a type
DECLARE @x = 1 SELECT @x AS x
=>
error 102 1:12
{"Message":"Incorrect syntax near =. Line:1, Position:12"}

# 245: a text that is no number, while the batch runs
DECLARE @x int
SELECT @x = label FROM sample WHERE n = 0
SELECT @x AS x
=>
error 245 2:1
Conversion failed when converting the nvarchar value 'beta' to data type int.

# 512: a subquery with two rows
DECLARE @x nvarchar(100); SET @x = (SELECT name FROM queue) SELECT @x AS x
=>
error 512 1:27
Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.

# types that are filled up, cut or rounded
DECLARE @c char(4) = 'ab', @u nchar(2) = N'xyz', @r real = 0.1, @s smalldatetime = '2026-03-01T10:20:31', @m smallmoney = 1.23456 SELECT @c + '|' AS c, @u AS u, @r AS r, @s AS s, @m AS m
=>
c varchar(5), u nvarchar(2), r float, s datetime, m money
'ab  |' | 'xy' | 0.10000000149011612 | 2026-03-01T10:21:00 | '1.2346'

# 8115: smallmoney that is too large
DECLARE @m smallmoney = 300000 SELECT @m AS m
=>
error 8115 1:25
Arithmetic overflow error converting int to data type smallmoney.

# @@ROWCOUNT of the statement before
DECLARE @x nvarchar(100) SELECT @x = fullname FROM systemuser SELECT @@ROWCOUNT AS n, ROWCOUNT_BIG() AS b
=>
n int, b bigint
4 | 4

# @@ROWCOUNT of a SET is 1
DECLARE @x int SET @x = 5 SELECT @@ROWCOUNT AS n
=>
n int
1

# GO at the end
SELECT name FROM queue WHERE name = 'Sales'
GO
=>
name nvarchar(100) null
'Sales'

# GO on the line of the statement is an alias
SELECT go.name FROM queue go WHERE go.name = 'Sales'
=>
name nvarchar(100) null
'Sales'

# GO in the middle
DECLARE @x int = 1
GO
SELECT @x AS x
=>
error 40517 2:1
{"Message":"GO is not supported. Line:2, Position:1"}

# the type date is not on the list
DECLARE @d date = '2026-01-01' SELECT @d AS d
=>
error 40517 1:12
{"Message":"The type date is not supported. Line:1, Position:12"}
