## What Dataverse's SQL endpoint does not support. The form of the message has been seen, numbers and sentences are assumed.
## https://learn.microsoft.com/power-apps/developer/data-platform/how-dataverse-sql-differs-from-transact-sql

# CTE
WITH x AS (SELECT 1 AS a) SELECT a FROM x
=>
error 40517 1:1
{"Message":"A common table expression (WITH) is not supported. Line:1, Position:1"}

# OVER
SELECT COUNT(*) OVER () AS a FROM queue
=>
error 40517 1:17
{"Message":"A window function (OVER) is not supported. Line:1, Position:17"}

# ROW_NUMBER
SELECT ROW_NUMBER() OVER (ORDER BY name) AS a FROM queue
=>
error 40517 1:8
{"Message":"The function ROW_NUMBER is not supported. Ranking functions are documented as unsupported. Line:1, Position:8"}

# OPTION
SELECT name FROM queue OPTION (RECOMPILE)
=>
error 40517 1:24
{"Message":"A query hint (OPTION) is not supported. Line:1, Position:24"}

# a table hint
SELECT name FROM queue WITH (NOLOCK)
=>
error 40517 1:24
{"Message":"A table hint (WITH) is not supported. Line:1, Position:24"}

# a table hint after an alias
SELECT name FROM queue AS q WITH (NOLOCK)
=>
error 40517 1:29
{"Message":"A table hint (WITH) is not supported. Line:1, Position:29"}

# a table hint without WITH
SELECT name FROM queue (NOLOCK)
=>
error 40517 1:25
{"Message":"A table hint (NOLOCK) is not supported. Line:1, Position:25"}

# a join hint
SELECT 1 AS a FROM queue q INNER HASH JOIN systemuser u ON 1 = 1
=>
error 40517 1:34
{"Message":"A join hint (HASH) is not supported. Line:1, Position:34"}

# AT TIME ZONE
SELECT msdyn_sessioncreatedon AT TIME ZONE 'UTC' AS a FROM msdyn_ocsession
=>
error 40517 1:31
{"Message":"AT TIME ZONE is not supported. Line:1, Position:31"}

# ROLLUP
SELECT name, COUNT(*) AS n FROM queue GROUP BY ROLLUP (name)
=>
error 40517 1:48
{"Message":"GROUP BY ROLLUP is not supported. Line:1, Position:48"}

# CUBE
SELECT name, COUNT(*) AS n FROM queue GROUP BY CUBE (name)
=>
error 40517 1:48
{"Message":"GROUP BY CUBE is not supported. Line:1, Position:48"}

# GROUPING SETS
SELECT name, COUNT(*) AS n FROM queue GROUP BY GROUPING SETS ((name), ())
=>
error 40517 1:48
{"Message":"GROUP BY GROUPING SETS is not supported. Line:1, Position:48"}

# GROUP BY ()
SELECT COUNT(*) AS n FROM queue GROUP BY ()
=>
error 40517 1:42
{"Message":"GROUP BY () is not supported. Line:1, Position:42"}

# WITH ROLLUP
SELECT name, COUNT(*) AS n FROM queue GROUP BY name WITH ROLLUP
=>
error 40517 1:53
{"Message":"GROUP BY … WITH ROLLUP is not supported. Line:1, Position:53"}

# PIVOT
SELECT 1 AS a FROM queue PIVOT (COUNT(name) FOR name IN ([x])) p
=>
error 40517 1:26
{"Message":"PIVOT is not supported. Line:1, Position:26"}

# UNPIVOT
SELECT 1 AS a FROM queue q UNPIVOT (v FOR n IN (name)) p
=>
error 40517 1:28
{"Message":"UNPIVOT is not supported. Line:1, Position:28"}

# FOR XML
SELECT name FROM queue FOR XML PATH
=>
error 40517 1:24
{"Message":"FOR XML is not supported. Line:1, Position:24"}

# FOR JSON
SELECT name FROM queue FOR JSON AUTO
=>
error 40517 1:24
{"Message":"FOR JSON is not supported. Line:1, Position:24"}

# OFFSET
SELECT name FROM queue ORDER BY name OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY
=>
error 40517 1:38
{"Message":"OFFSET … FETCH is not supported. Line:1, Position:38"}

# VALUES as a table
SELECT x.a FROM (VALUES (1)) AS x (a)
=>
error 40517 1:18
{"Message":"VALUES as a table is not supported. Line:1, Position:18"}

# INTO
SELECT name INTO y FROM queue
=>
error 40517 1:13
{"Message":"SELECT INTO is not supported. Line:1, Position:13"}

# TABLESAMPLE
SELECT name FROM queue TABLESAMPLE (10 PERCENT)
=>
error 40517 1:24
{"Message":"TABLESAMPLE is not supported. Line:1, Position:24"}

# IS DISTINCT FROM
SELECT 1 AS a FROM queue WHERE name IS NOT DISTINCT FROM 'x'
=>
error 40517 1:44
{"Message":"IS DISTINCT FROM is not supported. Line:1, Position:44"}

# JSON functions
SELECT JSON_VALUE(name, '$.a') AS a FROM queue
=>
error 40517 1:8
{"Message":"The function JSON_VALUE is not supported. JSON functions are documented as unsupported. Line:1, Position:8"}

# STRING_SPLIT
SELECT value FROM STRING_SPLIT('a,b', ',')
=>
error 40517 1:19
{"Message":"The rowset function STRING_SPLIT is not supported. Line:1, Position:19"}

# GENERATE_SERIES
SELECT value FROM GENERATE_SERIES(1, 5)
=>
error 40517 1:19
{"Message":"The rowset function GENERATE_SERIES is not supported. Line:1, Position:19"}

# DATE_BUCKET
SELECT DATE_BUCKET(week, 1, @from) AS a
=>
error 40517 1:8
{"Message":"The function DATE_BUCKET is not supported. Line:1, Position:8"}

# GREATEST
SELECT GREATEST(1, 2) AS a
=>
error 40517 1:8
{"Message":"The function GREATEST is not supported. Line:1, Position:8"}

# metadata functions
SELECT DB_NAME() AS a
=>
error 40517 1:8
{"Message":"The function DB_NAME is not supported. Metadata functions are documented as unsupported. Line:1, Position:8"}

# CURRENT_USER
SELECT CURRENT_USER AS a
=>
error 40517 1:8
{"Message":"CURRENT_USER is not supported. Line:1, Position:8"}

# @@SERVERNAME
SELECT @@SERVERNAME AS a
=>
error 40517 1:8
{"Message":"@@SERVERNAME is not supported. Line:1, Position:8"}

# EXCEPT
SELECT name FROM queue EXCEPT SELECT fullname FROM systemuser
=>
error 40517 1:24
{"Message":"EXCEPT is not supported. Line:1, Position:24"}

# INTERSECT
SELECT name FROM queue INTERSECT SELECT fullname FROM systemuser
=>
error 40517 1:24
{"Message":"INTERSECT is not supported. Line:1, Position:24"}

# TOP PERCENT
SELECT TOP 10 PERCENT name FROM queue
=>
error 40517 1:15
{"Message":"TOP … PERCENT is not supported. Line:1, Position:15"}

# TOP WITH TIES
SELECT TOP 1 WITH TIES name FROM queue ORDER BY name
=>
error 40517 1:14
{"Message":"TOP … WITH TIES is not supported. Line:1, Position:14"}

# COLLATE
SELECT name COLLATE Latin1_General_BIN AS a FROM queue
=>
error 40517 1:13
{"Message":"COLLATE is not supported. Line:1, Position:13"}

# two statements
SELECT 1 AS a; SELECT 2 AS b
=>
error 40517 1:16
{"Message":"More than one statement in a batch is not supported. Line:1, Position:16"}

# two statements without a semicolon
SELECT 1 AS a FROM queue SELECT 2 AS b
=>
error 40517 1:26
{"Message":"More than one statement in a batch is not supported. Line:1, Position:26"}

# a setting before the SELECT
SET NOCOUNT ON; SELECT 1
=>
error 40517 1:1
{"Message":"SET NOCOUNT is not supported. Line:1, Position:1"}

# SELECT @v = alone
SELECT @n = 1
=>
error 40517 1:14
{"Message":"A batch without a SELECT that has a result is not supported. Line:1, Position:14"}

# DECLARE alone
DECLARE @x int = 1;
=>
error 40517 1:20
{"Message":"A batch without a SELECT that has a result is not supported. Line:1, Position:20"}

# DECLARE of a table variable
DECLARE @t TABLE (a int); SELECT 1 AS a
=>
error 40517 1:9
{"Message":"A table variable is not supported. Line:1, Position:9"}

# DECLARE of a cursor
DECLARE c CURSOR FOR SELECT name FROM queue
=>
error 40517 1:9
{"Message":"A cursor (DECLARE) is not supported. Line:1, Position:9"}

# a compound assignment
DECLARE @x int = 1 SET @x += 1 SELECT @x AS x
=>
error 40517 1:27
{"Message":"A compound assignment (+=) is not supported. Line:1, Position:27"}

# a variable that is assigned from itself row by row
DECLARE @x nvarchar(100) = '' SELECT @x = @x + name FROM queue SELECT @x AS x
=>
error 40517 1:43
{"Message":"A variable in the SELECT that assigns it is not supported. Line:1, Position:43"}

# a DECLARE after the SELECT
SELECT 1 AS a DECLARE @x int
=>
error 40517 1:15
{"Message":"More than one statement in a batch is not supported. Line:1, Position:15"}

# a statement of another kind after variables
DECLARE @x int = 1; DELETE FROM queue
=>
error 40517 1:21
{"Message":"DELETE is not supported. Line:1, Position:21"}

# INSERT
INSERT INTO queue (name) VALUES ('x')
=>
error 40517 1:1
{"Message":"INSERT is not supported. Line:1, Position:1"}

# UPDATE
UPDATE queue SET name = 'x'
=>
error 40517 1:1
{"Message":"UPDATE is not supported. Line:1, Position:1"}

# DELETE
DELETE FROM queue
=>
error 40517 1:1
{"Message":"DELETE is not supported. Line:1, Position:1"}

# MERGE
MERGE queue AS t USING systemuser AS s ON 1 = 1 WHEN MATCHED THEN DELETE;
=>
error 40517 1:1
{"Message":"MERGE is not supported. Line:1, Position:1"}

# TRUNCATE
TRUNCATE TABLE queue
=>
error 40517 1:1
{"Message":"TRUNCATE TABLE is not supported. Line:1, Position:1"}

# CREATE
CREATE TABLE x (a int)
=>
error 40517 1:1
{"Message":"CREATE is not supported. Line:1, Position:1"}

# DROP
DROP TABLE queue
=>
error 40517 1:1
{"Message":"DROP is not supported. Line:1, Position:1"}

# EXEC
EXEC sp_who
=>
error 40517 1:1
{"Message":"EXECUTE is not supported. Line:1, Position:1"}

# IF
IF 1 = 1 SELECT 1 AS a
=>
error 40517 1:1
{"Message":"IF is not supported. Line:1, Position:1"}

# WHILE
WHILE 1 = 1 SELECT 1 AS a
=>
error 40517 1:1
{"Message":"WHILE is not supported. Line:1, Position:1"}

# BEGIN TRANSACTION
BEGIN TRANSACTION
=>
error 40517 1:1
{"Message":"BEGIN is not supported. Line:1, Position:1"}

# USE
USE master
=>
error 40517 1:1
{"Message":"USE is not supported. Line:1, Position:1"}

# a cursor
OPEN c
=>
error 40517 1:1
{"Message":"A cursor (OPEN) is not supported. Line:1, Position:1"}

# WAITFOR
WAITFOR DELAY '00:00:01'
=>
error 40517 1:1
{"Message":"WAITFOR is not supported. Line:1, Position:1"}

# a temporary table
SELECT a FROM #x
=>
error 40517 1:15
{"Message":"A temporary table is not supported. Line:1, Position:15"}

# a table variable
SELECT a FROM @t
=>
error 40517 1:15
{"Message":"A table variable is not supported. Line:1, Position:15"}

# OPENROWSET
SELECT 1 AS a FROM OPENROWSET(BULK 'x', SINGLE_CLOB) AS x
=>
error 40517 1:20
{"Message":"The rowset function OPENROWSET is not supported. Line:1, Position:20"}

# a user-defined function
SELECT dbo.f(1) AS a
=>
error 40517 1:8
{"Message":"A user-defined function is not supported. Line:1, Position:8"}

# a column without a name
SELECT COUNT(*) FROM queue
=>
error 40517 1:8
{"Message":"A column without a name is not supported. Give every column of the result its own alias. Line:1, Position:8"}

# a column twice
SELECT name, queueid AS Name FROM queue
=>
error 40517 1:14
{"Message":"A second column named 'Name' is not supported. Give every column of the result its own alias. Line:1, Position:14"}

# a star that brings a column twice
SELECT * FROM msdyn_ocsession s JOIN msdyn_ocliveworkitem c ON c.activityid = s.msdyn_liveworkitemid
=>
error 40517 1:1
{"Message":"A second column named 'activityid' is not supported. Give every column of the result its own alias. Line:1, Position:1"}

# a binary constant
SELECT 0x00FF AS a
=>
error 40517 1:8
{"Message":"A binary constant is not supported. Line:1, Position:8"}

# ATTACH is no T-SQL
ATTACH DATABASE '/tmp/x' AS x
=>
error 102 1:1
{"Message":"Incorrect syntax near ATTACH. Line:1, Position:1"}

# PRAGMA is no T-SQL
PRAGMA table_info(queue)
=>
error 102 1:1
{"Message":"Incorrect syntax near PRAGMA. Line:1, Position:1"}

# SQLite's own table is no table
SELECT name FROM sqlite_master
=>
error 208 1:18
Invalid object name 'sqlite_master'.

# SQLite's own functions are none
SELECT load_extension('x') AS a
=>
error 195 1:8
'LOAD_EXTENSION' is not a recognized built-in function name.

# an ODBC escape
SELECT {d '2026-01-01'} AS a
=>
error 40517 1:8
{"Message":"An ODBC escape sequence is not supported. Line:1, Position:8"}

# the place counts lines and characters
SELECT name,
	COUNT(*) OVER (PARTITION BY name) AS n
FROM queue
=>
error 40517 2:11
{"Message":"A window function (OVER) is not supported. Line:2, Position:11"}

# FREETEXT
SELECT name FROM queue WHERE FREETEXT(name, 'x')
=>
error 40517 1:30
{"Message":"Full-text search (FREETEXT) is not supported. Line:1, Position:30"}

# CONTAINS is documented, and no table has a full-text index
SELECT name FROM queue WHERE CONTAINS(name, 'x')
=>
error 7601 1:30
Cannot use a CONTAINS or FREETEXT predicate on table or indexed view 'queue' because it is not full-text indexed.

# MATCH is documented, and no table is a node
SELECT name FROM queue WHERE MATCH(queue-(e)->b)
=>
error 13901 1:36
Identifier 'queue' in a MATCH clause is not a node table or an alias for a node table.

# an ODBC function
SELECT {fn NOW()} AS a
=>
error 40517 1:8
{"Message":"An ODBC escape sequence is not supported. Line:1, Position:8"}

# a reserved word that is a function
SELECT IDENTITY(int, 1, 1) AS a
=>
error 40517 1:8
{"Message":"The function IDENTITY is not supported. Most functions of data types are documented as unsupported. Line:1, Position:8"}

# a cryptographic function
SELECT HASHBYTES('SHA2_256', name) AS a FROM queue
=>
error 40517 1:8
{"Message":"The function HASHBYTES is not supported. Cryptographic functions are documented as unsupported. Line:1, Position:8"}

# a security function
SELECT USER_NAME() AS a
=>
error 40517 1:8
{"Message":"The function USER_NAME is not supported. Security functions are documented as unsupported. Line:1, Position:8"}

# an analytic function
SELECT LAG(name) AS a FROM queue
=>
error 40517 1:8
{"Message":"The function LAG is not supported. Analytic functions are documented as unsupported. Line:1, Position:8"}

# a system function on the list of what is not
SELECT ERROR_MESSAGE() AS a
=>
error 40517 1:8
{"Message":"The function ERROR_MESSAGE is not supported. It is among the system functions that are documented as unsupported. Line:1, Position:8"}

# a function younger than the page
SELECT REGEXP_REPLACE(name, 'a', 'b') AS a FROM queue
=>
error 40517 1:8
{"Message":"The function REGEXP_REPLACE is not supported. Line:1, Position:8"}

# a function whose type is not exposed
SELECT COLLATIONPROPERTY('Latin1_General_CI_AS', 'CodePage') AS a
=>
error 40517 1:8
{"Message":"The function COLLATIONPROPERTY is not supported. Its type, binary or sql_variant, is documented as unsupported. Line:1, Position:8"}

# a function that the emulator misses
SELECT TIMEFROMPARTS(23, 59, 59, 0, 0) AS a
=>
error 40517 1:8
{"Message":"The function TIMEFROMPARTS is not supported. The emulator has no type time. Line:1, Position:8"}

# a type that is not exposed
SELECT CAST(name AS varbinary(10)) AS a FROM queue
=>
error 40517 1:21
{"Message":"The type varbinary is not supported. Line:1, Position:21"}

# a type that is not on the list
SELECT CAST(msdyn_sessioncreatedon AS date) AS a FROM msdyn_ocsession
=>
error 40517 1:39
{"Message":"The type date is not supported. Line:1, Position:39"}

# a type with a time alone
SELECT CAST(msdyn_sessioncreatedon AS time) AS a FROM msdyn_ocsession
=>
error 40517 1:39
{"Message":"The type time is not supported. Line:1, Position:39"}

# 243: a type that there is not
SELECT CAST(name AS string) AS a FROM queue
=>
error 243 1:21
Type string is not a defined system type.

# GROUP BY ALL
SELECT name FROM queue GROUP BY ALL name
=>
error 40517 1:33
{"Message":"GROUP BY ALL is not supported. Line:1, Position:33"}

# a table-valued function of T-SQL's own
SELECT value FROM OPENJSON('[1]')
=>
error 40517 1:19
{"Message":"The rowset function OPENJSON is not supported. Line:1, Position:19"}

# a window's name
SELECT name FROM queue WINDOW w AS (ORDER BY name)
=>
error 102 1:31
{"Message":"Incorrect syntax near w. Line:1, Position:31"}

# SELECT of a sequence
SELECT NEXT VALUE FOR s AS a
=>
error 40517 1:19
{"Message":"FOR is not supported. Line:1, Position:19"}

# @@TRANCOUNT
SELECT @@TRANCOUNT AS a
=>
error 40517 1:8
{"Message":"@@TRANCOUNT is not supported. Line:1, Position:8"}

# THROW
THROW 50000, 'x', 1
=>
error 40517 1:1
{"Message":"THROW is not supported. Line:1, Position:1"}

# PRINT
PRINT 'x'
=>
error 40517 1:1
{"Message":"PRINT is not supported. Line:1, Position:1"}

# GRANT
GRANT SELECT ON queue TO public
=>
error 40517 1:1
{"Message":"GRANT is not supported. Line:1, Position:1"}

# KILL
KILL 51
=>
error 40517 1:1
{"Message":"KILL is not supported. Line:1, Position:1"}

# the store's own tables are no tables
SELECT n FROM [sys.ids]
=>
error 208 1:15
Invalid object name 'sys.ids'.

# the table of an APPLY's rows is none
SELECT c1 FROM dv_rows
=>
error 208 1:16
Invalid object name 'dv_rows'.

# nor are its functions
SELECT dv_pack(name) AS a, dv_raise(1, 'x') AS b FROM queue
=>
error 195 1:8
'DV_PACK' is not a recognized built-in function name.

# a function of SQLite's
SELECT randomblob(5) AS a
=>
error 195 1:8
'RANDOMBLOB' is not a recognized built-in function name.

# a user-defined function in FROM
SELECT a FROM dbo.f(1)
=>
error 40517 1:15
{"Message":"The rowset function F is not supported. Line:1, Position:15"}

# a linked server
SELECT a FROM OPENQUERY(x, 'SELECT 1')
=>
error 40517 1:15
{"Message":"The rowset function OPENQUERY is not supported. Line:1, Position:15"}

# FOR SYSTEM_TIME
SELECT name FROM queue FOR SYSTEM_TIME AS OF '2026-01-01'
=>
error 40517 1:24
{"Message":"FOR SYSTEM_TIME is not supported. Line:1, Position:24"}
