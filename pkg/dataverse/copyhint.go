package dataverse

// copyHints say what to do where a copy refuses: rights are not those of Dataverse's roles, see "Security for data
// warehousing in Microsoft Fabric" and "Set up access control on synchronized objects in serverless SQL pool".
var copyHints = map[Profile]map[Class]string{
	ProfileFabric: {
		ClassNotInEnvironment: "give the app registration the role Viewer in the Fabric workspace, or share the SQL analytics endpoint with it; the tenant's settings must allow service principals to use Fabric",
		ClassDatabase:         "check the name of the lakehouse, and that the app registration has the role Viewer in its workspace or that the SQL analytics endpoint is shared with it",
		ClassTablePrivilege:   "give the app registration ReadData on the SQL analytics endpoint, or GRANT SELECT on the table",
		ClassSchema:           "check that Link to Microsoft Fabric has the table, that the metadata of the SQL analytics endpoint is in sync, and that the identity may read it",
	},
	ProfileSynapse: {
		ClassNotInEnvironment: "make a login for the app registration in the serverless SQL pool, with CONNECT ANY DATABASE and SELECT ALL USER SECURABLES",
		ClassDatabase:         "check the name of the lake database, and that the app registration's login in the serverless SQL pool has CONNECT ANY DATABASE",
		ClassTablePrivilege:   "grant SELECT ALL USER SECURABLES to the app registration's login, and give it Storage Blob Data Reader on the link's storage account",
		ClassSchema:           "check that Azure Synapse Link has the table, and that the identity may read it",
	},
}

// forCopy gives an error the next step of a profile, where the class's own speaks of Dataverse.
func forCopy(failure *Error, profile Profile) *Error {
	if hint, ok := copyHints[profile][failure.Class]; ok && failure.Hint == failure.Class.NextStep() {
		failure.Hint = hint
	}
	return failure
}
