package parse

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
)

// refusedStatements names the statements that Dataverse does not run, by their first word, with the words of the
// refusal. Documented as unsupported, except where "assumed" stands.
var refusedStatements = map[string]string{
	"WITH":        "A common table expression (WITH)",
	"INSERT":      "INSERT",
	"UPDATE":      "UPDATE",
	"DELETE":      "DELETE",
	"MERGE":       "MERGE",
	"TRUNCATE":    "TRUNCATE TABLE",
	"CREATE":      "CREATE",
	"ALTER":       "ALTER",
	"DROP":        "DROP",
	"EXEC":        "EXECUTE",
	"EXECUTE":     "EXECUTE",
	"IF":          "IF",
	"ELSE":        "ELSE",
	"WHILE":       "WHILE",
	"BREAK":       "BREAK",
	"CONTINUE":    "CONTINUE",
	"GOTO":        "GOTO",
	"RETURN":      "RETURN",
	"BEGIN":       "BEGIN",
	"COMMIT":      "COMMIT TRANSACTION",
	"ROLLBACK":    "ROLLBACK TRANSACTION",
	"SAVE":        "SAVE TRANSACTION",
	"USE":         "USE",
	"PRINT":       "PRINT",
	"THROW":       "THROW",
	"RAISERROR":   "RAISERROR",
	"WAITFOR":     "WAITFOR",
	"KILL":        "KILL",
	"OPEN":        "A cursor (OPEN)",
	"FETCH":       "A cursor (FETCH)",
	"CLOSE":       "A cursor (CLOSE)",
	"DEALLOCATE":  "A cursor (DEALLOCATE)",
	"GRANT":       "GRANT",
	"REVOKE":      "REVOKE",
	"DENY":        "DENY",
	"BACKUP":      "BACKUP",
	"RESTORE":     "RESTORE",
	"DBCC":        "DBCC",
	"BULK":        "BULK INSERT",
	"CHECKPOINT":  "CHECKPOINT",
	"RECONFIGURE": "RECONFIGURE",
	"SHUTDOWN":    "SHUTDOWN",
	"VALUES":      "VALUES",
	"GO":          "GO",
	"LABEL":       "LABEL",
}

// hints are the table hints that may also stand without WITH.
var hints = set(`NOLOCK READUNCOMMITTED UPDLOCK REPEATABLEREAD SERIALIZABLE READCOMMITTED TABLOCK TABLOCKX PAGLOCK ROWLOCK
	NOWAIT READPAST XLOCK SNAPSHOT NOEXPAND HOLDLOCK READCOMMITTEDLOCK FORCESEEK FORCESCAN INDEX`)

// reserved are T-SQL's reserved words: none is a name or an alias without quotes.
// https://learn.microsoft.com/sql/t-sql/language-elements/reserved-keywords-transact-sql
var reserved = set(`ADD ALL ALTER AND ANY AS ASC AUTHORIZATION BACKUP BEGIN BETWEEN BREAK BROWSE BULK BY CASCADE CASE CHECK
	CHECKPOINT CLOSE CLUSTERED COALESCE COLLATE COLUMN COMMIT COMPUTE CONSTRAINT CONTAINS CONTAINSTABLE CONTINUE CONVERT
	CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASE DBCC DEALLOCATE DECLARE
	DEFAULT DELETE DENY DESC DISK DISTINCT DISTRIBUTED DOUBLE DROP DUMP ELSE END ERRLVL ESCAPE EXCEPT EXEC EXECUTE EXISTS
	EXIT EXTERNAL FETCH FILE FILLFACTOR FOR FOREIGN FREETEXT FREETEXTTABLE FROM FULL FUNCTION GOTO GRANT GROUP HAVING
	HOLDLOCK IDENTITY IDENTITY_INSERT IDENTITYCOL IF IN INDEX INNER INSERT INTERSECT INTO IS JOIN KEY KILL LEFT LIKE LINENO
	LOAD MERGE NATIONAL NOCHECK NONCLUSTERED NOT NULL NULLIF OF OFF OFFSETS ON OPEN OPENDATASOURCE OPENQUERY OPENROWSET
	OPENXML OPTION OR ORDER OUTER OVER PERCENT PIVOT PLAN PRECISION PRIMARY PRINT PROC PROCEDURE PUBLIC RAISERROR READ
	READTEXT RECONFIGURE REFERENCES REPLICATION RESTORE RESTRICT RETURN REVERT REVOKE RIGHT ROLLBACK ROWCOUNT ROWGUIDCOL
	RULE SAVE SCHEMA SECURITYAUDIT SELECT SEMANTICKEYPHRASETABLE SEMANTICSIMILARITYDETAILSTABLE SEMANTICSIMILARITYTABLE
	SESSION_USER SET SETUSER SHUTDOWN SOME STATISTICS SYSTEM_USER TABLE TABLESAMPLE TEXTSIZE THEN TO TOP TRAN TRANSACTION
	TRIGGER TRUNCATE TRY_CONVERT TSEQUAL UNION UNIQUE UNPIVOT UPDATE UPDATETEXT USE USER VALUES VARYING VIEW WAITFOR WHEN
	WHERE WHILE WITH WITHIN WRITETEXT`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// tail refuses by name what may stand after a query.
func (p *parser) tail() error {
	t := p.peek()
	what := ""
	switch {
	case p.is("OPTION"):
		what = "A query hint (OPTION)"
	case p.is("FOR", "XML"):
		what = "FOR XML"
	case p.is("FOR", "JSON"):
		what = "FOR JSON"
	case p.is("FOR"):
		what = "FOR"
	case p.is("INTO"):
		what = "SELECT INTO"
	case p.is("OUTPUT"):
		what = "OUTPUT"
	case p.is("COMPUTE"):
		what = "COMPUTE"
	case p.is("WINDOW"):
		what = "WINDOW"
	default:
		return nil
	}
	return sqlerror.Refused(t.Pos, what)
}
