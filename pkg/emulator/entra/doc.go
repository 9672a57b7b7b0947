// Package entra is the part of Microsoft Entra that a client of the embedded Dataverse meets: access tokens, and the
// endpoint that gives them to an application with a client secret. Tokens are verified by whoever issued them.
package entra
