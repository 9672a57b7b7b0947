// Package tally is the counting service behind the data source and the exporter: it turns a query.Spec into a statement,
// has it run, and makes a Result of the rows, with labels.
//
// There are two seams for everything that comes between the caller and Dataverse. A Source runs statements: budgets,
// retries and fakes go there. A Counter answers specs: caches, single flight and the splitting of long windows go
// there. Both are plain interfaces, so that each of these is a decorator that knows nothing of the others.
package tally
