package engine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
)

// example is an expression with its type and value, or with its error.
type example struct{ expression, want string }

// functionExamples are by pages of Microsoft's Transact-SQL reference, https://learn.microsoft.com/sql/t-sql/functions/<page>
// unless the key has a folder: the values are those of its examples or follow from its text.
var functionExamples = map[string][]example{
	"ascii-transact-sql":   {{"ASCII('A')", "int null | 65"}, {"ASCII('P')", "int null | 80"}, {"ASCII('')", "int null | NULL"}, {"ASCII(N'€')", "int null | 128"}, {"ASCII(N'中')", "int null | 63"}},
	"char-transact-sql":    {{"CHAR(83)", "varchar(1) null | 'S'"}, {"CHAR(128)", "varchar(1) null | '€'"}, {"CHAR(256)", "varchar(1) null | NULL"}, {"CHAR(-1)", "varchar(1) null | NULL"}},
	"nchar-transact-sql":   {{"NCHAR(248)", "nvarchar(1) null | 'ø'"}, {"NCHAR(65536)", "nvarchar(1) null | NULL"}},
	"unicode-transact-sql": {{"UNICODE(N'Åkergatan 24')", "int null | 197"}, {"UNICODE(N'😀')", "int null | 55357"}, {"UNICODE(N'')", "int null | NULL"}},
	"charindex-transact-sql": {
		{"CHARINDEX('is', 'This is a string')", "int | 3"}, {"CHARINDEX('is', 'This is a string', 4)", "int | 6"}, {"CHARINDEX('TEST', 'Das ist ein Test')", "int | 13"}, {"CHARINDEX('x', NULL)", "int null | NULL"},
	},
	"concat-transact-sql":     {{"CONCAT('Happy ', 'Birthday ', 11, '/', '25')", "varchar(48) | 'Happy Birthday 11/25'"}, {"CONCAT('a', NULL)", "varchar(31) | 'a'"}, {"CONCAT(N'a', 1)", "nvarchar(31) | 'a1'"}},
	"concat-ws-transact-sql":  {{"CONCAT_WS(',','1 Microsoft Way', NULL, NULL, 'Redmond', 'WA', 98052)", "? | '1 Microsoft Way,Redmond,WA,98052'"}, {"CONCAT_WS('-', NULL, NULL)", "? | ''"}, {"CONCAT_WS(NULL, 'a', 'b')", "? | 'ab'"}},
	"soundex-transact-sql":    {{"SOUNDEX('Smith')", "varchar(4) null | 'S530'"}, {"SOUNDEX('Smythe')", "varchar(4) null | 'S530'"}, {"SOUNDEX('Ashcraft')", "varchar(4) null | 'A261'"}, {"SOUNDEX('')", "varchar(4) null | '0000'"}},
	"difference-transact-sql": {{"DIFFERENCE('Green', 'Greene')", "int null | 4"}, {"DIFFERENCE('Blotchet-Halls', 'Greene')", "int null | 0"}, {"DIFFERENCE('Smithers', 'Smythers')", "int null | 4"}, {"DIFFERENCE('Anothers', 'Brothers')", "int null | 2"}},
	"format-transact-sql": {
		{"FORMAT(CAST('20200809' AS datetime), 'd', 'en-US')", "nvarchar(4000) null | '8/9/2020'"}, {"FORMAT(CAST('20200809' AS datetime), 'D', 'en-us')", "nvarchar(4000) null | 'Sunday, August 9, 2020'"},
		{"FORMAT(CAST('20200809' AS datetime), 'dd/MM/yyyy', 'en-US')", "nvarchar(4000) null | '09/08/2020'"}, {"FORMAT(123456789, '###-##-####')", "nvarchar(4000) null | '123-45-6789'"},
		{"FORMAT(CAST('1.0002' AS money), 'N', 'en-us')", "nvarchar(4000) null | '1.00'"}, {"FORMAT(CAST('1.55' AS money), 'G', 'en-us')", "nvarchar(4000) null | '1.5500'"}, {"FORMAT(CAST('8.2784' AS money), 'C', 'en-us')", "nvarchar(4000) null | '$8.28'"},
		{"FORMAT(CAST('2018-01-01 14:00' AS datetime), N'hh:mm tt')", "nvarchar(4000) null | '02:00 PM'"}, {"FORMAT(CAST('2018-01-01 01:00' AS datetime), N'hh:mm t')", "nvarchar(4000) null | '01:00 A'"}, {"FORMAT(CAST('2018-01-01 14:00' AS datetime), N'HH:mm')", "nvarchar(4000) null | '14:00'"},
		{"FORMAT(-1234.567, 'C')", "nvarchar(4000) null | '($1,234.57)'"}, {"FORMAT(0.1234, 'P1')", "nvarchar(4000) null | '12.3 %'"}, {"FORMAT(255, 'X4')", "nvarchar(4000) null | '00FF'"}, {"FORMAT(-7, 'D3')", "nvarchar(4000) null | '-007'"},
		{"FORMAT(1234567.891, '#,##0.00')", "nvarchar(4000) null | '1,234,567.89'"}, {"FORMAT(-5, '0;(0);zero')", "nvarchar(4000) null | '(5)'"}, {"FORMAT(0, '0;(0);zero')", "nvarchar(4000) null | 'zero'"}, {"FORMAT(0.075, '0.0%')", "nvarchar(4000) null | '7.5%'"},
		{"FORMAT(1e20, 'G')", "nvarchar(4000) null | '100000000000000000000'"}, {"FORMAT(12, 'no\"t')", "nvarchar(4000) null | NULL"}, {"FORMAT(1.5, 'D')", "nvarchar(4000) null | NULL"}, {"FORMAT(NULL, 'D')", "error 8116"}, {"FORMAT(1, 'N', 'de-de')", "error 40517"},
	},
	"left-transact-sql":  {{"LEFT('abcdefg', 2)", "varchar(2) | 'ab'"}, {"LEFT('abc', -1)", "error 537"}},
	"right-transact-sql": {{"RIGHT('abcdefg', 2)", "varchar(2) | 'fg'"}, {"RIGHT('abc', -1)", "error 536"}},
	"len-transact-sql":   {{"LEN('abc  ')", "int | 3"}, {"LEN(N'é')", "int | 1"}, {"LEN(12345)", "int | 5"}},
	"ltrim-transact-sql": {{"LTRIM('  x ')", "varchar(4) | 'x '"}, {"LTRIM('xxabc', 'x')", "varchar(5) | 'abc'"}},
	"trim-transact-sql":  {{"TRIM('     test    ')", "varchar(13) | 'test'"}, {"TRIM('.,! ' FROM '     #     test    .')", "varchar(20) | '#     test'"}},
	"patindex-transact-sql": {
		{"PATINDEX('%ter%', 'interesting data')", "int | 3"}, {"PATINDEX('%en_ure%', 'Please ensure the door is locked!')", "int | 8"}, {"PATINDEX('%[^ 0-9A-Za-z]%', 'Please ensure the door is locked!')", "int | 33"},
		{"PATINDEX('b%', 'abc')", "int | 0"}, {"PATINDEX('a%', 'abc')", "int | 1"}, {"PATINDEX('%c', 'abcc')", "int | 4"}, {"PATINDEX('%', '')", "int | 1"}, {"PATINDEX('%b%d', 'abcdbd')", "int | 2"}, {"PATINDEX(NULL, 'a')", "int null | NULL"},
	},
	"quotename-transact-sql":     {{"QUOTENAME('abc[]def')", "nvarchar(258) null | '[abc[]]def]'"}, {"QUOTENAME('a''b', '''')", "nvarchar(258) null | ''a''b''"}, {"QUOTENAME('a', '~')", "nvarchar(258) null | NULL"}, {"QUOTENAME(REPLICATE('a', 129))", "nvarchar(258) null | NULL"}},
	"replace-transact-sql":       {{"REPLACE('abcdefghicde','cde','xxx')", "varchar(8000) | 'abxxxfghixxx'"}, {"REPLACE('This is a sentence with spaces in it.', ' ', '')", "varchar(8000) | 'Thisisasentencewithspacesinit.'"}},
	"replicate-transact-sql":     {{"REPLICATE('0', 4)", "varchar(8000) null | '0000'"}, {"REPLICATE('a', -1)", "varchar(8000) null | NULL"}, {"LEN(REPLICATE('a', 9000))", "int null | 8000"}, {"LEN(REPLICATE(CAST('a' AS varchar(max)), 9000))", "bigint null | 9000"}, {"LEN(REPLICATE(N'ab', 3000))", "int null | 4000"}},
	"reverse-transact-sql":       {{"REVERSE(1234)", "varchar(8000) | '4321'"}, {"REVERSE('Ken ')", "varchar(4) | ' neK'"}},
	"space-transact-sql":         {{"'a' + SPACE(2) + 'b'", "? | 'a  b'"}, {"SPACE(-1)", "varchar(8000) null | NULL"}, {"DATALENGTH(SPACE(9000))", "int | 8000"}},
	"str-transact-sql":           {{"STR(123.45, 6, 1)", "varchar(6) null | ' 123.5'"}, {"STR(123.45, 2, 2)", "varchar(2) null | '**'"}, {"STR(FLOOR(123.45), 8, 3)", "varchar(8) null | ' 123.000'"}, {"STR(12,10)", "varchar(10) null | '        12'"}, {"STR(1223,2)", "varchar(2) null | '**'"}},
	"string-escape-transact-sql": {{`STRING_ESCAPE('\   /  \\    "     ', 'json')`, `nvarchar(max) | '\\   \/  \\\\    \"     '`}, {"STRING_ESCAPE('a', 'xml')", "error 13612"}, {"STRING_ESCAPE('a' + CHAR(9) + CHAR(1), 'json')", `nvarchar(max) null | 'a\t\u0001'`}},
	"stuff-transact-sql": {
		{"STUFF('abcdef', 2, 3, 'ijklmn')", "? | 'aijklmnef'"}, {"STUFF('abcdef', 0, 3, 'x')", "? | NULL"}, {"STUFF('abcdef', 7, 1, 'x')", "? | NULL"}, {"STUFF('abcdef', 2, -1, 'x')", "? | NULL"}, {"STUFF('abcdef', 5, 10, 'x')", "? | 'abcdx'"}, {"STUFF('abcdef', 2, 2, NULL)", "? | 'adef'"}, {"STUFF('abc', 2, 0, '-')", "? | 'a-bc'"},
	},
	"substring-transact-sql": {{"SUBSTRING('abcdef', 2, 3)", "varchar(3) | 'bcd'"}, {"SUBSTRING('abc', 0, 2)", "varchar(2) | 'a'"}, {"SUBSTRING('abc', 2, -1)", "error 537"}},
	"translate-transact-sql": {{"TRANSLATE('2*[3+4]/{7-2}', '[]{}', '()()')", "varchar(13) | '2*(3+4)/(7-2)'"}, {"TRANSLATE('[137.4, 72.3]' , '[,]', '( )')", "varchar(13) | '(137.4  72.3)'"}, {"TRANSLATE('abc', 'ab', 'x')", "error 9828"}, {"TRANSLATE('abcdef','abc','bcd')", "varchar(6) | 'bcddef'"}},
	"abs-transact-sql":       {{"ABS(-1.0)", "decimal(2,1) | '1.0'"}, {"ABS(CAST(-5 AS smallint))", "smallint | 5"}, {"ABS(-2147483648)", "error 8115"}},
	"ceiling-transact-sql":   {{"CEILING(123.45)", "decimal(5,0) | '124'"}, {"CEILING(-123.45)", "decimal(5,0) | '-123'"}, {"CEILING(0.0)", "decimal(1,0) | '0'"}},
	"floor-transact-sql":     {{"FLOOR(123.45)", "decimal(5,0) | '123'"}, {"FLOOR(-123.45)", "decimal(5,0) | '-124'"}, {"FLOOR(CAST(123.45 AS money))", "money | '123.0000'"}},
	"round-transact-sql": {
		{"ROUND(748.58, -4)", "decimal(5,2) | '0.00'"}, {"ROUND(748.58, -1)", "decimal(5,2) | '750.00'"}, {"ROUND(748.58, -2)", "decimal(5,2) | '700.00'"}, {"ROUND(748.58, -3)", "error 8115"}, {"ROUND(CAST(748.58 AS decimal(6,2)), -3)", "decimal(6,2) | '1000.00'"},
		{"ROUND(123.9994, 3)", "decimal(7,4) | '123.9990'"}, {"ROUND(123.9995, 3)", "decimal(7,4) | '124.0000'"}, {"ROUND(123.4545, 2)", "decimal(7,4) | '123.4500'"}, {"ROUND(150.75, 0)", "decimal(5,2) | '151.00'"}, {"ROUND(150.75, 0, 1)", "decimal(5,2) | '150.00'"}, {"ROUND(CAST(150 AS tinyint), -2)", "int | 200"},
	},
	"power-transact-sql": {
		{"POWER(CAST(2.5 AS float), 3)", "float | 15.625"}, {"POWER(2, -100.0)", "int | 0"}, {"POWER(2.00, -100.0)", "decimal(38,2) | '0.00'"}, {"POWER(CAST(2.0 AS decimal(5,2)), -100.0)", "decimal(38,2) | '0.00'"}, {"POWER(2.0, 3)", "decimal(38,1) | '8.0'"}, {"POWER(2, 31)", "error 232"}, {"POWER(CAST(2 AS bigint), 40)", "bigint | 1099511627776"}, {"POWER(0, -1)", "error 3623"},
	},
	"sign-transact-sql":                       {{"SIGN(-7)", "int | -1"}, {"SIGN(0.00)", "decimal(2,2) | '0.00'"}, {"SIGN(2e0)", "float | 1"}, {"SIGN(CAST(-3 AS money))", "money | '-1.0000'"}, {"SIGN(CAST(5 AS bigint))", "bigint | 1"}},
	"sqrt-transact-sql":                       {{"SQRT(4)", "float | 2"}, {"SQRT(-1)", "error 3623"}},
	"square-transact-sql":                     {{"SQUARE(3)", "float | 9"}},
	"pi-transact-sql":                         {{"PI()", "float | 3.141592653589793"}},
	"degrees-transact-sql":                    {{"DEGREES(PI()/2)", "float | 90"}, {"DEGREES(1)", "int | 57"}},
	"radians-transact-sql":                    {{"RADIANS(180)", "int | 3"}, {"RADIANS(0e0)", "float | 0"}, {"RADIANS(CAST(-45.01 AS float))", "float | -0.7855726963226477"}},
	"rand-transact-sql":                       {{"RAND(100)", "float | 0.7154366573674853"}, {"RAND(0)", "float | 0.9435973904241444"}},
	"exp-transact-sql":                        {{"EXP(0)", "float | 1"}, {"EXP(1000)", "error 8115"}},
	"log-transact-sql":                        {{"LOG(1)", "float | 0"}, {"LOG(8, 2)", "float | 3"}, {"LOG(0)", "error 3623"}, {"LOG10(1000)", "float | 3"}, {"EXP(LOG(20))", "float | 19.999999999999996"}},
	"atn2-transact-sql":                       {{"ATN2(0, 1)", "float | 0"}, {"ATN2(0, 0)", "error 3623"}, {"ACOS(2)", "error 3623"}, {"ASIN(0)", "float | 0"}, {"ATAN(0)", "float | 0"}, {"COS(0)", "float | 1"}, {"SIN(0)", "float | 0"}, {"TAN(0)", "float | 0"}, {"COT(0)", "error 3623"}},
	"choose-transact-sql":                     {{"CHOOSE(3, 'Manager', 'Director', 'Developer', 'Tester')", "varchar(9) null | 'Developer'"}, {"CHOOSE(5, 'a', 'b')", "varchar(1) null | NULL"}, {"CHOOSE(0, 'a')", "varchar(1) null | NULL"}},
	"logical-functions-greatest-transact-sql": {{"GREATEST('6.62', 3.1415, N'7')", "decimal(5,4) | '7.0000'"}, {"GREATEST('Glacier', N'Joshua Tree', 'Mount Rainier')", "nvarchar(13) | 'Mount Rainier'"}, {"GREATEST(NULL, 1, NULL)", "? | 1"}, {"LEAST('6.62', 3.1415, N'7')", "decimal(5,4) | '3.1415'"}},
	"isnumeric-transact-sql":                  {{"ISNUMERIC('12.5')", "int | 1"}, {"ISNUMERIC('$1,000')", "int | 1"}, {"ISNUMERIC('+')", "int | 1"}, {"ISNUMERIC('$')", "int | 1"}, {"ISNUMERIC('1e5')", "int | 1"}, {"ISNUMERIC('x')", "int | 0"}, {"ISNUMERIC('')", "int | 0"}, {"ISNUMERIC(NULL)", "int | 0"}, {"ISNUMERIC(5)", "int | 1"}, {"ISNUMERIC(GETDATE())", "int | 0"}},
	"isdate-transact-sql":                     {{"ISDATE('2009-05-12 10:19:41.177')", "int | 1"}, {"ISDATE('2009-02-30')", "int | 0"}, {"ISDATE(NULL)", "int | 0"}, {"ISDATE('1752-12-31')", "int | 0"}, {"ISDATE(CAST(GETDATE() AS datetime2))", "error 8116"}},
	"datalength-transact-sql":                 {{"DATALENGTH('abc')", "int | 3"}, {"DATALENGTH(N'abc ')", "int | 8"}, {"DATALENGTH(1)", "int | 4"}, {"DATALENGTH(CAST(1 AS bigint))", "int | 8"}, {"DATALENGTH(1.5)", "int | 5"}, {"DATALENGTH(NULL)", "int null | NULL"}, {"DATALENGTH(NEWID())", "int | 16"}, {"DATALENGTH(CAST('abc' AS char(10)))", "int | 10"}, {"DATALENGTH(CAST('abc' AS nvarchar(max)))", "bigint | 6"}},
	"formatmessage-transact-sql": {
		{"FORMATMESSAGE('This is the %s and this is the %s.', 'first variable', 'second variable')", "nvarchar(2048) | 'This is the first variable and this is the second variable.'"},
		{"FORMATMESSAGE('Signed int %i, %d %i, %d, %+i, %+d, %+i, %+d', 5, -5, 50, -50, -11, -11, 11, 11)", "nvarchar(2048) | 'Signed int 5, -5 50, -50, -11, -11, +11, +11'"},
		{"FORMATMESSAGE('%03i', 5)", "nvarchar(2048) | '005'"}, {"FORMATMESSAGE('Bigint %I64d', 3000000000)", "error 2748"}, {"FORMATMESSAGE('Bigint %I64d', CAST(3000000000 AS bigint))", "nvarchar(2048) | 'Bigint 3000000000'"},
		{"FORMATMESSAGE('Unsigned int %u, %u', 50, -50)", "nvarchar(2048) | 'Unsigned int 50, 4294967246'"}, {"FORMATMESSAGE('%x, %X, %X, %#x', 11, 11, -11, 11)", "nvarchar(2048) | 'b, B, FFFFFFF5, 0xb'"},
		{"FORMATMESSAGE('Hello %20s!', 'TEST')", "nvarchar(2048) | 'Hello                 TEST!'"}, {"FORMATMESSAGE('Hello %-20s!', 'TEST')", "nvarchar(2048) | 'Hello TEST                !'"}, {"FORMATMESSAGE('%d', 'x')", "error 2786"}, {"FORMATMESSAGE('%q')", "error 2787"}, {"FORMATMESSAGE('%s 100%%', NULL)", "nvarchar(2048) | '(null) 100%'"}, {"FORMATMESSAGE(20009, 'x')", "nvarchar(2048) null | NULL"},
	},
	"isnull-transact-sql": {{"GETANSINULL()", "int | 1"}, {"NEWSEQUENTIALID()", "error 302"}, {"ISNULL(NULL, 5)", "int | 5"}},
}

// want compares an answer with what an example wants, of which ? stands for anything.
func matches(want, got string) bool {
	wantType, wantValue, _ := strings.Cut(want, " | ")
	lines := strings.SplitN(got, "\n", 2)
	if strings.HasPrefix(want, "error ") {
		return strings.HasPrefix(lines[0], want+" ")
	}
	return len(lines) == 2 && (wantType == "?" || "x "+wantType == lines[0]) && (wantValue == "?" || wantValue == lines[1])
}

func checkExamples(t *testing.T, pages map[string][]example) {
	t.Helper()
	e := open(t, Options{Undocumented: dialect.All()})
	for page, examples := range pages {
		for _, ex := range examples {
			got := answer(t.Context(), e, "SELECT "+ex.expression+" AS x", corpusParams(true))
			assert.True(t, matches(ex.want, got), "%s: %s\nwant %s\ngot  %s", page, ex.expression, ex.want, got)
		}
	}
}

func TestFunctionsAnswerAsTheirPagesSay(t *testing.T) { checkExamples(t, functionExamples) }
