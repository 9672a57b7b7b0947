package dialect

import (
	"maps"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// Statements are the statements that the page names as not supported, by their first word, with what a refusal calls them.
var Statements = statements(`INSERT UPDATE DELETE MERGE CREATE ALTER DROP EXECUTE IF ELSE WHILE BREAK CONTINUE GOTO RETURN BEGIN USE PRINT
	THROW RAISERROR WAITFOR KILL GRANT REVOKE DENY BACKUP RESTORE DBCC CHECKPOINT RECONFIGURE SHUTDOWN VALUES GO
	LABEL`,
	map[string]string{
		"WITH":       "A common table expression (WITH)",
		"TRUNCATE":   "TRUNCATE TABLE",
		"EXEC":       "EXECUTE",
		"COMMIT":     "COMMIT TRANSACTION",
		"ROLLBACK":   "ROLLBACK TRANSACTION",
		"SAVE":       "SAVE TRANSACTION",
		"OPEN":       "A cursor (OPEN)",
		"FETCH":      "A cursor (FETCH)",
		"CLOSE":      "A cursor (CLOSE)",
		"DEALLOCATE": "A cursor (DEALLOCATE)",
		"BULK":       "BULK INSERT",
	})

func statements(plain string, called map[string]string) map[string]string {
	all := maps.Clone(called)
	for word := range token.Words(plain) {
		all[word] = word
	}
	return all
}

// Types are the types that are not supported. Those of the first line and xml the page names; that the others are refused,
// about which it is silent, is assumed.
var Types = token.Words(`binary varbinary image sql_variant timestamp hierarchyid
	text ntext time xml rowversion geography geometry sysname table cursor json vector`)
