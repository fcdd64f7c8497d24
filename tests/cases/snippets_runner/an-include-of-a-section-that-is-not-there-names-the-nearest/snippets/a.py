# --8<-- [start:read]
x = 1
# --8<-- [end:read]
