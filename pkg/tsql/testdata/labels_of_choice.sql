SELECT
    t.[attributevalue] AS [value],
    t.[value] AS [label]
FROM [stringmap] AS t
WHERE t.[objecttypecode] = @p1
    AND t.[langid] = @p2
    AND t.[attributename] = @p3
-- @p1 nvarchar msdyn_ocsession
-- @p2 bigint 1031
-- @p3 nvarchar msdyn_channel
