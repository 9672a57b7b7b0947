package dataverse

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// tokenTimeout bounds one request for a token.
const tokenTimeout = 15 * time.Second

// tokenTransport carries the requests for a token. They hold the secret, so they go to the authority and nowhere else,
// whatever an answer points to.
type tokenTransport struct {
	client    *http.Client
	authority string // host and port
	private   bool   // the authority is on this computer and belongs to no cloud
}

// newTokenTransport makes the transport of an app registration whose tokens come from an authority.
func newTokenTransport(app AppRegistration, authority string) (*tokenTransport, error) {
	roots, err := trusted(app.CACertificate)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		ForceAttemptHTTP2: true,
		DisableKeepAlives: true, // a token an hour is not worth an open connection
	}
	if app.Dial != nil {
		transport.DialContext = app.Dial
	} else {
		transport.Proxy = http.ProxyFromEnvironment // as the Azure SDK's own client
	}
	client := &http.Client{Timeout: tokenTimeout, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &tokenTransport{client: client, authority: hostOf(authority), private: app.Address.IsLoopback()}, nil
}

// Do sends a request, if it goes to where it may.
func (t *tokenTransport) Do(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != "https" || !t.allowed(request.URL.Host) {
		return nil, newError(ClassAuth, fmt.Sprintf("%s must not get a request for a token", clean(request.URL.Host)), nil)
	}
	own, err := withOwnBody(request)
	if err != nil {
		return nil, err
	}
	return t.client.Do(own)
}

// withOwnBody returns a request whose body is nobody else's. The Azure SDK rewinds a body for its next attempt as soon as it
// has the answer, while the HTTP client may still be reading it.
func withOwnBody(request *http.Request) (*http.Request, error) {
	if request.Body == nil {
		return request, nil
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the request for a token: %w", err)
	}
	own := request.WithContext(request.Context())
	own.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	own.Body, _ = own.GetBody()
	return own, request.Body.Close()
}

// allowed reports whether a host is the authority, or where the clouds tell what their authorities are called.
func (t *tokenTransport) allowed(host string) bool {
	if strings.EqualFold(host, t.authority) {
		return true
	}
	if t.private {
		return false
	}
	for _, authority := range authorities {
		if strings.EqualFold(host, hostOf(authority)) {
			return true
		}
	}
	return strings.EqualFold(host, "login.microsoft.com") || strings.HasSuffix(strings.ToLower(host), ".login.microsoft.com")
}
