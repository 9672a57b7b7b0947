SELECT MIN(t.[msdyn_sessioncreatedon]) AS [oldest]
FROM [msdyn_ocsession] AS t
