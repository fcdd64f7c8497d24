# --8<-- [start:read]
x = 1
# --8<-- [end:read]
# --8<-- [start:read]
y = 2
# --8<-- [end:read]
