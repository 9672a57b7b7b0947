SELECT
    t.[Status] AS [value],
    t.[LocalizedLabel] AS [label]
FROM [StatusMetadata] AS t
WHERE t.[EntityName] = @p1
    AND t.[LocalizedLabelLanguageCode] = @p2
-- @p1 nvarchar msdyn_ocliveworkitem
-- @p2 bigint 1031
