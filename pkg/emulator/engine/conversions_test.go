package engine

import "testing"

// dateExamples are by pages, as functionExamples.
var dateExamples = map[string][]example{
	"dateadd-transact-sql": {
		{"DATEADD(month, 1, '20060830')", "datetime | 2006-09-30T00:00:00"}, {"DATEADD(month, 1, '2006-08-31')", "datetime | 2006-09-30T00:00:00"}, {"DATEADD(year, 8000, '2006-08-31')", "error 517"}, {"DATEADD(month, -1, '2006-08-31')", "datetime | 2006-07-31T00:00:00"},
		{"DATEADD(day, 365, CAST('2007-01-01 13:10:10.1111111' AS datetime2))", "datetime2(7) | 2008-01-01T13:10:10.1111111"}, {"DATEADD(ns, 150, CAST('2007-01-01 13:10:10.1111111' AS datetime2))", "datetime2(7) | 2007-01-01T13:10:10.1111112"},
		{"DATEADD(hour, 1, CAST('2024-02-29' AS date))", "error 9810"}, {"DATEADD(year, 1, CAST('2024-02-29' AS date))", "date | 2025-02-28T00:00:00"},
		{"DATEADD(hour, 5, CAST('2026-03-01T23:00:00+02:00' AS datetimeoffset(0)))", "datetimeoffset(0) | 2026-03-02T04:00:00"},
	},
	"datediff-transact-sql": {
		{"DATEDIFF(year, '2005-12-31 23:59:59.9999999', CAST('2006-01-01 00:00:00.0000000' AS datetime2))", "error 241"}, {"DATEDIFF(microsecond, CAST('2005-12-31 23:59:59.9999999' AS datetime2), CAST('2006-01-01 00:00:00.0000000' AS datetime2))", "int | 1"},
		{"DATEDIFF(dayofyear, '20051231', '20060101')", "int | 1"}, {"DATEDIFF(week, '2005-12-31', '2006-01-01')", "int | 1"}, {"DATEDIFF(month, '2005-12-31', '2005-01-01')", "int | -11"},
		{"DATEDIFF(second, '1900-01-01', '2026-01-01')", "error 535"}, {"DATEDIFF(ns, CAST('2026-01-01' AS datetime2), CAST('2026-01-01T00:00:03' AS datetime2))", "error 535"},
		{"DATEDIFF(hour, CAST('2026-01-01T00:00:00+02:00' AS datetimeoffset), CAST('2026-01-01T00:00:00+00:00' AS datetimeoffset))", "int | 2"},
	},
	"datediff-big-transact-sql": {
		{"DATEDIFF_BIG(second, '1900-01-01', '2026-01-01')", "bigint | 3976214400"}, {"DATEDIFF_BIG(nanosecond, CAST('2005-12-31 23:59:59.9999999' AS datetime2), CAST('2006-01-01 00:00:00.0000000' AS datetime2))", "bigint | 100"},
		{"DATEDIFF_BIG(ns, CAST('0001-01-01' AS datetime2), CAST('9999-12-31' AS datetime2))", "error 535"}, {"DATEDIFF_BIG(ms, '1753-01-01', '9999-12-31')", "bigint | 260250019200000"},
	},
	"datepart-transact-sql": {
		{"DATEPART(week, '2007-04-21')", "int | 16"}, {"DATEPART(weekday, '2007-04-21')", "int | 7"}, {"DATEPART(iso_week, '2008-12-29')", "int | 1"}, {"DATEPART(ns, CAST('2007-10-30 12:15:32.1234567' AS datetime2))", "int | 123456700"},
		{"DATEPART(tzoffset, CAST('2007-05-10 00:00:01.1234567 +05:10' AS datetimeoffset))", "int | 310"}, {"DATEPART(tz, GETDATE())", "error 9810"}, {"DATEPART(year, 0)", "int | 1900"}, {"DATENAME(weekday, '2007-10-30')", "nvarchar(30) | 'Tuesday'"},
		{"DATEPART(hour, CAST('2007-05-10 01:00:01 +05:10' AS datetimeoffset))", "int | 1"},
	},
	"datetimefromparts-transact-sql": {
		{"DATETIMEFROMPARTS(2010, 12, 31, 23, 59, 59, 0)", "datetime | 2010-12-31T23:59:59"}, {"DATETIMEFROMPARTS(2010, 12, 31, 23, 59, 59, 999)", "datetime | 2011-01-01T00:00:00"}, {"DATETIMEFROMPARTS(2010, 13, 31, 23, 59, 59, 0)", "error 289"}, {"DATETIMEFROMPARTS(2010, NULL, 31, 23, 59, 59, 0)", "datetime null | NULL"}, {"DATETIMEFROMPARTS(1700, 1, 1, 0, 0, 0, 0)", "error 289"},
		{"DATEFROMPARTS(2010, 12, 31)", "date | 2010-12-31T00:00:00"}, {"DATEFROMPARTS(2010, 2, 29)", "error 289"},
		{"DATETIME2FROMPARTS(2011, 8, 15, 14, 23, 44, 5, 1)", "datetime2(1) | 2011-08-15T14:23:44.5"}, {"DATETIME2FROMPARTS(2011, 8, 15, 14, 23, 44, 50, 2)", "datetime2(2) | 2011-08-15T14:23:44.5"}, {"DATETIME2FROMPARTS(2011, 8, 15, 14, 23, 44, 5, 7)", "datetime2(7) | 2011-08-15T14:23:44.0000005"}, {"DATETIME2FROMPARTS(2011, 8, 15, 14, 23, 44, 10, 1)", "error 289"}, {"DATETIME2FROMPARTS(2011, 8, 15, 14, 23, 44, 5, NULL)", "error 10760"},
		{"SMALLDATETIMEFROMPARTS(2010, 12, 31, 23, 59)", "datetime | 2010-12-31T23:59:00"}, {"SMALLDATETIMEFROMPARTS(2080, 1, 1, 0, 0)", "error 289"},
		{"CONVERT(varchar(40), DATETIMEOFFSETFROMPARTS(2010, 12, 31, 14, 23, 23, 0, 12, 0, 7))", "varchar(40) | '2010-12-31 14:23:23.0000000 +12:00'"}, {"DATETIMEOFFSETFROMPARTS(2011, 8, 15, 14, 30, 00, 5, 12, -30, 1)", "error 289"}, {"DATETIMEOFFSETFROMPARTS(2011, 8, 15, 14, 30, 00, 5, 15, 0, 1)", "error 289"},
		{"TIMEFROMPARTS(23, 59, 59, 0, 0)", "error 40517"},
	},
	"switchoffset-transact-sql": {
		{"CONVERT(varchar(40), SWITCHOFFSET('1998-09-20 07:45:50.71345 -05:00', '-08:00'))", "varchar(40) | '1998-09-20 04:45:50.7134500 -08:00'"}, {"CONVERT(varchar(40), SWITCHOFFSET(CAST('2026-01-01T00:00:00Z' AS datetimeoffset(0)), 90))", "varchar(40) | '2026-01-01 01:30:00 +01:30'"}, {"SWITCHOFFSET(SYSDATETIMEOFFSET(), '+25:00')", "error 9812"}, {"SWITCHOFFSET(SYSDATETIMEOFFSET(), 841)", "error 9812"},
	},
	"todatetimeoffset-transact-sql": {
		{"CONVERT(varchar(40), TODATETIMEOFFSET(CAST('2019-04-22 16:23:51.7666667' AS datetime2), '-07:00'))", "varchar(40) | '2019-04-22 16:23:51.7666667 -07:00'"}, {"CONVERT(varchar(40), TODATETIMEOFFSET(CAST('2019-04-22 11:39:21' AS datetime2(0)), -120), 126)", "varchar(40) | '2019-04-22T11:39:21-02:00'"}, {"TODATETIMEOFFSET(GETDATE(), 'x')", "error 9812"},
	},
	"../data-types/datetimeoffset-transact-sql": {
		{"CASE WHEN CAST('2026-01-01 10:00:00 +02:00' AS datetimeoffset) = CAST('2026-01-01 08:00:00' AS datetime) THEN 1 ELSE 0 END", "int | 1"}, {"CAST(CAST('2026-01-01 10:00:00 +02:00' AS datetimeoffset) AS datetime)", "datetime | 2026-01-01T10:00:00"},
		{"CONVERT(varchar(40), CAST('2026-01-01 10:00:00 +02:00' AS datetimeoffset(3)), 127)", "varchar(40) | '2026-01-01T08:00:00Z'"}, {"CAST('2026-01-01 10:00:00 +15:00' AS datetimeoffset)", "error 241"}, {"FORMAT(CAST('2026-01-01 10:00:00 -03:30' AS datetimeoffset), 'HH:mm zzz')", "nvarchar(4000) null | '10:00 -03:30'"}, {"SYSDATETIMEOFFSET()", "datetimeoffset(7) | 2026-03-05T06:07:08.009"},
		{"CONVERT(varchar(40), CAST('2026-01-01 10:00:00.1234567 +02:00' AS datetimeoffset(3)))", "varchar(40) | '2026-01-01 10:00:00.123 +02:00'"},
	},
	"eomonth-transact-sql": {{"EOMONTH('20111201', -1)", "date | 2011-11-30T00:00:00"}, {"EOMONTH('2011-12-01')", "date | 2011-12-31T00:00:00"}, {"EOMONTH('9999-12-01', 1)", "error 517"}, {"EOMONTH(NULL)", "date null | NULL"}},
	"datetrunc-transact-sql": {
		{"DATETRUNC(quarter, CAST('2021-12-08 11:30:15.1234567' AS datetime2))", "datetime2(7) | 2021-10-01T00:00:00"}, {"DATETRUNC(week, CAST('2021-12-08 11:30:15.1234567' AS datetime2))", "datetime2(7) | 2021-12-05T00:00:00"}, {"DATETRUNC(iso_week, CAST('2021-12-08 11:30:15.1234567' AS datetime2))", "datetime2(7) | 2021-12-06T00:00:00"}, {"DATETRUNC(dayofyear, CAST('2021-12-08 11:30:15.1234567' AS datetime2))", "datetime2(7) | 2021-12-08T00:00:00"},
		{"DATETRUNC(minute, CAST('2021-12-08 11:30:15.1234567' AS datetime2))", "datetime2(7) | 2021-12-08T11:30:00"}, {"DATETRUNC(microsecond, CAST('2021-12-08 11:30:15.1234567' AS datetime2))", "datetime2(7) | 2021-12-08T11:30:15.123456"}, {"DATETRUNC(month, '1998-03-04')", "datetime2(7) | 1998-03-01T00:00:00"}, {"DATETRUNC(ms, CAST('2020-02-02 02:02:02.002' AS datetime))", "datetime | 2020-02-02T02:02:02.0033333"},
		{"DATETRUNC(week, CAST('0001-01-01' AS date))", "error 9837"}, {"DATETRUNC(microsecond, CAST('2021-12-12 12:12:12' AS datetime2(3)))", "error 9810"}, {"DATETRUNC(weekday, GETDATE())", "error 9810"}, {"DATETRUNC(year, CAST('2050-04-04' AS date))", "date | 2050-01-01T00:00:00"}, {"CONVERT(varchar(40), DATETRUNC(day, CAST('2026-01-01T01:30:00+02:00' AS datetimeoffset(0))))", "varchar(40) | '2026-01-01 00:00:00 +02:00'"},
	},
	"date-bucket-transact-sql": {
		{"DATE_BUCKET(week, 1, CAST('2020-04-15 21:22:11' AS datetime2))", "datetime2(7) | 2020-04-13T00:00:00"}, {"DATE_BUCKET(week, 6, CAST('2020-04-15 21:22:11' AS datetime2))", "datetime2(7) | 2020-04-13T00:00:00"}, {"DATE_BUCKET(week, 5, CAST('2020-04-15 21:22:11' AS datetime2))", "datetime2(7) | 2020-04-06T00:00:00"}, {"DATE_BUCKET(week, 5, CAST('2020-06-15 21:22:11' AS datetime2), CAST('2019-01-01 00:00:00' AS datetime2))", "datetime2(7) | 2020-06-09T00:00:00"},
		{"DATE_BUCKET(day, 365, CAST('2000-01-01 01:01:01.1110000' AS datetime2))", "datetime2(7) | 1999-12-08T00:00:00"}, {"DATE_BUCKET(hour, 2, CAST('2020-06-15 21:22:11' AS datetime2), CAST('2019-01-01 00:00:00' AS datetime2))", "datetime2(7) | 2020-06-15T20:00:00"}, {"DATE_BUCKET(day, 2147483648, CAST('2020-04-30' AS datetime2))", "error 8115"}, {"DATE_BUCKET(day, -1, CAST('2020-04-30' AS datetime2))", "error 9834"},
		{"DATE_BUCKET(month, 3, CAST('2026-05-17 10:00' AS datetime))", "datetime | 2026-04-01T00:00:00"}, {"DATE_BUCKET(year, 10, CAST('1895-01-01' AS date))", "date | 1890-01-01T00:00:00"}, {"DATE_BUCKET(ms, 100, CAST('2026-01-01T00:00:00.250' AS datetime))", "datetime | 2026-01-01T00:00:00.2"}, {"DATE_BUCKET(day, 1, '2026-01-01')", "error 8116"}, {"DATE_BUCKET(day, 1, GETDATE(), CAST('2026-01-01' AS date))", "error 8116"},
	},
	"../data-types/smalldatetime-transact-sql": {
		{"CAST('2007-05-08 12:35:29' AS smalldatetime)", "datetime | 2007-05-08T12:35:00"}, {"CAST('2007-05-08 12:35:30' AS smalldatetime)", "datetime | 2007-05-08T12:36:00"}, {"CAST('2007-05-08 12:59:59.998' AS smalldatetime)", "datetime | 2007-05-08T13:00:00"}, {"CAST('2079-06-06 23:59:29' AS smalldatetime)", "datetime | 2079-06-06T23:59:00"}, {"CAST('2079-06-06 23:59:30' AS smalldatetime)", "error 242"}, {"CAST('1899-12-31' AS smalldatetime)", "error 242"},
	},
	"../data-types/datetime-transact-sql (arithmetic)": {
		{"CAST('2026-01-01' AS datetime) + 1.5", "datetime | 2026-01-02T12:00:00"}, {"CAST('2026-01-02' AS datetime) - CAST('2026-01-01' AS datetime)", "datetime | 1900-01-02T00:00:00"}, {"'2026-01-01' + CAST(1 AS datetime)", "datetime | 2026-01-02T00:00:00"}, {"1 - CAST('2026-01-01' AS datetime)", "datetime | 1774-01-01T00:00:00"}, {"CAST('2026-01-01' AS datetime) * 2", "error 206"}, {"CAST('9999-12-31' AS datetime) + 1", "error 8115"}, {"CAST('2026-01-01' AS date) + 1", "error 206"}, {"CAST(1.75 AS datetime)", "datetime | 1900-01-02T18:00:00"}, {"CAST(CAST('1900-01-02T12:00:00' AS datetime) AS decimal(9,2))", "decimal(9,2) | '1.50'"},
	},
}

// conversionExamples are of CAST, CONVERT, TRY_CAST and PARSE: functions/cast-and-convert-transact-sql and its kin.
var conversionExamples = map[string][]example{
	"cast-and-convert-transact-sql (truncating and rounding)": {
		{"CAST(10.6496 AS int)", "int | 10"}, {"CAST(-10.6496 AS int)", "int | -10"}, {"CAST(10.6496 AS numeric)", "decimal(18,0) | '11'"}, {"CAST(-10.6496 AS numeric)", "decimal(18,0) | '-11'"}, {"CAST(10.3496847 AS money)", "money | '10.3497'"}, {"CAST(CAST(2.5 AS money) AS int)", "int | 3"}, {"CAST(CAST(-2.5 AS money) AS int)", "int | -3"}, {"CAST(2.9e0 AS int)", "int | 2"}, {"CAST(CAST('1900-01-01T12:00:00' AS datetime) AS int)", "int | 1"}, {"CAST('' AS decimal(9,2))", "error 8114"}, {"CAST('' AS money)", "money | '0.0000'"}, {"CAST('' AS float)", "float | 0"},
	},
	"cast-and-convert-transact-sql (results that are too long)": {
		{"CAST(123 AS varchar(2))", "varchar(2) | '*'"}, {"CAST(123 AS char(2))", "varchar(2) | '* '"}, {"CAST(123 AS nvarchar(2))", "error 8115"}, {"CAST(CAST(123 AS bigint) AS varchar(2))", "error 8115"}, {"CAST(1.25 AS varchar(3))", "error 8115"}, {"CAST(CAST(1.25 AS money) AS varchar(3))", "error 8115"}, {"CAST(1.25e0 AS varchar(3))", "error 8115"}, {"CAST(GETDATE() AS varchar(3))", "varchar(3) | 'Mar'"}, {"CAST('abcdef' AS char(3))", "varchar(3) | 'abc'"}, {"CAST('ab' AS char(4)) + '|'", "varchar(5) | 'ab  |'"}, {"CAST('ab' AS nchar(3)) + N'|'", "nvarchar(4) | 'ab |'"}, {"CAST(NEWID() AS varchar(35))", "error 8170"},
	},
	"cast-and-convert-transact-sql (float and money styles)": {
		{"CONVERT(varchar(30), 1234567.891e0)", "varchar(30) | '1.23457e+006'"}, {"CONVERT(varchar(30), 1234567.891e0, 1)", "varchar(30) | '1.2345679e+006'"}, {"CONVERT(varchar(30), 0.1e0, 2)", "varchar(30) | '1.000000000000000e-001'"}, {"CONVERT(varchar(30), 0.1e0, 3)", "varchar(30) | '1.0000000000000001e-001'"},
		{"CONVERT(varchar(30), CAST(4235.9819 AS money))", "varchar(30) | '4235.98'"}, {"CONVERT(varchar(30), CAST(3510.92 AS money), 1)", "varchar(30) | '3,510.92'"}, {"CONVERT(varchar(30), CAST(4235.9819 AS money), 2)", "varchar(30) | '4235.9819'"},
	},
	"cast-and-convert-transact-sql (date styles)": {
		{"CONVERT(varchar(30), CAST('2026-03-01T13:05:07' AS datetime), 101)", "varchar(30) | '03/01/2026'"}, {"CONVERT(varchar(30), CAST('2026-03-01T13:05:07.123' AS datetime), 113)", "varchar(30) | '01 Mar 2026 13:05:07:123'"}, {"CONVERT(datetime, '3/1/2026 1:05 PM', 101)", "datetime | 2026-03-01T13:05:00"}, {"CONVERT(datetime, '1.3.2026', 104)", "datetime | 2026-03-01T00:00:00"}, {"CONVERT(datetime, '13/1/2026', 101)", "error 242"}, {"CONVERT(varchar(30), GETDATE(), 130)", "error 40517"}, {"CONVERT(varchar(30), GETDATE(), 99)", "error 281"}, {"CONVERT(varchar(30), GETDATE(), NULL)", "varchar(30) null | NULL"}, {"CONVERT(varchar(30), CAST(GETDATE() AS date), 108)", "error 8114"}, {"CONVERT(varchar(30), CAST('2026-03-01T13:05:07.1234567' AS datetime2))", "varchar(30) | '2026-03-01 13:05:07.1234567'"},
	},
	"cast-and-convert-transact-sql (errors by type)": {
		{"CAST(256 AS tinyint)", "error 220"}, {"CAST(-1 AS tinyint)", "error 220"}, {"CAST(32768 AS smallint)", "error 220"}, {"CAST(CAST(256 AS bigint) AS tinyint)", "error 8115"}, {"CAST(3000000000 AS int)", "error 8115"}, {"CAST(3e9 AS int)", "error 232"}, {"CAST('256' AS tinyint)", "error 244"}, {"CAST('32768' AS smallint)", "error 244"}, {"CAST(N'3000000000' AS int)", "error 248"}, {"CAST('9223372036854775808' AS bigint)", "error 8115"}, {"CAST('x' AS bigint)", "error 8114"}, {"CAST('x' AS int)", "error 245"}, {"CAST('x' AS bit)", "error 245"}, {"CAST('x' AS float)", "error 8114"}, {"CAST('1e400' AS float)", "error 8115"}, {"CAST('x' AS decimal)", "error 8114"}, {"CAST('1e3' AS decimal)", "error 8114"}, {"CAST('1000' AS decimal(3,1))", "error 8115"}, {"CAST('x' AS money)", "error 235"}, {"CAST('x' AS uniqueidentifier)", "error 8169"}, {"CAST('x' AS datetime)", "error 241"}, {"CAST('2026-02-30' AS datetime)", "error 242"}, {"CAST('2026-02-30' AS date)", "error 241"}, {"CAST('2026-02-30' AS datetime2)", "error 241"}, {"CAST(NEWID() AS int)", "error 529"}, {"CAST(0x01 AS int)", "error 40517"}, {"CAST(1 AS xml)", "error 40517"}, {"CAST(1e39 AS real)", "error 8115"}, {"CAST(214748.3648 AS smallmoney)", "error 8115"}, {"CAST(0.1e0 AS real)", "float | 0.10000000149011612"}, {"CAST('-$1,234.5' AS smallmoney)", "money | '-1234.5000'"},
	},
	"try-cast-transact-sql": {
		{"TRY_CAST('test' AS float)", "float null | NULL"}, {"TRY_CAST('12' AS int)", "int null | 12"}, {"TRY_CAST(300 AS tinyint)", "tinyint null | NULL"}, {"TRY_CAST('2026-02-30' AS datetime)", "datetime null | NULL"}, {"TRY_CAST(NEWID() AS int)", "error 529"}, {"TRY_CAST('x' AS uniqueidentifier)", "uniqueidentifier null | NULL"}, {"TRY_CAST(1234.5 AS decimal(3,1))", "decimal(3,1) null | NULL"}, {"TRY_CAST(3e9 AS int)", "int null | NULL"}, {"TRY_CAST(1 / 0 AS int)", "error 8134"}, {"TRY_CONVERT(datetime, '2026-01-31T10:20:30Z', 127)", "datetime null | 2026-01-31T10:20:30"}, {"TRY_CONVERT(xml, 4)", "error 40517"},
	},
	"parse-transact-sql": {
		{"PARSE('Monday, 13 December 2010' AS datetime2 USING 'en-US')", "datetime2(7) | 2010-12-13T00:00:00"}, {"PARSE('12/16/2010' AS datetime2)", "datetime2(7) | 2010-12-16T00:00:00"}, {"PARSE('€345,98' AS money USING 'de-DE')", "error 40517"}, {"PARSE('$345.98' AS money)", "money | '345.9800'"}, {"PARSE('1,234' AS int)", "int | 1234"}, {"PARSE('1.5' AS int)", "int | 1"}, {"PARSE('x' AS int)", "error 9819"}, {"TRY_PARSE('x' AS int)", "int null | NULL"}, {"PARSE('1.5e3' AS float)", "float | 1500"}, {"PARSE(NULL AS int)", "error 8116"}, {"PARSE('x' AS varchar(3))", "error 10761"}, {"TRY_PARSE('31 December 2020' AS datetime)", "datetime null | 2020-12-31T00:00:00"},
	},
}

// arithmeticExamples are of the operators: language-elements and data-types/precision-scale-and-length-transact-sql.
var arithmeticExamples = map[string][]example{
	"../data-types/precision-scale-and-length-transact-sql": {
		{"CAST(0.0000009000 AS decimal(30,20)) * CAST(1.0000000000 AS decimal(30,20))", "decimal(38,17) | '0.00000090000000000'"}, {"CAST(0.0000009000 AS decimal(30,10)) * CAST(1.0000000000 AS decimal(30,10))", "decimal(38,6) | '0.000001'"},
		{"CAST(1.67574 AS decimal(38,10)) / CAST(10000 AS decimal(38,10))", "decimal(38,6) | '0.000167'"}, {"1.67574 / 10000.0", "decimal(14,12) | '0.000167574000'"}, {"2.0 / 3", "decimal(7,6) | '0.666666'"}, {"-2.0 / 3", "decimal(7,6) | '-0.666666'"},
		{"CAST(1 AS decimal(38,10)) + CAST(1 AS decimal(38,10))", "decimal(38,10) | '2.0000000000'"}, {"CAST(1 AS decimal(38,20)) + CAST(1 AS decimal(38,0))", "decimal(38,0) | '2'"}, {"CAST(0.5 AS decimal(38,20)) + CAST(1 AS decimal(38,0))", "decimal(38,0) | '2'"},
		{"5.5 % 2", "decimal(2,1) | '1.5'"}, {"-5.5 % 2", "decimal(2,1) | '-1.5'"}, {"CAST(1 AS money) + 0.00001", "decimal(21,5) | '1.00001'"},
	},
	"../data-types/decimal-and-numeric-transact-sql": {
		{"12345678901234567890123456789012345678", "decimal(38,0) | '12345678901234567890123456789012345678'"}, {"123456789012345678901234567890123456789", "error 1007"}, {"CAST('99999999999999999999999999999999999999' AS decimal(38,0)) + 1", "error 8115"}, {"99999999999999999999999999999999999999 - 1", "decimal(38,0) | '99999999999999999999999999999999999998'"},
		{"CASE WHEN 0.1 + 0.2 = 0.3 THEN 1 ELSE 0 END", "int | 1"}, {"CAST(0.1e0 AS decimal(38,20))", "decimal(38,20) | '0.10000000000000001000'"}, {"1234567890123456789.123456789 * 10", "decimal(31,9) | '12345678901234567891.234567890'"}, {"CASE WHEN 9007199254740993.0 = 9007199254740992 THEN 1 ELSE 0 END", "int | 0"}, {"CAST(9007199254740993.0 AS bigint)", "bigint | 9007199254740993"}, {"1.0 / 0", "error 8134"}, {"1.0 % 0.0", "error 8134"}, {"-(2.50)", "decimal(3,2) | '-2.50'"},
	},
	"../data-types/money-and-smallmoney-transact-sql": {
		{"CAST(100 AS money) / CAST(339 AS money)", "money | '0.2949'"}, {"CAST(922337203685477.5807 AS money) + CAST(1 AS money)", "error 8115"}, {"CAST(0.5 AS money) * CAST(0.5 AS money)", "money | '0.2500'"}, {"CAST(10 AS money) / 4", "money | '2.5000'"}, {"CAST('€12.5' AS money)", "money | '12.5000'"}, {"CAST(922337203685477.5808 AS money)", "error 8115"},
	},
	"../language-elements/bitwise-operators-transact-sql": {
		{"170 & 75", "int | 10"}, {"170 | 75", "int | 235"}, {"170 ^ 75", "int | 225"}, {"~170", "int | -171"}, {"~CAST(170 AS tinyint)", "tinyint | 85"}, {"~CAST(1 AS bit)", "bit | false"}, {"1 + 2 & 2", "int | 2"}, {"2 * 3 | 1", "int | 7"}, {"1.5 & 1", "error 402"}, {"~1.5", "error 8117"}, {"~'1'", "error 8117"}, {"NULL | 1", "int null | NULL"},
	},
	"../language-elements/string-concatenation-transact-sql": {
		{"LEN(REPLICATE('x', 8000) + 'yy')", "int null | 8000"}, {"LEN(CAST(REPLICATE('x', 8000) AS varchar(max)) + 'yy')", "? | 8002"}, {"LEN(REPLICATE(N'x', 4000) + N'yy' + N'z')", "int null | 4000"}, {"'a' + NULL", "varchar(2) null | NULL"}, {"LEN(CONCAT(REPLICATE('x', 7999), 'yyy'))", "int | 8000"}, {"LEN(CONCAT_WS('-', REPLICATE('x', 7999), 'yyy'))", "int | 8000"},
	},
	"../language-elements/all-transact-sql": {
		{"CASE WHEN 3 > ALL (SELECT n FROM sample WHERE n < 3) THEN 1 ELSE 0 END", "int | 1"}, {"CASE WHEN 3 > ALL (SELECT n FROM sample) THEN 1 WHEN NOT 3 > ALL (SELECT n FROM sample) THEN 0 END", "int null | 0"}, {"CASE WHEN 3000000000 > ALL (SELECT n FROM sample) THEN 1 WHEN NOT 3000000000 > ALL (SELECT n FROM sample) THEN 0 END", "int null | NULL"}, {"CASE WHEN 1 > ALL (SELECT n FROM sample WHERE n > 8e9) THEN 1 ELSE 0 END", "int | 1"},
		{"CASE WHEN 7 = ANY (SELECT n FROM sample) THEN 1 ELSE 0 END", "int | 1"}, {"CASE WHEN 8 < SOME (SELECT n FROM sample) THEN 1 ELSE 0 END", "int | 1"}, {"CASE WHEN 8 = ANY (SELECT n FROM sample) THEN 1 WHEN NOT 8 = ANY (SELECT n FROM sample) THEN 0 END", "int null | NULL"}, {"CASE WHEN 8 <> ALL (SELECT n FROM sample WHERE n IS NOT NULL) THEN 1 ELSE 0 END", "int | 1"}, {"CASE WHEN 'ALPHA' >= ANY (SELECT label FROM sample) THEN 1 ELSE 0 END", "int | 1"}, {"CASE WHEN 1 < ANY (SELECT n FROM sample WHERE n > 8e9) THEN 1 ELSE 0 END", "int | 0"},
	},
	"../queries/is-distinct-from-transact-sql": {
		{"CASE WHEN NULL IS NOT DISTINCT FROM NULL THEN 1 ELSE 0 END", "int | 1"}, {"CASE WHEN 0 IS DISTINCT FROM NULL THEN 1 ELSE 0 END", "int | 1"}, {"CASE WHEN 'a' IS DISTINCT FROM 'A ' THEN 1 ELSE 0 END", "int | 0"}, {"CASE WHEN 1.0 IS DISTINCT FROM 1 THEN 1 ELSE 0 END", "int | 0"},
	},
	"../language-elements/set-transact-sql, float": {{"1e308 * 10", "error 8115"}, {"1 / 2e0", "float | 0.5"}, {"2e0 % 2", "error 402"}, {"0e0 / 0e0", "error 8134"}},
}

func TestDatesAnswerAsTheirPagesSay(t *testing.T)       { checkExamples(t, dateExamples) }
func TestConversionsAnswerAsTheirPagesSay(t *testing.T) { checkExamples(t, conversionExamples) }
func TestOperatorsAnswerAsTheirPagesSay(t *testing.T)   { checkExamples(t, arithmeticExamples) }
