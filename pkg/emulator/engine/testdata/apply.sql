## CROSS APPLY and OUTER APPLY, which Dataverse documents as supported.
## https://learn.microsoft.com/sql/t-sql/queries/from-transact-sql#left_table_source--cross--outer--apply-right_table_source

# of a query that does not look at the left side
SELECT q.name, d.b FROM queue q CROSS APPLY (SELECT 1 AS b) d ORDER BY q.name
=>
name nvarchar(100) null, b int
'Billing' | 1
'Sales' | 1

# of a table
SELECT q.name, u.fullname FROM queue q CROSS APPLY systemuser u WHERE u.fullname = 'Bot One' ORDER BY q.name
=>
name nvarchar(100) null, fullname nvarchar(100) null
'Billing' | 'Bot One'
'Sales' | 'Bot One'

# OUTER APPLY of an empty query that does not look at the left side
SELECT q.name, d.b FROM queue q OUTER APPLY (SELECT 1 AS b WHERE 1 = 0) d ORDER BY q.name
=>
name nvarchar(100) null, b int null
'Billing' | NULL
'Sales' | NULL

# a computed column, used by name everywhere
SELECT d.hour, COUNT(*) AS n FROM msdyn_ocsession s CROSS APPLY (SELECT DATEPART(hour, s.msdyn_sessioncreatedon) AS hour) d
WHERE d.hour > 5 GROUP BY d.hour HAVING SUM(d.hour) > 5 ORDER BY d.hour DESC
=>
hour int null, n int
23 | 1
12 | 1
9 | 2

# a computed column with a condition
SELECT s.subject, d.x FROM msdyn_ocsession s CROSS APPLY (SELECT s.msdyn_channel AS x WHERE s.msdyn_channel < 100) d
=>
subject nvarchar(100) null, x int null
'Agent' | 7

# OUTER APPLY of a computed column with a condition
SELECT COUNT(*) AS n, COUNT(d.x) AS x FROM msdyn_ocsession s OUTER APPLY (SELECT 5 AS x WHERE s.msdyn_channel < 100) d
=>
n int, x int
5 | 1

# an aggregate has a row for every row of the left side
SELECT c.subject, d.n, d.last FROM msdyn_ocliveworkitem c
CROSS APPLY (SELECT COUNT(*) AS n, MAX(s.subject) AS last FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid AND s.msdyn_channel > 7) d
ORDER BY c.subject
=>
subject nvarchar(100) null, n int, last nvarchar(100) null
'First' | 2 | 'bot'
'Second' | 1 | 'bot'
'Third' | 0 | NULL

# an aggregate with HAVING may have none
SELECT c.subject, d.n FROM msdyn_ocliveworkitem c
CROSS APPLY (SELECT COUNT(*) AS n FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid HAVING COUNT(*) > 1) d
=>
subject nvarchar(100) null, n int
'First' | 2

# OUTER APPLY of an aggregate with HAVING
SELECT c.subject, d.n FROM msdyn_ocliveworkitem c
OUTER APPLY (SELECT COUNT(*) AS n FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid HAVING COUNT(*) > 1) d ORDER BY c.subject
=>
subject nvarchar(100) null, n int null
'First' | 2
'Second' | NULL
'Third' | NULL

# the latest row of each
SELECT q.name, d.subject, d.msdyn_sessioncreatedon FROM queue q
CROSS APPLY (SELECT TOP 1 s.subject, s.msdyn_sessioncreatedon FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid ORDER BY s.msdyn_sessioncreatedon DESC) d
ORDER BY q.name
=>
name nvarchar(100) null, subject nvarchar(100) null, msdyn_sessioncreatedon datetime null
'Billing' | 'bot' | 2026-03-01T09:00:00
'Sales' | 'Agent' | 2026-03-02T12:00:00

# CROSS APPLY of TOP 1 leaves out what has none
SELECT c.subject, d.subject AS session FROM msdyn_ocliveworkitem c
CROSS APPLY (SELECT TOP 1 s.subject FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid AND s.msdyn_channel = 7) d
=>
subject nvarchar(100) null, session nvarchar(100) null
'Third' | 'Agent'

# OUTER APPLY of TOP 1 keeps it
SELECT c.subject, d.subject AS session FROM msdyn_ocliveworkitem c
OUTER APPLY (SELECT TOP 1 s.subject FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid AND s.msdyn_channel = 7) d
ORDER BY c.subject
=>
subject nvarchar(100) null, session nvarchar(100) null
'First' | NULL
'Second' | NULL
'Third' | 'Agent'

# the columns of TOP 1 are of one row, even among equals
SELECT q.name, d.a, d.b, CASE WHEN d.id = d.again THEN 1 ELSE 0 END AS same FROM queue q
CROSS APPLY (SELECT TOP (1) p.msdyn_mode AS a, p.msdyn_sessionparticipantid AS id, p.msdyn_mode AS b, p.msdyn_sessionparticipantid AS again
  FROM msdyn_sessionparticipant p WHERE q.name <> '' ORDER BY 1 DESC) d WHERE q.name = 'Sales'
=>
name nvarchar(100) null, a int null, b int null, same int
'Sales' | 192350004 | 192350004 | 1

# TOP 1 of groups
SELECT c.subject, d.msdyn_channel, d.n FROM msdyn_ocliveworkitem c
CROSS APPLY (SELECT TOP 1 s.msdyn_channel, COUNT(*) AS n FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid GROUP BY s.msdyn_channel ORDER BY COUNT(*) DESC) d
ORDER BY c.subject
=>
subject nvarchar(100) null, msdyn_channel int null, n int
'First' | 192360000 | 2
'Second' | 192340000 | 1
'Third' | 7 | 1

# TOP 0 has no row
SELECT q.name, d.s FROM queue q OUTER APPLY (SELECT TOP 0 s.subject AS s FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid) d ORDER BY q.name
=>
name nvarchar(100) null, s nvarchar(100) null
'Billing' | NULL
'Sales' | NULL

# all rows of a SELECT with a condition
SELECT c.subject, d.session FROM msdyn_ocliveworkitem c
CROSS APPLY (SELECT s.subject AS session FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid) d
ORDER BY c.subject, d.session
=>
subject nvarchar(100) null, session nvarchar(100) null
'First' | 'agent'
'First' | 'bot'
'Second' | 'bot'
'Third' | 'Agent'

# OUTER APPLY of all rows, with a constant
SELECT c.subject, d.session, d.one FROM msdyn_ocliveworkitem c
OUTER APPLY (SELECT s.subject AS session, 1 AS one FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid AND s.msdyn_channel > 7) d
ORDER BY c.subject, d.session
=>
subject nvarchar(100) null, session nvarchar(100) null, one int null
'First' | 'agent' | 1
'First' | 'bot' | 1
'Second' | 'bot' | 1
'Third' | NULL | NULL

# over two tables, and a column of the left side
SELECT d.name, d.bot FROM msdyn_ocsession s
CROSS APPLY (SELECT u.fullname AS name, s.subject AS bot FROM msdyn_sessionparticipant p JOIN systemuser u ON u.systemuserid = p.msdyn_agentid
  WHERE p.msdyn_omnichannelsession = s.activityid AND u.msdyn_botapplicationid <> '') d
ORDER BY d.bot, d.name
=>
name nvarchar(100) null, bot nvarchar(100) null
'Bot One' | 'Agent'
'Bot One' | 'bot'
'Bot One' | 'bot'

# without a condition it is a join with every row
SELECT COUNT(*) AS n FROM queue q CROSS APPLY (SELECT q.name AS name, u.fullname FROM systemuser u) d
=>
n int
8

# one APPLY looks at another
SELECT d.x, e.y FROM sample s CROSS APPLY (SELECT s.n + 1 AS x) d CROSS APPLY (SELECT d.x * 2 AS y) e WHERE s.label = 'beta'
=>
x int null, y int null
1 | 2

# an APPLY within an APPLY looks two levels out
SELECT d.x FROM sample s CROSS APPLY (SELECT e.x FROM queue q CROSS APPLY (SELECT q.name + s.code AS x) e) d WHERE s.label = 'alpha' AND s.n = 7 ORDER BY d.x
=>
x nvarchar(120) null
'BillingA1'
'SalesA1'

# a join after an APPLY
SELECT d.id, u.fullname FROM msdyn_sessionparticipant p CROSS APPLY (SELECT p.msdyn_agentid AS id) d JOIN systemuser u ON u.systemuserid = d.id WHERE p.msdyn_mode = 192350004
=>
id uniqueidentifier null, fullname nvarchar(100) null
00000001-0000-4000-8000-000000000001 | 'Bot One'

# a left join after a CROSS APPLY that filters
SELECT c.subject, w.subject AS again FROM msdyn_ocliveworkitem c
CROSS APPLY (SELECT TOP 1 1 AS one FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid AND s.msdyn_channel = 7) d
LEFT JOIN msdyn_ocliveworkitem w ON w.activityid = c.activityid AND d.one = 2
=>
subject nvarchar(100) null, again nvarchar(100) null
'Third' | NULL

# the labels of a choice and the star
SELECT d.* FROM msdyn_ocliveworkitem c CROSS APPLY (SELECT s.msdyn_channelname, s.msdyn_cdsqueueidname FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid AND s.msdyn_channel = 192340000) d
=>
msdyn_channelname nvarchar(4000) null, msdyn_cdsqueueidname nvarchar(100) null
'SMS' | NULL

# distinct counts over an APPLY
SELECT COUNT(DISTINCT d.id) AS n, COUNT(DISTINCT CASE WHEN d.bot = 1 THEN d.id END) AS bots FROM msdyn_ocsession s
CROSS APPLY (SELECT s.msdyn_liveworkitemid AS id, CASE WHEN s.subject = 'bot' THEN 1 ELSE 0 END AS bot) d
=>
n int, bots int
3 | 2

# a derived table in a subquery looks outside
SELECT q.name, (SELECT MAX(d.x) FROM (SELECT q.name + '!' AS x) d) AS x FROM queue q ORDER BY q.name
=>
name nvarchar(100) null, x nvarchar(101) null
'Billing' | 'Billing!'
'Sales' | 'Sales!'

# 207: an unknown column of an APPLY
SELECT d.y FROM queue q CROSS APPLY (SELECT q.name AS x) d
=>
error 207 1:8
Invalid column name 'y'.

# 4104: a derived table does not see its neighbours
SELECT d.x FROM queue q CROSS JOIN (SELECT q.name AS x) d
=>
error 4104 1:44
The multi-part identifier "q.name" could not be bound.

# 8155: a column without a name
SELECT 1 AS a FROM queue q CROSS APPLY (SELECT UPPER(q.name)) d
=>
error 8155 1:40
No column name was specified for column 1 of 'd'.

# 8120: a column of an APPLY that is not grouped
SELECT q.name, d.x FROM queue q CROSS APPLY (SELECT q.name + 'x' AS x) d GROUP BY q.name
=>
error 8120 1:16
Column 'd.x' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.

# 102: APPLY takes no ON
SELECT 1 AS a FROM queue q CROSS APPLY (SELECT q.name AS x) d ON 1 = 1
=>
error 102 1:63
{"Message":"Incorrect syntax near ON. Line:1, Position:63"}

# several rows of a TOP
SELECT d.s FROM queue q CROSS APPLY (SELECT TOP 2 s.subject AS s FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid) d
=>
s nvarchar(100) null
'bot'
'agent'
'Agent'

# several groups
SELECT d.n FROM queue q OUTER APPLY (SELECT s.subject, COUNT(*) AS n FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid GROUP BY s.subject) d
=>
n int null
1
2

# on the side of an outer join that may be missing
SELECT d.n FROM queue o LEFT JOIN (queue q CROSS APPLY (SELECT COUNT(*) AS n FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid) d) ON o.queueid = q.queueid
=>
n int null
1
2

# a condition of a join that looks at the left side
SELECT q.name, d.a FROM queue q CROSS APPLY (SELECT s.subject AS a FROM msdyn_ocsession s JOIN msdyn_ocliveworkitem c ON c.activityid = s.msdyn_liveworkitemid AND s.msdyn_cdsqueueid = q.queueid) d ORDER BY q.name, d.a
=>
name nvarchar(100) null, a nvarchar(100) null
'Billing' | 'bot'
'Sales' | 'agent'
'Sales' | 'Agent'

# a constant beside a column of the left side, grouped and sorted
SELECT d.x, COUNT(*) AS n FROM sample s CROSS APPLY (SELECT 5 AS x, s.n AS y) d GROUP BY d.x ORDER BY d.x
=>
x int, n int
5 | 4

# the first of an order, and ties among them
SELECT q.name, d.s FROM queue q CROSS APPLY (SELECT TOP 1 s.subject AS s FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid ORDER BY s.msdyn_sessioncreatedon DESC) d ORDER BY q.name
=>
name nvarchar(100) null, s nvarchar(100) null
'Billing' | 'bot'
'Sales' | 'Agent'

# a UNION that looks at the left side
SELECT q.name, d.x FROM queue q CROSS APPLY (SELECT q.name + '1' AS x UNION ALL SELECT s.subject FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid) d ORDER BY q.name, d.x
=>
name nvarchar(100) null, x nvarchar(101) null
'Billing' | 'Billing1'
'Billing' | 'bot'
'Sales' | 'agent'
'Sales' | 'Agent'
'Sales' | 'Sales1'

# DISTINCT rows for each row on the left
SELECT q.name, d.s FROM queue q OUTER APPLY (SELECT DISTINCT UPPER(s.subject) AS s FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid) d ORDER BY q.name
=>
name nvarchar(100) null, s nvarchar(100) null
'Billing' | 'BOT'
'Sales' | 'AGENT'

# no rows: CROSS APPLY leaves the left side out, OUTER APPLY keeps it
SELECT c.subject, d.n, e.n AS m FROM msdyn_ocliveworkitem c OUTER APPLY (SELECT TOP 2 p.msdyn_mode AS n FROM msdyn_sessionparticipant p WHERE p.msdyn_omnichannelsession = c.activityid) d CROSS APPLY (SELECT TOP 1 s.msdyn_channel AS n FROM msdyn_ocsession s WHERE s.msdyn_liveworkitemid = c.activityid AND s.msdyn_channel > 7 ORDER BY s.msdyn_channel) e ORDER BY c.subject
=>
subject nvarchar(100) null, n int null, m int null
'First' | NULL | 192360000
'Second' | NULL | 192340000

# ids, decimals, times and NULLs come through
SELECT d.* FROM queue q CROSS APPLY (SELECT TOP 2 s.sampleid, s.amount, s.price, s.at, s.ratio, s.big, s.flag, s.other, s.note FROM sample s WHERE q.name = 'Sales' AND s.n <> 0 OR s.n IS NULL AND q.name = 'Sales' ORDER BY s.n DESC) d
=>
sampleid uniqueidentifier, amount decimal(10,2) null, price money null, at datetime null, ratio float null, big bigint null, flag bit null, other uniqueidentifier null, note nvarchar(max) null
00000002-0000-4000-8000-000000000002 | '-0.01' | '0.1000' | 1999-12-31T23:59:59.9966666 | -1.5 | 9223372036854775807 | false | 00000000-0000-4000-8000-000000000002 | '100%_[x]'
00000001-0000-4000-8000-000000000001 | '12.34' | '9.9900' | 2026-03-01T10:20:30.1233333 | 0.5 | 5000000000 | true | ffffffff-0000-4000-8000-000000000001 | 'one'

# an id of an APPLY finds its row
SELECT d.id, u.fullname FROM msdyn_ocsession s CROSS APPLY (SELECT TOP 1 p.msdyn_agentid AS id FROM msdyn_sessionparticipant p WHERE p.msdyn_omnichannelsession = s.activityid ORDER BY p.msdyn_sessionparticipantid) d JOIN systemuser u ON u.systemuserid = d.id WHERE s.msdyn_channel = 192360000 ORDER BY u.fullname
=>
id uniqueidentifier null, fullname nvarchar(100) null
00000001-0000-4000-8000-000000000001 | 'Bot One'
00000002-0000-4000-8000-000000000002 | 'Zoë Person'

# groups within an APPLY within an APPLY
SELECT q.name, d.m FROM queue q CROSS APPLY (SELECT MAX(e.n) AS m FROM systemuser u CROSS APPLY (SELECT p.msdyn_mode, COUNT(*) AS n FROM msdyn_sessionparticipant p JOIN msdyn_ocsession s ON s.activityid = p.msdyn_omnichannelsession WHERE p.msdyn_agentid = u.systemuserid AND s.msdyn_cdsqueueid = q.queueid GROUP BY p.msdyn_mode) e) d ORDER BY q.name
=>
name nvarchar(100) null, m int null
'Billing' | 1
'Sales' | 1

# an APPLY before a RIGHT JOIN
SELECT u.fullname, d.n FROM queue q CROSS APPLY (SELECT COUNT(*) AS n FROM msdyn_ocsession s WHERE s.msdyn_cdsqueueid = q.queueid HAVING COUNT(*) > 1) d RIGHT JOIN systemuser u ON u.fullname LIKE '%One' ORDER BY u.fullname
=>
fullname nvarchar(100) null, n int null
'Blank Bot' | NULL
'Bot One' | 2
'Empty Bot' | NULL
'Zoë Person' | NULL

# an APPLY on both sides of a FULL JOIN
SELECT a.n AS a, b.n AS b FROM (queue q CROSS APPLY (SELECT q.name + 'x' AS n) a) FULL JOIN (systemuser u CROSS APPLY (SELECT u.fullname AS n) b) ON a.n = b.n ORDER BY a.n, b.n
=>
a nvarchar(101) null, b nvarchar(100) null
NULL | 'Blank Bot'
NULL | 'Bot One'
NULL | 'Empty Bot'
NULL | 'Zoë Person'
'Billingx' | NULL
'Salesx' | NULL

# a column list (on)
SELECT d.y FROM queue q CROSS APPLY (SELECT q.name, q.queueid) AS d (y, z) ORDER BY d.y
=>
y nvarchar(100) null
'Billing'
'Sales'
