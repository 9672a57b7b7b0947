package tds

import (
	"fmt"
	"runtime/debug"
)

// Calls of the Handler and its Sessions. A panic there ends the connection it happened in and nothing else.

func (c *conn) askHandler(login Login) (session Session, err error) {
	defer c.recovered("Login", &err)
	session, err = c.server.Handler.Login(c.ctx, login)
	if err == nil && session == nil {
		err = fmt.Errorf("tds: Handler.Login gave neither a Session nor an error")
	}
	return session, err
}

func (c *conn) execute(session Session, r *response, request Request) (err error) {
	defer c.recovered("Execute", &err)
	return session.Execute(r.request.ctx, request, r)
}

func (c *conn) closeSession(session Session) {
	var err error
	defer c.recovered("Close", &err)
	session.Close()
}

// recovered turns a panic into an error for the client that ends the connection.
func (c *conn) recovered(where string, err *error) {
	value := recover()
	if value == nil {
		return
	}
	c.log.Error("tds: panic in the session", "in", where, "panic", value, "stack", string(debug.Stack()))
	*err = &Error{Class: classFatal, Message: "The request failed inside the server; its log says more."}
}
