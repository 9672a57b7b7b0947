package tds

import (
	"fmt"
	"log/slog"
	"net"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// Login is what a client says about itself. Passwords are not kept: nothing here could check them.
type Login struct {
	ServerName string // as the client was told to call the server
	Database   string // "" when the client leaves it to the server
	AppName    string
	UserName   string // of an SQL login; "" with a token
	ClientHost string
	Library    string // name of the client's library

	// Token is the access token, a secret; "" when the client offers none, because it logs in with user
	// name and password or with a Windows identity.
	Token string

	FedAuth  FedAuth
	Workflow uint8 // of FedAuthADAL: how the client got its token (MS-TDS 2.2.6.4)

	Integrated bool // Windows identity
	ReadOnly   bool // the client intends to read only

	PacketSize    int // granted, in bytes
	RemoteAddr    net.Addr
	TLSServerName string // name that the client expected in the certificate; "" for an address
}

// FedAuth is how a token came with a login.
type FedAuth uint8

// The ways.
const (
	FedAuthNone          FedAuth = iota // no token
	FedAuthSecurityToken                // library 1: in LOGIN7
	FedAuthADAL                         // library 2: after the client was told where to get it
)

var fedAuthOf = map[wire.FedAuthLibrary]FedAuth{
	wire.FedAuthSecurityToken: FedAuthSecurityToken,
	wire.FedAuthADAL:          FedAuthADAL,
}

// String is the name of the way.
func (f FedAuth) String() string {
	return map[FedAuth]string{FedAuthNone: "none", FedAuthSecurityToken: "security token", FedAuthADAL: "ADAL"}[f]
}

// String describes the login without its token.
func (l Login) String() string {
	return fmt.Sprintf("login of %q from %v to %q, token: %v", l.AppName, l.RemoteAddr, l.ServerName, l.FedAuth)
}

// GoString is String, so that %#v shows no token either.
func (l Login) GoString() string { return l.String() }

// LogValue describes the login without its token.
func (l Login) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("server", l.ServerName),
		slog.String("database", l.Database),
		slog.String("app", l.AppName),
		slog.String("user", l.UserName),
		slog.String("fedauth", l.FedAuth.String()),
	)
}
