## Uniqueidentifiers: compared with what no row holds, in their order, and in every place that a value can stand.
## https://learn.microsoft.com/sql/connect/ado-net/sql/compare-guid-uniqueidentifier-values

# one that no row holds is unlike every other
SELECT COUNT(*) AS n FROM sample WHERE other <> 'dddddddd-0000-4000-8000-0000000000dd'
=>
n int
3

# and equal to none
SELECT COUNT(*) AS n FROM sample WHERE other = 'dddddddd-0000-4000-8000-0000000000dd'
=>
n int
0

# NOT of a comparison with one that no row holds
SELECT COUNT(*) AS n FROM sample WHERE NOT other = 'dddddddd-0000-4000-8000-0000000000dd'
=>
n int
3

# IN a list of which one is held
SELECT COUNT(*) AS n FROM sample WHERE other IN ('dddddddd-0000-4000-8000-0000000000dd', '00000003-0000-4000-8000-000000000003')
=>
n int
1

# NOT IN a list of which none is held: NULL is unknown
SELECT COUNT(*) AS n FROM sample WHERE other NOT IN ('dddddddd-0000-4000-8000-0000000000dd', 'eeeeeeee-0000-4000-8000-0000000000dd')
=>
n int
3

# NOT IN a list with NULL
SELECT COUNT(*) AS n FROM sample WHERE other NOT IN ('dddddddd-0000-4000-8000-0000000000dd', NULL)
=>
n int
0

# IN a list of columns and constants
SELECT COUNT(*) AS n FROM sample WHERE other IN (sampleid, '00000000-0000-4000-8000-000000000002', 'dddddddd-0000-4000-8000-0000000000dd')
=>
n int
2

# a constant IN a list of columns
SELECT COUNT(*) AS n FROM msdyn_ocsession WHERE @id IN (activityid, msdyn_liveworkitemid)
=>
n int
1

# a constant IN a subquery
SELECT COUNT(*) AS n FROM queue WHERE @id IN (SELECT activityid FROM msdyn_ocsession)
=>
n int
2

# IN a subquery of constants
SELECT COUNT(*) AS n FROM sample WHERE other IN (SELECT CAST('00000003-0000-4000-8000-000000000003' AS uniqueidentifier) AS x UNION SELECT @id)
=>
n int
1

# greater and less go by the last bytes first
SELECT label FROM sample WHERE other > '00000000-0000-4000-8000-000000000001' AND other < '00000000-0000-4000-8000-000000000003' ORDER BY other
=>
label nvarchar(100) null
'Alpha'
'alpha  '

# BETWEEN two that no row holds
SELECT COUNT(*) AS n FROM sample WHERE other BETWEEN '00000000-0000-0000-0000-000000000002' AND 'ffffffff-ffff-ffff-ffff-000000000003'
=>
n int
2

# sorted by the last bytes first, NULL before all
SELECT other FROM sample ORDER BY other DESC
=>
other uniqueidentifier null
00000003-0000-4000-8000-000000000003
00000000-0000-4000-8000-000000000002
ffffffff-0000-4000-8000-000000000001
NULL

# sorted by one that is not in the result
SELECT n FROM sample WHERE n IS NOT NULL ORDER BY other
=>
n int null
7
2147483647
0

# MIN and MAX
SELECT MIN(other) AS low, MAX(other) AS high, COUNT(DISTINCT other) AS n FROM sample
=>
low uniqueidentifier null, high uniqueidentifier null, n int
ffffffff-0000-4000-8000-000000000001 | 00000003-0000-4000-8000-000000000003 | 3

# MAX of a group, compared and sorted
SELECT s.msdyn_liveworkitemid AS c, MAX(s.activityid) AS last FROM msdyn_ocsession s GROUP BY s.msdyn_liveworkitemid HAVING MAX(s.activityid) > MIN(s.activityid) ORDER BY MAX(s.activityid)
=>
c uniqueidentifier null, last uniqueidentifier null
00000015-0000-4000-8000-000000000015 | 00000020-0000-4000-8000-000000000020

# a CASE of columns, and one with a constant that no row holds
SELECT s.subject, CASE WHEN s.msdyn_cdsqueueid IS NULL THEN s.activityid ELSE s.msdyn_cdsqueueid END AS a, CASE WHEN s.msdyn_cdsqueueid IS NULL THEN 'dddddddd-0000-4000-8000-0000000000dd' ELSE s.msdyn_cdsqueueid END AS b
FROM msdyn_ocsession s WHERE s.msdyn_channel = 192340000
=>
subject nvarchar(100) null, a uniqueidentifier null, b uniqueidentifier null
'bot' | 00000021-0000-4000-8000-000000000021 | dddddddd-0000-4000-8000-0000000000dd

# COALESCE and ISNULL, grouped
SELECT COALESCE(s.msdyn_cdsqueueid, s.activityid) AS a, ISNULL(s.msdyn_cdsqueueid, '00000000-0000-0000-0000-000000000000') AS b, COUNT(*) AS n
FROM msdyn_ocsession s GROUP BY COALESCE(s.msdyn_cdsqueueid, s.activityid), ISNULL(s.msdyn_cdsqueueid, '00000000-0000-0000-0000-000000000000') HAVING COUNT(*) > 1
=>
a uniqueidentifier, b uniqueidentifier, n int
0000000c-0000-4000-8000-00000000000c | 0000000c-0000-4000-8000-00000000000c | 2

# NULLIF
SELECT NULLIF(other, '00000003-0000-4000-8000-000000000003') AS x FROM sample WHERE label = 'beta'
=>
x uniqueidentifier null
NULL

# a UNION of a column and a constant, sorted
SELECT queueid AS x FROM queue UNION SELECT CAST('0000000b-0000-4000-8000-00000000000b' AS uniqueidentifier) UNION ALL SELECT @id ORDER BY x
=>
x uniqueidentifier
0000000b-0000-4000-8000-00000000000b
0000000c-0000-4000-8000-00000000000c
0000001f-0000-4000-8000-00000000001f

# a derived table that mixes them, joined
SELECT q.name FROM (SELECT queueid AS x FROM queue WHERE name = 'Sales' UNION SELECT '0000000b-0000-4000-8000-00000000000b') d JOIN queue q ON q.queueid = d.x ORDER BY q.name
=>
name nvarchar(100) null
'Billing'
'Sales'

# TOP of a derived table in its order
SELECT d.x FROM (SELECT TOP 2 other AS x FROM sample ORDER BY other DESC) d ORDER BY d.x
=>
x uniqueidentifier null
00000000-0000-4000-8000-000000000002
00000003-0000-4000-8000-000000000003

# as text
SELECT CAST(other AS nvarchar(36)) AS x, CONVERT(varchar(36), sampleid) AS y FROM sample WHERE label = 'beta'
=>
x nvarchar(36) null, y varchar(36)
'00000003-0000-4000-8000-000000000003' | '00000003-0000-4000-8000-000000000003'

# compared with a column of text
SELECT COUNT(*) AS n FROM sample s JOIN (SELECT '00000003-0000-4000-8000-000000000003' AS t) d ON s.other = d.t
=>
n int
1

# a scalar subquery of an id
SELECT q.name FROM queue q WHERE q.queueid = (SELECT MAX(msdyn_cdsqueueid) FROM msdyn_ocsession WHERE msdyn_channel = 7) OR q.queueid = (SELECT msdyn_cdsqueueid FROM msdyn_ocsession WHERE subject = 'agent' AND msdyn_channel = 192360000)
=>
name nvarchar(100) null
'Sales'

# DISTINCT, and EXISTS over two columns
SELECT DISTINCT s.msdyn_cdsqueueid AS q FROM msdyn_ocsession s WHERE EXISTS (SELECT 1 FROM queue q WHERE q.queueid = s.msdyn_cdsqueueid) ORDER BY q
=>
q uniqueidentifier null
0000000b-0000-4000-8000-00000000000b
0000000c-0000-4000-8000-00000000000c

# a row of a lookup that is missing has no name, and keeps its id
SELECT msdyn_cdsqueueid, msdyn_cdsqueueidname FROM msdyn_ocsession WHERE subject IS NULL
=>
msdyn_cdsqueueid uniqueidentifier null, msdyn_cdsqueueidname nvarchar(100) null
00000063-0000-4000-8000-000000000063 | NULL

# NEWID makes one up for each row
SELECT COUNT(DISTINCT NEWID()) AS n, MAX(LEN(CAST(NEWID() AS nvarchar(36)))) AS len FROM queue
=>
n int, len int null
2 | 36

# NEWID is no row's, and rows can be sorted by it
SELECT TOP 2 'x' AS x FROM systemuser WHERE systemuserid <> NEWID() ORDER BY NEWID()
=>
x varchar(1)
'x'
'x'
