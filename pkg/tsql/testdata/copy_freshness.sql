SELECT MAX(d.[changed]) AS [freshness]
FROM (
    SELECT MAX(b.[SinkModifiedOn]) AS [changed]
    FROM [msdyn_ocsession_partitioned] AS b
    UNION ALL
    SELECT MAX(c.[SinkModifiedOn]) AS [changed]
    FROM [msdyn_ocliveworkitem_partitioned] AS c
) AS d
