// Package replica keeps the tables of the embedded Dataverse in the form in which Microsoft's services keep their copies
// of them: Link to Microsoft Fabric, read through a SQL analytics endpoint, and Azure Synapse Link for Dataverse, read
// through a serverless SQL pool.
//
// A copy has ids as text, text under a collation that tells upper from lower case, rows that are deleted, columns of its
// own (Id, SinkCreatedOn, SinkModifiedOn, versionnumber, a flag of deletion, <lookup>_entitytype) and no columns of labels,
// for which it has tables. What of this is assumed is marked so.
//
// Sources: "Azure Synapse Link choice labels", "Azure Synapse Link for Dataverse FAQ", "Read the incremental updates of
// Dataverse data" and "Link your Dataverse environment to Microsoft Fabric" (Microsoft Learn).
package replica
