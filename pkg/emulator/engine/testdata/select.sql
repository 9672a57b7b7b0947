## The select list, TOP, DISTINCT, ORDER BY, UNION, label columns, the catalogue.
## https://learn.microsoft.com/sql/t-sql/queries/select-transact-sql
## https://learn.microsoft.com/power-apps/developer/data-platform/dataverse-sql-query

# the ping of drivers needs no column name
select 1
=>
int
1

# the ping may end in a semicolon
select 1;
=>
int
1

# several semicolons end one statement
SELECT 1 AS a;;
=>
a int
1

# the reported version
SELECT @@version AS v
=>
v nvarchar(300)
'Microsoft SQL Azure (RTM) - 12.0.2000.8'

# an alias without AS, quoted names of both kinds, any case
SELECT q.[NAME] "The Name", q.queueid [id] FROM [dbo].[QUEUE] q ORDER BY "The Name"
=>
The Name nvarchar(100) null, id uniqueidentifier
'Billing' | 0000000b-0000-4000-8000-00000000000b
'Sales' | 0000000c-0000-4000-8000-00000000000c

# alias = expression
SELECT n = 1 + 1
=>
n int
2

# comments nest and are white space
SELECT /* a /* b */ c */ 1 AS a -- the end
=>
a int
1

# a star brings the labels of choices and lookups
SELECT TOP (1) * FROM msdyn_ocsession ORDER BY subject DESC
=>
activityid uniqueidentifier, subject nvarchar(100) null, msdyn_liveworkitemid uniqueidentifier null, msdyn_liveworkitemidname nvarchar(100) null, msdyn_sessioncreatedon datetime null, msdyn_channel int null, msdyn_channelname nvarchar(4000) null, msdyn_closurereason int null, msdyn_cdsqueueid uniqueidentifier null, msdyn_cdsqueueidname nvarchar(100) null
0000001f-0000-4000-8000-00000000001f | 'bot' | 00000015-0000-4000-8000-000000000015 | 'First' | 2026-03-01T09:00:00 | 192360000 | 'Live chat' | 192350027 | 0000000b-0000-4000-8000-00000000000b | 'Billing'

# table.*
SELECT q.* FROM queue AS q WHERE q.name = N'sales'
=>
queueid uniqueidentifier, name nvarchar(100) null
0000000c-0000-4000-8000-00000000000c | 'Sales'

# TOP takes a parameter
SELECT TOP (@n) name FROM queue ORDER BY name DESC
=>
name nvarchar(100) null
'Sales'
'Billing'

# TOP 0 gives no row
SELECT TOP 0 name FROM queue
=>
name nvarchar(100) null

# DISTINCT ignores case and trailing blanks
SELECT DISTINCT label FROM sample WHERE label LIKE 'ALPHA%' ORDER BY label
=>
label nvarchar(100) null
'Alpha'

# ORDER BY puts NULL first
SELECT n FROM sample ORDER BY n
=>
n int null
NULL
0
7
2147483647

# ORDER BY descending puts NULL last
SELECT n FROM sample ORDER BY n DESC
=>
n int null
2147483647
7
0
NULL

# ORDER BY position
SELECT name, queueid FROM queue ORDER BY 1 DESC
=>
name nvarchar(100) null, queueid uniqueidentifier
'Sales' | 0000000c-0000-4000-8000-00000000000c
'Billing' | 0000000b-0000-4000-8000-00000000000b

# ORDER BY an expression that is not selected
SELECT name FROM queue ORDER BY LEN(name)
=>
name nvarchar(100) null
'Sales'
'Billing'

# ORDER BY text ignores case
SELECT label FROM sample WHERE label IS NOT NULL ORDER BY label DESC, n
=>
label nvarchar(100) null
'beta'
'Alpha'
'alpha  '

# uniqueidentifiers sort by their last group first
SELECT other FROM sample ORDER BY other
=>
other uniqueidentifier null
NULL
ffffffff-0000-4000-8000-000000000001
00000000-0000-4000-8000-000000000002
00000003-0000-4000-8000-000000000003

# MIN and MAX of uniqueidentifier follow the same order
SELECT MIN(other) AS low, MAX(other) AS high FROM sample
=>
low uniqueidentifier null, high uniqueidentifier null
ffffffff-0000-4000-8000-000000000001 | 00000003-0000-4000-8000-000000000003

# the text of a uniqueidentifier is upper case
SELECT CONVERT(nvarchar(36), other) AS t FROM sample WHERE n = 7
=>
t nvarchar(36) null
'FFFFFFFF-0000-4000-8000-000000000001'

# UNION removes duplicates, by the collation
SELECT 'a' AS x UNION SELECT 'A ' UNION SELECT N'b' ORDER BY x
=>
x nvarchar(2)
'A '
'b'

# UNION ALL keeps them
SELECT 1 AS x UNION ALL SELECT 1 UNION ALL SELECT 2 ORDER BY 1 DESC
=>
x int
2
1
1

# UNION takes the higher type
SELECT 1 AS x UNION ALL SELECT 2.5 ORDER BY x
=>
x decimal(11,1)
'1.0'
'2.5'

# brackets decide what a UNION joins
SELECT 1 AS x UNION ALL (SELECT 1 UNION SELECT 1)
=>
x int
1
1

# TOP within a UNION
SELECT TOP 1 'q' AS x FROM queue UNION ALL SELECT TOP 1 'u' FROM systemuser
=>
x varchar(1)
'q'
'u'

# a choice's label
SELECT DISTINCT msdyn_channel, msdyn_channelname FROM msdyn_ocsession ORDER BY msdyn_channel
=>
msdyn_channel int null, msdyn_channelname nvarchar(4000) null
NULL | NULL
7 | NULL
192340000 | 'SMS'
192360000 | 'Live chat'

# a lookup's name
SELECT s.subject, s.msdyn_cdsqueueidname FROM msdyn_ocsession AS s ORDER BY s.msdyn_sessioncreatedon, s.subject
=>
subject nvarchar(100) null, msdyn_cdsqueueidname nvarchar(100) null
NULL | NULL
'bot' | 'Billing'
'agent' | 'Sales'
'bot' | NULL
'Agent' | 'Sales'

# grouping by a label
SELECT msdyn_channelname AS channel, COUNT(*) AS n FROM msdyn_ocsession GROUP BY msdyn_channelname ORDER BY channel
=>
channel nvarchar(4000) null, n int
NULL | 2
'Live chat' | 2
'SMS' | 1

# the catalogue's tables
SELECT t.name FROM sys.tables AS t WHERE t.name LIKE 'q%'
=>
name nvarchar(128)
'queue'

# the catalogue's columns
SELECT c.name, c.system_type_id, c.max_length, c.is_nullable FROM sys.columns c INNER JOIN sys.tables t ON t.object_id = c.object_id WHERE t.name = 'queue' ORDER BY c.column_id
=>
name nvarchar(128) null, system_type_id tinyint, max_length smallint, is_nullable bit null
'queueid' | 36 | 16 | false
'name' | 231 | 200 | true

# parameters of every type
SELECT @n AS n, @id AS id, @text AS t, @from AS f
=>
n bigint, id uniqueidentifier, t nvarchar(5), f datetime
2 | 0000001f-0000-4000-8000-00000000001f | 'ALPHA' | 2026-03-01T00:00:00

# a NULL that nothing types is an int
SELECT NULL AS x
=>
x int null
NULL
