# --8<-- [start:read]

# --8<-- [end:read]
x = 1
