-- --8<-- [start:part]
SELECT 1;
