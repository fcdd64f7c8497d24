# --8<-- [start:read]
numbers = [1, 2]
# --8<-- [end:read]
