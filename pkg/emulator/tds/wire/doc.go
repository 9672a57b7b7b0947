// Package wire holds the messages of TDS 7.4 that a server reads and writes, each with its decoder and its
// encoder side by side: packets, PRELOGIN, LOGIN7, the federated authentication exchange, SQLBatch, RPC,
// TYPE_INFO with its values, and the tokens of a response.
//
// Section numbers in comments are those of [MS-TDS], the public specification of the protocol.
//
// Decoders take bytes of a stranger: every length and count is checked before it is used or allocated, and
// what is not understood is a *FormatError that says where. A decoder allocates at most 64 bytes for each
// byte of its input, above 4 MiB. Decoded byte slices point into the input; strings are copies. Encoders
// append to the slice they are given and return it.
//
// Law, kept by fuzz tests: what decodes can be encoded, and the encoding decodes to the same.
//
// [MS-TDS]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tds/
package wire
