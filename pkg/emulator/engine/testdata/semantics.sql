## What values mean: collation, three-valued logic, precedence, arithmetic, conversions, functions.
## https://learn.microsoft.com/sql/t-sql/language-elements/operator-precedence-transact-sql
## https://learn.microsoft.com/sql/t-sql/data-types/data-type-precedence-transact-sql
## https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql
## https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql
## https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql

# = ignores case and trailing blanks
SELECT COUNT(*) AS n FROM sample WHERE label = 'ALPHA'
=>
n int
2

# LIKE ignores case, blanks count
SELECT COUNT(*) AS n FROM sample WHERE label LIKE 'ALPHA'
=>
n int
1

# LIKE: _ is one character
SELECT label FROM sample WHERE label LIKE 'b_ta'
=>
label nvarchar(100) null
'beta'

# LIKE: sets and ranges
SELECT code FROM sample WHERE code LIKE '[a-b][0-9]' AND n = 7
=>
code varchar(20) null
'A1'

# LIKE: a negated set
SELECT COUNT(*) AS n FROM sample WHERE code LIKE '[^a]%'
=>
n int
0

# LIKE: wildcards in brackets stand for themselves
SELECT COUNT(*) AS n FROM sample WHERE note LIKE '100[%][_][[]x]'
=>
n int
1

# LIKE: ESCAPE
SELECT COUNT(*) AS n FROM sample WHERE note LIKE '100!%!_![x]' ESCAPE '!'
=>
n int
1

# NOT LIKE of NULL is unknown
SELECT COUNT(*) AS n FROM sample WHERE note NOT LIKE 'zzz'
=>
n int
3

# NULL = NULL is unknown
SELECT COUNT(*) AS n FROM sample WHERE n = n
=>
n int
3

# NOT of unknown is unknown
SELECT COUNT(*) AS n FROM sample WHERE NOT (n = 7)
=>
n int
2

# unknown OR true is true
SELECT COUNT(*) AS n FROM sample WHERE n = 8 OR sampleid IS NOT NULL
=>
n int
4

# blanks alone equal the empty text
SELECT COUNT(*) AS n FROM systemuser WHERE msdyn_botapplicationid <> ''
=>
n int
1

# AND binds tighter than OR
SELECT COUNT(*) AS n FROM sample WHERE n = 7 OR n = 0 AND n = 1
=>
n int
1

# NOT binds tighter than AND
SELECT COUNT(*) AS n FROM sample WHERE NOT n = 7 AND n = 0
=>
n int
1

# BETWEEN takes the first AND
SELECT COUNT(*) AS n FROM sample WHERE n BETWEEN 0 AND 7 AND n = 0
=>
n int
1

# * binds tighter than +, from left to right
SELECT 2 + 3 * 4 - 10 / 5 / 2 AS x, 7 - 3 - 2 AS y, -2 + 5 AS z, - (2 + 5) AS w
=>
x int, y int, z int, w int
13 | 2 | 3 | -7

# integers divide to integers, towards zero
SELECT 7 / 2 AS a, -7 / 2 AS b, 7 % 3 AS c, -7 % 3 AS d, 7 / 2.0 AS e, 7 / 2e0 AS f
=>
a int, b int, c int, d int, e decimal(8,6), f float
3 | -3 | 1 | -1 | '3.500000' | 3.5

# the widths of whole numbers
SELECT tiny + 1 AS a, small + tiny AS b, n + big AS c, flag + 1 AS d FROM sample WHERE n = 0
=>
a int null, b smallint null, c bigint null, d int null
1 | 0 | 0 | 1

# a literal beyond int is a numeric
SELECT 2147483647 AS a, 2147483648 AS b, -2147483648 AS c
=>
a int, b decimal(10,0), c int
2147483647 | '2147483648' | -2147483648

# decimals: precision and scale
SELECT amount + 1 AS a, amount * amount AS b, amount / 3 AS c, 1.10 + 2.2 AS d FROM sample WHERE n = 7
=>
a decimal(11,2) null, b decimal(21,4) null, c decimal(14,6) null, d decimal(4,2)
'13.34' | '152.2756' | '4.113333' | '3.30'

# decimals do not show float noise
SELECT CASE WHEN 0.1 + 0.2 = 0.3 THEN 1 ELSE 0 END AS same
=>
same int
1

# money
SELECT price * 2 AS a, price / 2 AS b FROM sample WHERE n = 7
=>
a money null, b money null
'19.9800' | '4.9950'

# text + text, NULL gives NULL
SELECT N'a' + 'b' AS x, label + '!' AS y FROM sample WHERE n IS NULL
=>
x nvarchar(2), y nvarchar(101) null
'ab' | NULL

# text + number adds
SELECT '2' + 3 AS x
=>
x int
5

# the type of CASE is the highest of its results
SELECT CASE WHEN n = 7 THEN 1 ELSE 2.5 END AS a, CASE WHEN n = 7 THEN 'x' ELSE N'long' END AS b FROM sample WHERE n = 7
=>
a decimal(11,1), b nvarchar(4)
'1.0' | 'x'

# CASE without ELSE is NULL
SELECT CASE n WHEN 0 THEN 'zero' WHEN 7 THEN 'seven' END AS x FROM sample ORDER BY n
=>
x varchar(5) null
NULL
'zero'
'seven'
NULL

# IIF, CHOOSE, NULLIF, COALESCE, ISNULL
SELECT IIF(n > 5, 'big', 'small') AS a, CHOOSE(2, 'x', 'y') AS b, NULLIF(n, 7) AS c, COALESCE(NULL, tiny, big) AS d, ISNULL(code, 'none') AS e FROM sample WHERE n = 7
=>
a varchar(5), b varchar(1) null, c int null, d bigint null, e varchar(20)
'big' | 'y' | NULL | 10 | 'A1'

# ISNULL takes the type of its first argument
SELECT ISNULL(CAST(NULL AS nvarchar(2)), 'long') AS x
=>
x nvarchar(2)
'lo'

# CAST to a shorter text cuts
SELECT CAST('abcdef' AS nvarchar(3)) AS x
=>
x nvarchar(3)
'abc'

# CAST of numbers to text
SELECT CAST(12 AS nvarchar(10)) AS a, CAST(amount AS varchar(20)) AS b, CAST(ratio AS nvarchar(20)) AS c, CAST(flag AS varchar(5)) AS d FROM sample WHERE n = 7
=>
a nvarchar(10), b varchar(20) null, c nvarchar(20) null, d varchar(5) null
'12' | '12.34' | '0.5' | '1'

# CAST of text to numbers
SELECT CAST(' 12 ' AS int) AS a, CAST('1.256' AS decimal(5,2)) AS b, CAST('' AS int) AS c, CAST('true' AS bit) AS d, CAST('1e3' AS float) AS e
=>
a int, b decimal(5,2), c int, d bit, e float
12 | '1.26' | 0 | true | 1000

# CAST to int truncates, ROUND does not
SELECT CAST(2.9 AS int) AS a, CAST(-2.9 AS int) AS b, ROUND(2.5, 0) AS c, ROUND(-2.567, 2) AS d, ROUND(1250, -2) AS e, ROUND(2.567, 2, 1) AS f
=>
a int, b int, c decimal(2,1), d decimal(4,3), e int, f decimal(4,3)
2 | -2 | '3.0' | '-2.570' | 1300 | '2.560'

# FLOOR, CEILING, ABS
SELECT FLOOR(-1.5) AS a, CEILING(-1.5) AS b, ABS(-3) AS c, FLOOR(ratio) AS d, ABS(ratio) AS e FROM sample WHERE small = 32767
=>
a decimal(2,0), b decimal(2,0), c int, d float null, e float null
'-2' | '-1' | 3 | -2 | 1.5

# LEN ignores trailing blanks
SELECT LEN('ab  ') AS a, LEN('  ') AS b, LEN(label) AS c FROM sample WHERE small = 32767
=>
a int, b int, c int null
2 | 0 | 5

# text functions
SELECT UPPER('aé') AS a, LOWER('ÀB') AS b, LEFT('abc', 2) AS c, RIGHT('abc', 2) AS d, SUBSTRING('abcdef', 2, 3) AS e, SUBSTRING('abc', 0, 2) AS f, LTRIM('  x ') AS g, RTRIM(' x  ') AS h, REPLACE('aAbA', 'a', 'x') AS i, CHARINDEX('B', 'abc') AS j
=>
a nvarchar(2), b nvarchar(2), c varchar(2), d varchar(2), e varchar(3), f varchar(2), g varchar(4), h varchar(4), i varchar(8000), j int
'AÉ' | 'àb' | 'ab' | 'bc' | 'bcd' | 'a' | 'x ' | ' x' | 'xxbx' | 2

# text functions of columns
SELECT UPPER(label) AS a, LEFT(label, 2) AS b, SUBSTRING(label, 2, 2) AS c, REPLACE(label, 'A', '-') AS d, CHARINDEX('A', label, 2) AS e FROM sample WHERE n = 7
=>
a nvarchar(100) null, b nvarchar(2) null, c nvarchar(2) null, d nvarchar(4000) null, e int null
'ALPHA' | 'Al' | 'lp' | '-lph-' | 5

# CONCAT takes NULL for nothing and numbers for text
SELECT CONCAT('a', NULL, 1, label) AS x FROM sample WHERE n = 7
=>
x nvarchar(161)
'a1Alpha'

# text converts to the type beside it
SELECT COUNT(*) AS n FROM sample WHERE n = '7' AND at > '2026-03-01T00:00:00' AND sampleid = '00000001-0000-4000-8000-000000000001'
=>
n int
1

# a text parameter converts to datetime
SELECT subject FROM msdyn_ocsession WHERE msdyn_sessioncreatedon = @when
=>
subject nvarchar(100) null
'agent'

# a datetimeoffset parameter is an instant (on)
SELECT subject FROM msdyn_ocsession WHERE msdyn_sessioncreatedon = @instant
=>
subject nvarchar(100) null
'agent'

# text compares with text whatever its case
SELECT COUNT(*) AS n FROM sample WHERE label = @text
=>
n int
2

# bits compare with numbers and with words
SELECT COUNT(*) AS n FROM sample WHERE flag = 1 OR flag = 'true'
=>
n int
1
