// Package tds is the server side of TDS 7.4, the protocol of SQL Server: as much of it as a client needs
// that logs in with an Entra token, sends statements with or without parameters, and reads rows.
//
// A Server listens, a Handler decides about logins and gives a Session, a Session runs requests and writes
// rows. Messages and types are in package wire.
//
// The course of a connection, with the sections of MS-TDS:
//
//	client                           server
//	PRELOGIN                    ->                                          2.2.6.5
//	                            <-   PRELOGIN: encryption is required
//	TLS handshake in PRELOGIN packets, from here on everything is in TLS    2.2.6.5
//	LOGIN7 [FEDAUTH]            ->                                          2.2.6.4
//	                           [<-   FEDAUTHINFO                            2.2.7.12
//	token                       -> ] library 2 only                         2.2.6.3
//	                            <-   LOGINACK, DONE, or ERROR, DONE         2.2.7.14
//	SQLBatch, RPC sp_executesql ->                                          2.2.6.7, 2.2.6.6
//	                            <-   COLMETADATA, ROW..., DONE, or ERROR, DONE
//	attention, at any time      ->                                          2.2.1.7
//	                            <-   DONE with the attention bit
//
// Two goroutines serve a connection: one reads messages, so that an attention or a lost client is noticed
// while a request runs; one runs the requests and writes. A request's context ends when the client cancels,
// leaves, or the server is closed.
//
// Refused, with an ERROR the client can show: connections without encryption, TDS below 7.3, other
// procedures than sp_executesql, several calls in one message, output parameters, transactions, bulk load.
// Not spoken: TDS 8 (TLS before PRELOGIN), MARS, SSPI.
package tds
