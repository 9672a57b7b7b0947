## Dates and times.
## https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql
## https://learn.microsoft.com/sql/t-sql/functions/datediff-transact-sql
## https://learn.microsoft.com/sql/t-sql/functions/dateadd-transact-sql
## https://learn.microsoft.com/sql/t-sql/functions/datepart-transact-sql

# datetime is rounded to 1/300 s
SELECT CAST('2026-01-01T00:00:00.999' AS datetime) AS a, CAST('2026-01-01T00:00:00.995' AS datetime) AS b, CAST('2026-01-01T00:00:00.001' AS datetime) AS c
=>
a datetime, b datetime, c datetime
2026-01-01T00:00:01 | 2026-01-01T00:00:00.9966666 | 2026-01-01T00:00:00

# the texts of datetime
SELECT CONVERT(nvarchar(30), at, 126) AS a, CONVERT(nvarchar(30), at, 120) AS b, CONVERT(nvarchar(30), at, 121) AS c, CONVERT(nvarchar(10), at, 23) AS d, CONVERT(varchar(8), at, 112) AS e, CONVERT(nvarchar(30), at) AS f, CONVERT(varchar(8), at, 108) AS g FROM sample WHERE n = 7
=>
a nvarchar(30) null, b nvarchar(30) null, c nvarchar(30) null, d nvarchar(10) null, e varchar(8) null, f nvarchar(30) null, g varchar(8) null
'2026-03-01T10:20:30.123' | '2026-03-01 10:20:30' | '2026-03-01 10:20:30.123' | '2026-03-01' | '20260301' | 'Mar  1 2026 10:20AM' | '10:20:30'

# a datetime without milliseconds has none in style 126
SELECT CONVERT(nvarchar(30), @from, 126) AS a
=>
a nvarchar(30)
'2026-03-01T00:00:00'

# the forms of datetime literals
SELECT CAST('20260131' AS datetime) AS a, CAST('2026-01-31' AS datetime) AS b, CAST('2026-01-31 10:20' AS datetime) AS c, CAST('20260131 10:20:30.5' AS datetime) AS d, CAST('' AS datetime) AS e
=>
a datetime, b datetime, c datetime, d datetime, e datetime
2026-01-31T00:00:00 | 2026-01-31T00:00:00 | 2026-01-31T10:20:00 | 2026-01-31T10:20:30.5 | 1900-01-01T00:00:00

# style 127 reads a Z
SELECT CONVERT(datetime, '2026-01-31T10:20:30Z', 127) AS a
=>
a datetime
2026-01-31T10:20:30

# day 0 is 1900-01-01
SELECT CAST(0 AS datetime) AS a, DATEDIFF(day, 0, '19000102') AS b, CAST(CAST('1900-01-03T12:00:00' AS datetime) AS int) AS c
=>
a datetime, b int, c int
1900-01-01T00:00:00 | 1 | 3

# DATEDIFF counts boundaries
SELECT DATEDIFF(year, '2025-12-31T23:59:59', '2026-01-01T00:00:00') AS y, DATEDIFF(quarter, '2025-12-31T23:59:59', '2026-01-01T00:00:00') AS q, DATEDIFF(month, '2025-12-31', '2026-01-01') AS m, DATEDIFF(week, '2026-01-03', '2026-01-04') AS w, DATEDIFF(day, '2025-12-31T23:59:59', '2026-01-01T00:00:00') AS d, DATEDIFF(hour, '2026-01-01T00:59:59', '2026-01-01T01:00:00') AS h, DATEDIFF(minute, '2026-01-01T00:59:59', '2026-01-01T01:00:00') AS mi, DATEDIFF(second, '2026-01-01T00:59:59.997', '2026-01-01T01:00:00') AS s
=>
y int, q int, m int, w int, d int, h int, mi int, s int
1 | 1 | 1 | 1 | 1 | 1 | 1 | 1

# DATEDIFF may be negative, NULL stays NULL
SELECT DATEDIFF(hour, '2026-01-01T01:00:00', '2026-01-01T00:59:59') AS h, DATEDIFF(second, at, @from) AS s FROM sample WHERE n IS NULL
=>
h int, s int null
-1 | NULL

# DATEDIFF of days before 1900
SELECT DATEDIFF(day, '18991231 23:00', '19000101') AS a, DATEDIFF(hour, '18991231 23:59', '19000101') AS b, DATEDIFF(week, '18991230', '18991231') AS c
=>
a int, b int, c int
1 | 1 | 1

# DATEDIFF of milliseconds
SELECT DATEDIFF(ms, '2026-01-01T00:00:00', '2026-01-01T00:00:00.007') AS a
=>
a int
7

# DATEADD keeps the type
SELECT DATEADD(second, 90, at) AS a, DATEADD(hour, -1, at) AS b, DATEADD(day, 1, day) AS c, DATEADD(week, 1, exact) AS d FROM sample WHERE n = 7
=>
a datetime null, b datetime null, c date null, d datetime2(7) null
2026-03-01T10:22:00.1233333 | 2026-03-01T09:20:30.1233333 | 2026-03-02T00:00:00 | 2026-03-08T10:20:30.1234567

# DATEADD of months stays within the month
SELECT DATEADD(month, 1, '2026-01-31T10:00:00') AS a, DATEADD(year, -1, '2024-02-29') AS b, DATEADD(quarter, 1, '2025-11-30') AS c
=>
a datetime, b datetime, c datetime
2026-02-28T10:00:00 | 2023-02-28T00:00:00 | 2026-02-28T00:00:00

# DATEADD of milliseconds rounds to 1/300 s
SELECT DATEADD(ms, 1, @from) AS a, DATEADD(ms, 2, @from) AS b, DATEADD(ms, -2, @from) AS c
=>
a datetime, b datetime, c datetime
2026-03-01T00:00:00 | 2026-03-01T00:00:00.0033333 | 2026-02-28T23:59:59.9966666

# DATEPART
SELECT DATEPART(year, at) AS y, DATEPART(qq, at) AS q, DATEPART(month, at) AS m, DATEPART(dayofyear, at) AS dy, DATEPART(dd, at) AS d, DATEPART(wk, at) AS w, DATEPART(dw, at) AS dw, DATEPART(hh, at) AS h, DATEPART(mi, at) AS mi, DATEPART(ss, at) AS s, DATEPART(ms, at) AS ms, DATEPART(isowk, at) AS iso FROM sample WHERE n = 7
=>
y int null, q int null, m int null, dy int null, d int null, w int null, dw int null, h int null, mi int null, s int null, ms int null, iso int null
2026 | 1 | 3 | 60 | 1 | 10 | 1 | 10 | 20 | 30 | 123 | 9

# DATEPART of a shifted time
SELECT DATEPART(hour, DATEADD(second, 3600, msdyn_sessioncreatedon)) AS h, COUNT(*) AS n FROM msdyn_ocsession WHERE msdyn_sessioncreatedon IS NOT NULL GROUP BY DATEPART(hour, DATEADD(second, 3600, msdyn_sessioncreatedon)) ORDER BY h
=>
h int null, n int
0 | 1
10 | 2
13 | 1

# the weekday that does not depend on DATEFIRST
SELECT DATEDIFF(day, '19000101', at) % 7 + 1 AS d FROM sample WHERE n = 7
=>
d int null
7

# weekday 1 is Sunday
SELECT DATEPART(weekday, '2026-03-01') AS sunday, DATEPART(weekday, '2026-03-07') AS saturday, DATENAME(weekday, '2026-03-01') AS name, DATENAME(month, '2026-03-01') AS m, DATENAME(year, '2026-03-01') AS y
=>
sunday int, saturday int, name nvarchar(30), m nvarchar(30), y nvarchar(30)
1 | 7 | 'Sunday' | 'March' | '2026'

# YEAR, MONTH, DAY
SELECT YEAR(at) AS y, MONTH(at) AS m, DAY(at) AS d FROM sample WHERE small = 32767
=>
y int null, m int null, d int null
1999 | 12 | 31

# EOMONTH and DATEFROMPARTS give dates
SELECT EOMONTH('2024-02-10') AS a, EOMONTH('2025-12-31', 2) AS b, DATEFROMPARTS(2024, 2, 29) AS c
=>
a date, b date, c date
2024-02-29T00:00:00 | 2026-02-28T00:00:00 | 2024-02-29T00:00:00

# the clock
SELECT GETUTCDATE() AS a, GETDATE() AS b, CURRENT_TIMESTAMP AS c, SYSUTCDATETIME() AS d
=>
a datetime, b datetime, c datetime, d datetime2(7)
2026-03-05T06:07:08.01 | 2026-03-05T06:07:08.01 | 2026-03-05T06:07:08.01 | 2026-03-05T06:07:08.009

# date, datetime and datetime2 convert to one another (on)
SELECT CAST(at AS date) AS a, CAST(day AS datetime) AS b, CAST(exact AS datetime) AS c, CAST(at AS datetime2) AS d, CAST(exact AS datetime2(3)) AS e, CAST(exact AS date) AS f FROM sample WHERE n = 7
=>
a date null, b datetime null, c datetime null, d datetime2(7) null, e datetime2(3) null, f date null
2026-03-01T00:00:00 | 2026-03-01T00:00:00 | 2026-03-01T10:20:30.1233333 | 2026-03-01T10:20:30.1233333 | 2026-03-01T10:20:30.123 | 2026-03-01T00:00:00

# a day bucket by truncation
SELECT DATEADD(day, DATEDIFF(day, 0, at), 0) AS d FROM sample WHERE n = 7
=>
d datetime null
2026-03-01T00:00:00

# datetime plus days
SELECT at + 1 AS a, at - 1 AS b FROM sample WHERE n = 7
=>
a datetime null, b datetime null
2026-03-02T10:20:30.1233333 | 2026-02-28T10:20:30.1233333

# the last and the first datetime
SELECT CAST('9999-12-31T23:59:59.997' AS datetime) AS a, CAST('1753-01-01' AS datetime) AS b
=>
a datetime, b datetime
9999-12-31T23:59:59.9966666 | 1753-01-01T00:00:00
