package tds

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// login reads LOGIN7, asks the Handler, and answers (MS-TDS 3.3.5.5).
func (c *conn) login() (Session, error) {
	message, err := c.next(wire.PacketLogin7)
	if err != nil {
		return nil, err
	}
	if version := wire.VersionOf(message.Body); version < wire.Version73 {
		return nil, c.refuseVersion(version)
	}
	var login7 wire.Login7
	if err := login7.Decode(message.Body); err != nil {
		return nil, c.refuseLogin(err, &Error{Number: numberLoginPacket, Class: classFatal,
			Message: fmt.Sprintf("The login packet is structurally invalid: %v.", err)})
	}
	login := c.describe(&login7)
	if err := c.takeToken(&login7, &login); err != nil {
		return nil, err
	}
	session, err := c.askHandler(login)
	var redirect *Redirect
	var garbage Garbage
	switch {
	case err == nil:
		return session, c.acceptLogin(&login7, login, session, nil)
	case errors.As(err, &redirect):
		if err := c.acceptLogin(&login7, login, nil, redirect); err != nil {
			return nil, err
		}
		return nil, c.lastWord(redirect)
	case errors.Is(err, ErrCut):
		return nil, err
	case errors.Is(err, ErrSilent):
		return nil, c.silent()
	case errors.As(err, &garbage):
		_, _ = c.write(garbage)
		return nil, err
	}
	e, internal := shown(err, &Error{Number: numberLogin, Class: classLogin, Message: "Login failed."})
	if internal && c.ctx.Err() == nil {
		c.log.Error("tds: login failed inside the server", "login", login, "error", err)
	}
	return nil, c.refuseLogin(err, e)
}

// next waits for a message of the login.
func (c *conn) next(want wire.PacketType) (wire.Message, error) {
	select {
	case in := <-c.incoming:
		if in.request != nil && in.request.end() {
			c.attended = true // an attention cannot cancel a login, and is answered after it
		}
		switch {
		case in.message.TooLarge:
			return in.message, fmt.Errorf("tds: %v of more than %d bytes", in.message.Type, wire.MaxLogin7)
		case in.message.Type != want || in.message.Status&wire.StatusIgnore != 0:
			return in.message, fmt.Errorf("tds: %v where %v is due", in.message.Type, want)
		}
		return in.message, nil
	case <-c.ctx.Done():
		return wire.Message{}, context.Cause(c.ctx)
	}
}

// describe is what the Handler gets to know, but for the token.
func (c *conn) describe(login7 *wire.Login7) Login {
	size := wire.DefaultPacketSize
	if login7.PacketSize > 0 {
		size = int(max(min(login7.PacketSize, wire.MaxPacketSize), wire.MinPacketSize))
	}
	size = min(size, orDefault(c.server.MaxPacketSize, wire.MaxPacketSize))
	// Until the client has read ENVCHANGE it takes no larger packets than it asked for.
	c.packetSize = min(size, wire.DefaultPacketSize)
	return Login{
		ServerName:    login7.ServerName,
		Database:      login7.Database,
		AppName:       login7.AppName,
		UserName:      login7.UserName,
		ClientHost:    login7.HostName,
		Library:       login7.LibraryName,
		Integrated:    login7.Integrated(),
		ReadOnly:      login7.ReadOnly(),
		PacketSize:    size,
		RemoteAddr:    c.raw.RemoteAddr(),
		TLSServerName: c.tlsServerName,
	}
}

// takeToken finds the token in LOGIN7, or tells the client where to get it and waits for it.
func (c *conn) takeToken(login7 *wire.Login7, login *Login) error {
	data, offered := login7.Feature(wire.FeatureFedAuth)
	if !offered {
		return nil
	}
	refuse := func(err error) error {
		return c.refuseLogin(err, &Error{Number: numberLogin, Class: classLogin, Message: fmt.Sprintf("Login failed: %v.", err)})
	}
	var feature wire.FedAuth
	if err := feature.Decode(data); err != nil {
		return refuse(err)
	}
	if feature.Echo != c.fedAuthRequired {
		return refuse(errors.New("the client does not echo what PRELOGIN said about federated authentication"))
	}
	login.FedAuth = fedAuthOf[feature.Library]
	login.Token, login.Workflow = feature.Token, feature.Workflow
	if login.FedAuth != FedAuthADAL {
		return nil
	}
	if c.server.STSURL == "" {
		return refuse(errors.New("the server names no token service; give the client a token beforehand"))
	}
	info := wire.FedAuthInfo{STSURL: c.server.STSURL, SPN: c.server.SPN}
	if err := c.send(info.Encode(nil)); err != nil {
		return err
	}
	message, err := c.next(wire.PacketFedAuthToken)
	if err != nil {
		return err
	}
	var token wire.FedAuthToken
	if err := token.Decode(message.Body); err != nil {
		return refuse(err)
	}
	login.Token = token.Token
	return nil
}

// acceptLogin answers with LOGINACK. After it the client may send requests, so everything is ready before.
func (c *conn) acceptLogin(login7 *wire.Login7, login Login, session Session, redirect *Redirect) error {
	c.messageLimit.Store(int64(orDefault(c.server.MaxMessageSize, DefaultMaxMessageSize)))
	if ignorer, ok := session.(AttentionIgnorer); ok {
		c.ignores.Store(&ignorer)
	}
	database := login.Database
	if database == "" {
		database = orDefault(c.server.Database, "master")
	}
	var body []byte
	for _, change := range []wire.EnvChange{
		wire.TextChange(wire.EnvDatabase, database, "master"),
		wire.CollationChange(wire.DefaultCollation),
		wire.TextChange(wire.EnvLanguage, "us_english", ""),
		wire.TextChange(wire.EnvPacketSize, strconv.Itoa(login.PacketSize), strconv.Itoa(wire.DefaultPacketSize)),
	} {
		body = change.Encode(body)
	}
	ack := wire.LoginAck{Version: min(login7.Version, wire.Version74), Program: program, Major: versionMajor, Minor: versionMinor, Build: versionBuild}
	body = ack.Encode(body)
	if login.FedAuth != FedAuthNone {
		features := wire.FeatureExtAck{Features: []wire.Feature{{ID: wire.FeatureFedAuth}}}
		body = features.Encode(body)
	}
	if redirect != nil {
		change := wire.RoutingChange(redirect.Host, redirect.Port)
		body = change.Encode(body)
	}
	done := wire.Done{Token: wire.TokenDone}
	if err := c.send(done.Encode(body)); err != nil {
		return err
	}
	c.packetSize = login.PacketSize
	return nil
}

// refuseLogin answers with ERROR and DONE, and gives the reason.
func (c *conn) refuseLogin(reason error, e *Error) error {
	token := e.token()
	done := wire.Done{Token: wire.TokenDone, Status: wire.DoneError}
	if err := c.send(done.Encode(token.Encode(nil))); err != nil {
		return err
	}
	return c.lastWord(reason)
}

// refuseVersion tells a client that it is too old, in the form that its version has for an ERROR.
func (c *conn) refuseVersion(version uint32) error {
	reason := fmt.Errorf("tds: version 0x%08X of TDS; 7.3 and 7.4 are spoken", version)
	e := &Error{Number: numberLoginPacket, Class: classFatal, Message: "The client speaks a version of TDS that is too old; 7.3 and 7.4 are possible."}
	if version >= wire.Version72 {
		return c.refuseLogin(reason, e)
	}
	token := e.token()
	done := wire.Done{Token: wire.TokenDone, Status: wire.DoneError}
	if err := c.send(done.EncodeBefore72(token.EncodeBefore72(nil))); err != nil {
		return err
	}
	return c.lastWord(reason)
}

// send sends a whole response.
func (c *conn) send(body []byte) error {
	w := c.messages()
	_, _ = w.Write(body)
	return w.End()
}
