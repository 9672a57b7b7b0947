// Package dataverse asks statements of the SQL (TDS) endpoint of Microsoft Dataverse, or of the embedded one.
//
// A Client owns the way there: the address and what may be reached from it (Address), the token and where it may go
// (TokenSource; AppRegistration, ManagedIdentity, StaticToken), the connections, the time a statement may take, one
// retry after a broken connection, one more login after a token that was refused, and what an error means to the person
// who can act on it (Error, Class). What the statements mean is not known here.
//
// The package reads no files and no environment: everything comes with the Config. What libraries read is the exception:
// Go's TLS and HTTP the system's trusted certificates, and the proxy for the requests for a token; Azure's SDK the file
// of a workload identity's token, and the variables by which Azure's hosts say where managed identities are.
package dataverse
