## Joins, derived tables, subqueries, grouping and aggregates.
## https://learn.microsoft.com/sql/t-sql/queries/from-transact-sql
## https://learn.microsoft.com/sql/t-sql/functions/aggregate-functions-transact-sql

# an inner join on ids
SELECT s.subject, c.subject AS conversation FROM msdyn_ocsession s JOIN msdyn_ocliveworkitem c ON c.activityid = s.msdyn_liveworkitemid ORDER BY conversation, 1
=>
subject nvarchar(100) null, conversation nvarchar(100) null
'agent' | 'First'
'bot' | 'First'
'bot' | 'Second'
'Agent' | 'Third'

# a left join keeps the left side
SELECT s.subject, c.subject AS conversation FROM msdyn_ocsession s LEFT OUTER JOIN msdyn_ocliveworkitem c ON c.activityid = s.msdyn_liveworkitemid AND c.statuscode = 4 ORDER BY s.msdyn_sessioncreatedon, s.subject
=>
subject nvarchar(100) null, conversation nvarchar(100) null
NULL | NULL
'bot' | 'First'
'agent' | 'First'
'bot' | NULL
'Agent' | NULL

# a right join keeps the right side
SELECT s.subject, q.name FROM msdyn_ocsession s RIGHT JOIN queue q ON q.queueid = s.msdyn_cdsqueueid AND s.msdyn_channel = 7 ORDER BY q.name
=>
subject nvarchar(100) null, name nvarchar(100) null
NULL | 'Billing'
'Agent' | 'Sales'

# a full join keeps both
SELECT COUNT(*) AS n FROM msdyn_ocsession s FULL JOIN queue q ON q.queueid = s.msdyn_cdsqueueid AND s.msdyn_channel = 7
=>
n int
6

# a cross join
SELECT COUNT(*) AS n FROM queue CROSS JOIN systemuser
=>
n int
8

# a comma is a cross join
SELECT COUNT(*) AS n FROM queue, systemuser u WHERE u.msdyn_botapplicationid IS NULL
=>
n int
2

# joins nest by their ONs
SELECT COUNT(*) AS n FROM queue q LEFT JOIN msdyn_ocsession s JOIN msdyn_ocliveworkitem c ON c.activityid = s.msdyn_liveworkitemid ON s.msdyn_cdsqueueid = q.queueid
=>
n int
3

# joins nest by brackets
SELECT COUNT(*) AS n FROM queue q LEFT JOIN (msdyn_ocsession s JOIN msdyn_ocliveworkitem c ON c.activityid = s.msdyn_liveworkitemid) ON s.msdyn_cdsqueueid = q.queueid
=>
n int
3

# a derived table in a derived table
SELECT d.n + 1 AS n FROM (SELECT e.n FROM (SELECT COUNT(*) AS n FROM queue) AS e) AS d
=>
n int
3

# a left join to a grouped derived table
SELECT q.name, ISNULL(d.n, 0) AS n FROM queue q LEFT JOIN (SELECT s.msdyn_cdsqueueid AS queueid, COUNT(*) AS n FROM msdyn_ocsession s WHERE s.msdyn_channel = 7 GROUP BY s.msdyn_cdsqueueid) d ON d.queueid = q.queueid ORDER BY q.name
=>
name nvarchar(100) null, n int
'Billing' | 0
'Sales' | 1

# a correlated EXISTS
SELECT q.name FROM queue q WHERE EXISTS (SELECT * FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid AND s.msdyn_channel = 7)
=>
name nvarchar(100) null
'Sales'

# NOT EXISTS within EXISTS
SELECT s.subject FROM msdyn_ocsession s WHERE EXISTS (SELECT 1 FROM msdyn_sessionparticipant p WHERE p.msdyn_omnichannelsession = s.activityid AND NOT EXISTS (SELECT 1 FROM systemuser u WHERE u.systemuserid = p.msdyn_agentid AND u.msdyn_botapplicationid <> '')) ORDER BY 1
=>
subject nvarchar(100) null
'agent'
'Agent'

# EXISTS of an aggregate is always true
SELECT 1 AS a WHERE EXISTS (SELECT COUNT(*) FROM queue WHERE 1 = 2)
=>
a int
1

# IN of a subquery
SELECT subject FROM msdyn_ocsession WHERE msdyn_cdsqueueid IN (SELECT queueid FROM queue WHERE name = 'BILLING')
=>
subject nvarchar(100) null
'bot'

# NOT IN of a list with NULL is never true
SELECT COUNT(*) AS n FROM queue WHERE name NOT IN ('Sales', NULL)
=>
n int
0

# IN converts texts to the type of the column
SELECT name FROM queue WHERE queueid IN ('{0000000B-0000-4000-8000-00000000000B}', '0000000c-0000-4000-8000-00000000000c') ORDER BY name
=>
name nvarchar(100) null
'Billing'
'Sales'

# a scalar subquery of an aggregate
SELECT name, (SELECT COUNT(*) FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid) AS n FROM queue q ORDER BY name
=>
name nvarchar(100) null, n int null
'Billing' | 1
'Sales' | 2

# a scalar subquery without a row is NULL
SELECT (SELECT name FROM queue WHERE name = 'none') AS x
=>
x nvarchar(100) null
NULL

# a scalar subquery of TOP 1
SELECT (SELECT TOP 1 name FROM queue ORDER BY name) AS x
=>
x nvarchar(100) null
'Billing'

# an unqualified name is the nearest one
SELECT name FROM queue WHERE EXISTS (SELECT 1 FROM msdyn_ocsession WHERE msdyn_cdsqueueid = queueid) ORDER BY name
=>
name nvarchar(100) null
'Billing'
'Sales'

# the inner alias hides the outer one
SELECT COUNT(*) AS n FROM queue x WHERE EXISTS (SELECT 1 FROM systemuser x WHERE x.fullname = 'Bot One')
=>
n int
2

# GROUP BY an expression repeated literally
SELECT DATEDIFF(day, @from, msdyn_sessioncreatedon) / 1 AS d, COUNT(*) AS n FROM msdyn_ocsession WHERE msdyn_sessioncreatedon IS NOT NULL GROUP BY DATEDIFF(day, @from, msdyn_sessioncreatedon) / 1 ORDER BY d
=>
d int null, n int
0 | 3
1 | 1

# GROUP BY text ignores case
SELECT COUNT(*) AS n, MAX(LOWER(subject)) AS s FROM msdyn_ocsession GROUP BY subject ORDER BY s
=>
n int, s nvarchar(100) null
1 | NULL
2 | 'agent'
2 | 'bot'

# NULL is a group
SELECT msdyn_channel, COUNT(*) AS n FROM msdyn_ocsession GROUP BY msdyn_channel ORDER BY msdyn_channel
=>
msdyn_channel int null, n int
NULL | 1
7 | 1
192340000 | 1
192360000 | 2

# HAVING
SELECT msdyn_channel FROM msdyn_ocsession GROUP BY msdyn_channel HAVING COUNT(*) > 1
=>
msdyn_channel int null
192360000

# HAVING without GROUP BY
SELECT COUNT(*) AS n FROM queue HAVING COUNT(*) > 5
=>
n int

# an aggregate over no row is one row
SELECT COUNT(*) AS n, SUM(n) AS s, MIN(label) AS m FROM sample WHERE 1 = 2
=>
n int, s int null, m nvarchar(100) null
0 | NULL | NULL

# GROUP BY over no row is no row
SELECT n, COUNT(*) AS c FROM sample WHERE 1 = 2 GROUP BY n
=>
n int null, c int

# COUNT of a column leaves NULL out
SELECT COUNT(n) AS n, COUNT(*) AS a, COUNT(DISTINCT flag) AS d, COUNT_BIG(*) AS b FROM sample
=>
n int, a int, d int, b bigint
3 | 4 | 2 | 4

# COUNT(DISTINCT CASE …)
SELECT COUNT(DISTINCT CASE WHEN msdyn_closurereason = 192350026 THEN msdyn_liveworkitemid END) AS n FROM msdyn_ocsession
=>
n int
1

# the types of SUM
SELECT SUM(tiny) AS t, SUM(small) AS s, SUM(CAST(n AS bigint)) AS b, SUM(ratio) AS f, SUM(amount) AS d, SUM(price) AS m FROM sample
=>
t int null, s int null, b bigint null, f float null, d decimal(38,2) null, m money null
265 | 32762 | 2147483654 | -1 | '12.33' | '10.0900'

# the types of AVG, that of int truncates
SELECT AVG(tiny) AS t, AVG(ratio) AS f, AVG(amount) AS d, AVG(DISTINCT small) AS s FROM sample
=>
t int null, f float null, d decimal(38,6) null, s int null
88 | -0.3333333333333333 | '4.110000' | 10920

# STRING_AGG
SELECT STRING_AGG(name, ', ') AS names FROM queue
=>
names nvarchar(4000) null
'Billing, Sales'

# the counting statement's shape
SELECT d.[b] AS [b], COUNT(DISTINCT d.[c]) AS [total], COUNT(DISTINCT CASE WHEN d.[e] = 1 THEN d.[c] END) AS [escalated] FROM (SELECT s.[msdyn_liveworkitemid] AS [c], DATEDIFF(second, @from, s.[msdyn_sessioncreatedon]) / 3600 AS [b], CASE WHEN s.[msdyn_closurereason] IN (192350026) OR EXISTS (SELECT a.[activityid] FROM [msdyn_ocsession] AS a WHERE a.[msdyn_liveworkitemid] = s.[msdyn_liveworkitemid] AND a.[msdyn_sessioncreatedon] > s.[msdyn_sessioncreatedon]) THEN 1 ELSE 0 END AS [e] FROM [msdyn_ocsession] AS s WHERE s.[msdyn_sessioncreatedon] >= @from AND s.[msdyn_sessioncreatedon] < @to) AS d GROUP BY d.[b] ORDER BY d.[b]
=>
b int null, total int, escalated int
9 | 1 | 1
23 | 1 | 1
