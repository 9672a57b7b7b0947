## What the documentation is silent about, switched on; undocumented_test.go has each off.

# OFFSET and FETCH (on)
SELECT fullname FROM systemuser ORDER BY fullname OFFSET 1 ROW FETCH FIRST 2 ROWS ONLY
=>
fullname nvarchar(100) null
'Bot One'
'Empty Bot'

# OFFSET alone, by a parameter (on)
SELECT fullname FROM systemuser ORDER BY fullname OFFSET (@n + 1) ROWS
=>
fullname nvarchar(100) null
'Zoë Person'

# OFFSET in a derived table (on)
SELECT d.fullname FROM (SELECT fullname FROM systemuser ORDER BY fullname OFFSET 3 ROWS) d
=>
fullname nvarchar(100) null
'Zoë Person'

# OFFSET after a UNION (on)
SELECT name FROM queue UNION SELECT fullname FROM systemuser ORDER BY name OFFSET 2 ROWS FETCH NEXT 2 ROWS ONLY
=>
name nvarchar(100) null
'Bot One'
'Empty Bot'

# 10741: TOP and OFFSET (on)
SELECT TOP 1 name FROM queue ORDER BY name OFFSET 1 ROWS
=>
error 10741 1:51
A TOP can not be used in the same query or sub-query as a OFFSET.

# 10742: a negative OFFSET (on)
SELECT name FROM queue ORDER BY name OFFSET -1 ROWS
=>
error 10742 1:45
The offset specified in a OFFSET clause may not be negative.

# 10744: FETCH of nothing (on)
SELECT name FROM queue ORDER BY name OFFSET 0 ROWS FETCH NEXT 0 ROWS ONLY
=>
error 10744 1:63
The number of rows provided for a FETCH clause must be greater then zero.

# 10743: an OFFSET that is no number of rows (on)
SELECT name FROM queue ORDER BY name OFFSET 1.5 ROWS
=>
error 10743 1:45
The number of rows provided for a OFFSET clause must be an integer.

# 102: OFFSET without an order (on)
SELECT name FROM queue q OFFSET 1 ROWS
=>
error 102 1:26
{"Message":"Incorrect syntax near OFFSET. Line:1, Position:26"}

# EXCEPT leaves rows out, and doubles (on)
SELECT subject FROM msdyn_ocsession EXCEPT SELECT 'BOT'
=>
subject nvarchar(100) null
NULL
'agent'

# INTERSECT takes NULLs for equal (on)
SELECT subject FROM msdyn_ocsession INTERSECT SELECT NULL
=>
subject nvarchar(100) null
NULL

# INTERSECT binds tighter than UNION and EXCEPT (on)
SELECT 1 AS a UNION SELECT 2 INTERSECT SELECT 3
=>
a int
1

# brackets bind first (on)
(SELECT 1 AS a UNION SELECT 2) INTERSECT SELECT 2
=>
a int
2

# EXCEPT goes from left to right (on)
SELECT 1 AS a UNION SELECT 2 EXCEPT SELECT 1 UNION SELECT 3 ORDER BY a
=>
a int
2
3

# EXCEPT brings types together (on)
SELECT amount FROM sample EXCEPT SELECT 0
=>
amount decimal(12,2) null
NULL
'-0.01'
'12.34'

# TOP PERCENT is rounded up (on)
SELECT TOP 30 PERCENT fullname FROM systemuser ORDER BY fullname
=>
fullname nvarchar(100) null
'Blank Bot'
'Bot One'

# TOP PERCENT of a fraction, distinct (on)
SELECT DISTINCT TOP (12.5) PERCENT subject FROM msdyn_ocsession ORDER BY subject DESC
=>
subject nvarchar(100) null
'bot'

# 1031: more than all (on)
SELECT TOP 101 PERCENT name FROM queue
=>
error 1031 1:12
Percent values must be between 0 and 100.

# TOP WITH TIES (on)
SELECT TOP 2 WITH TIES subject FROM msdyn_ocsession ORDER BY subject DESC
=>
subject nvarchar(100) null
'bot'
'bot'

# TOP PERCENT WITH TIES of groups, by an expression that is not selected (on)
SELECT TOP (25) PERCENT WITH TIES msdyn_channel, COUNT(*) AS n FROM msdyn_ocsession GROUP BY msdyn_channel ORDER BY COUNT(*) DESC, LEN(msdyn_channel)
=>
msdyn_channel int null, n int
192360000 | 2

# TOP WITH TIES in a subquery (on)
SELECT q.name FROM queue q WHERE q.queueid IN (SELECT TOP 1 WITH TIES s.msdyn_cdsqueueid FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid IS NOT NULL ORDER BY s.subject DESC) ORDER BY q.name
=>
name nvarchar(100) null
'Billing'

# 1062: ties without an order (on)
SELECT TOP 1 WITH TIES name FROM queue
=>
error 1062 1:12
The TOP N WITH TIES clause is not allowed without a corresponding ORDER BY clause.

# a column list (on)
SELECT d.b, COUNT(*) AS n FROM (SELECT 1, name FROM queue) AS d (a, b) GROUP BY d.b ORDER BY d.b
=>
b nvarchar(100) null, n int
'Billing' | 1
'Sales' | 1

# 8158: a column list that is too short (on)
SELECT d.a FROM (SELECT 1, 2) AS d (a)
=>
error 8158 1:17
'd' has more columns than were specified in the column list.

# 8159: a column list that is too long (on)
SELECT d.a FROM (SELECT 1) AS d (a, b)
=>
error 8159 1:17
'd' has fewer columns than were specified in the column list.

# compound assignments (on)
DECLARE @x int = 10, @t nvarchar(10) = 'a' SET @x += 5 SET @x *= 2 SET @x -= 1 SET @x %= 10 SET @x |= 6 SET @t += 'b' SELECT @x AS x, @t AS t
=>
x int, t nvarchar(10)
15 | 'ab'

# settings that change nothing (on)
SET NOCOUNT ON; SET DATEFORMAT mdy; SET LOCK_TIMEOUT -1 SET LANGUAGE us_english DECLARE @x int = 1 SELECT @x AS x
=>
x int
1

# a setting that would change something (on)
SET DATEFIRST 1 SELECT 1 AS x
=>
error 40517 1:1
{"Message":"SET DATEFIRST 1 is not supported. Line:1, Position:1"}

# a setting that there is not (on)
SET IDENTITY_INSERT queue ON
=>
error 102 1:5
{"Message":"Incorrect syntax near IDENTITY_INSERT. Line:1, Position:5"}

# a collation that is the store's (on)
SELECT name COLLATE Latin1_General_CI_AS AS name FROM queue WHERE name COLLATE database_default = 'SALES'
=>
name nvarchar(100) null
'Sales'

# the engine's own limit: another collation (on)
SELECT name FROM queue WHERE name COLLATE Latin1_General_BIN2 = 'SALES'
=>
error 40517 1:35
{"Message":"The collation Latin1_General_BIN2 is not supported. The emulator compares text under Latin1_General_CI_AS alone. Line:1, Position:35"}

# 447: a collation of a number (on)
SELECT 1 COLLATE Latin1_General_CI_AS AS x
=>
error 447 1:10
Expression type int is invalid for COLLATE clause.

# NULLs are not distinct from one another (on)
SELECT COUNT(*) AS n FROM msdyn_ocsession a JOIN msdyn_ocsession b ON a.msdyn_closurereason IS NOT DISTINCT FROM b.msdyn_closurereason AND a.msdyn_cdsqueueid IS DISTINCT FROM b.msdyn_cdsqueueid
=>
n int
4

# GREATEST leaves NULLs out (on)
SELECT label, GREATEST(n, small, tiny) AS g, LEAST(amount, price, 1) AS l FROM sample ORDER BY n
=>
label nvarchar(100) null, g int null, l decimal(19,4) null
NULL | NULL | '1.0000'
'beta' | 0 | '0.0000'
'Alpha' | 10 | '1.0000'
'alpha  ' | 2147483647 | '-0.0100'

# TRIM of other characters (on)
SELECT TRIM('Bg' FROM name) AS a, RTRIM(name, 'gs') AS b, LTRIM(name, 'S') AS c FROM queue ORDER BY name
=>
a nvarchar(100) null, b nvarchar(100) null, c nvarchar(100) null
'illin' | 'Billin' | 'Billing'
'Sales' | 'Sale' | 'ales'

# a date bucket in GROUP BY (on)
SELECT DATE_BUCKET(hour, 12, msdyn_sessioncreatedon) AS b, COUNT(*) AS n FROM msdyn_ocsession GROUP BY DATE_BUCKET(hour, 12, msdyn_sessioncreatedon) ORDER BY b
=>
b datetime null, n int
NULL | 1
2026-03-01T00:00:00 | 2
2026-03-01T12:00:00 | 1
2026-03-02T12:00:00 | 1

# DATETRUNC of a column (on)
SELECT DATETRUNC(month, at) AS a, DATETRUNC(week, day) AS b, DATETRUNC(second, exact) AS c FROM sample WHERE n = 7
=>
a datetime null, b date null, c datetime2(7) null
2026-03-01T00:00:00 | 2026-03-01T00:00:00 | 2026-03-01T10:20:30

# variables of dates (on)
DECLARE @d date = '2026-03-01', @e datetime2(3) = '2026-03-01T10:20:30.1239', @o datetimeoffset(0) = '2026-03-01T10:20:30+01:00' SELECT @d AS d, @e AS e, @o AS o
=>
d date, e datetime2(3), o datetimeoffset(0)
2026-03-01T00:00:00 | 2026-03-01T10:20:30.124 | 2026-03-01T10:20:30

# a parameter with an offset is compared by its instant (on)
SELECT COUNT(*) AS n FROM msdyn_ocsession WHERE msdyn_sessioncreatedon = @instant AND @instant BETWEEN '2026-03-01T09:29:59' AND '2026-03-01T10:30:00+01:00' AND @instant IN (msdyn_sessioncreatedon, GETUTCDATE())
=>
n int
1

# an offset in a subquery (on)
SELECT COUNT(*) AS n FROM sample WHERE CAST('2026-03-01T09:30:00' AS datetimeoffset(0)) IN (SELECT s.msdyn_sessioncreatedon FROM msdyn_ocsession s) AND n = 7
=>
n int
1

# times with and without an offset in a UNION (on)
SELECT x.t, DATEPART(tz, x.t) AS tz FROM (SELECT CAST('2026-03-01T10:00:00+02:00' AS datetimeoffset(0)) AS t UNION SELECT CAST('2026-03-01T09:00:00' AS datetime)) x ORDER BY x.t
=>
t datetimeoffset(3), tz int
2026-03-01T10:00:00 | 120
2026-03-01T09:00:00 | 0

# a datetimeoffset goes with its offset through an APPLY and an aggregate (on)
SELECT MAX(d.t) AS t, MIN(CONVERT(varchar(40), d.t)) AS s FROM queue q CROSS APPLY (SELECT TOP 1 TODATETIMEOFFSET(s.msdyn_sessioncreatedon, 60) AS t FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid ORDER BY s.msdyn_sessioncreatedon) d
=>
t datetimeoffset(3) null, s varchar(40) null
2026-03-01T09:30:00 | '2026-03-01 09:00:00.000 +01:00'
