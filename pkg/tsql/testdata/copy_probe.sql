SELECT
    t.[name] AS [table],
    c.[name] AS [column],
    c.[system_type_id] AS [type]
FROM sys.[objects] AS t
JOIN sys.[columns] AS c ON c.[object_id] = t.[object_id]
WHERE LOWER(c.[name]) IN (@p1, @p2, @p3, @p4, @p5)
-- @p1 nvarchar id
-- @p2 nvarchar sinkmodifiedon
-- @p3 nvarchar versionnumber
-- @p4 nvarchar isdelete
-- @p5 nvarchar isdeleted
