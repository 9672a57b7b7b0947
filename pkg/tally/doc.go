// Package tally is the counting service behind the data source and the exporter: it turns a query.Spec into statements,
// has them run, and makes a Result of the rows, with labels.
//
// Dataverse lets a user run little at a time, so a Service asks it as rarely as it can, and still exactly:
//
//	Count    align     a range that ends now is moved to a step that others share
//	         assemble  series: buckets that are kept, and a statement for those that are not
//	         moving    the rest: parts by the creation of conversations that are kept, and a statement for those that are not
//	         cache     what was found, bounded by bytes, for longer the older the time is that it counts
//	         flight    what is asked at the same time runs once
//	         split     what outruns Dataverse's time limit is counted in parts that add up
//	         Source    runs statements: a budget, and the client beneath it
//	         label     names of ids, labels of choices
//	         stale     the last good numbers while Dataverse throttles, if wanted
//	         retention a word where the window begins before the oldest session, if wanted
//
// Compare is made of counts, Explain and Newest are asked, kept and split as counts are. Who waits can follow: see
// WithProgress. There are two seams: a Source runs statements, and budgets, retries and fakes
// go there; a Counter answers specs, and *Service is one. docs/scaling.md explains what all of this costs and saves.
package tally
