// Package contactcenter fills the embedded Dataverse with the life of a contact center: customers write or call,
// bots answer, hand over to representatives or to one another, queues fill up, surveys are sent, and now and then a
// row is wrong in one of the ways in which rows are wrong in real environments.
//
// Everything follows from a seed. A conversation is told once, from its first to its last moment, by a random source
// that depends only on the seed and on the time of its arrival; what a store holds at some moment is the part of all
// stories that has happened by then. So the same options give the same rows, a longer history contains the shorter
// one, and live mode continues a generated history without a seam.
package contactcenter
