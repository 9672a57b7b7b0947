// Package budget shares out what Dataverse lets one user have. Its service protection (Microsoft's page "Service
// protection API limits") counts for each user and web server, within five minutes: 6,000 requests, and 1,200 seconds of
// run time, which is four statements that run all the time; insisting while it throttles makes it longer.
//
// A Budget belongs to a credential. All statements of the credential in this process go through it: some run, some
// wait their turn, fairly between users, and what is too much is refused at once. Where several processes use one
// credential each has a share: docs/scaling.md has the arithmetic.
package budget
