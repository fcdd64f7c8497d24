-- --8<-- [start:part]
SELECT 1;
-- --8<-- [end:part]
SELECT 2;
