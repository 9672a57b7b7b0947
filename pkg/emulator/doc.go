// Package emulator is an embedded Dataverse: a server of the SQL (TDS) endpoint with the tables of a contact center,
// and a token endpoint in the place of Microsoft Entra, both on loopback, for tests, demonstrations and development
// without a tenant.
//
// It is strict: it takes tokens for its own host only, refuses the T-SQL that Dataverse refuses, and ends statements
// at Dataverse's limits, with Dataverse's words. Where Microsoft does not document what Dataverse does, the code says
// assumed.
package emulator
