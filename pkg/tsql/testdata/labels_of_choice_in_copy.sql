SELECT
    t.[Option] AS [value],
    t.[LocalizedLabel] AS [label]
FROM [OptionsetMetadata] AS t
WHERE t.[EntityName] = @p1
    AND t.[LocalizedLabelLanguageCode] = @p2
    AND t.[OptionSetName] = @p3
UNION ALL
SELECT
    t.[Option] AS [value],
    t.[LocalizedLabel] AS [label]
FROM [GlobalOptionsetMetadata] AS t
WHERE t.[EntityName] = @p1
    AND t.[LocalizedLabelLanguageCode] = @p2
    AND t.[OptionSetName] = @p3
-- @p1 nvarchar msdyn_ocsession
-- @p2 bigint 1031
-- @p3 nvarchar msdyn_channel
