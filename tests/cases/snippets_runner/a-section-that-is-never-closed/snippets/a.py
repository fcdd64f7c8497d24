x = 1
# --8<-- [start:read]
y = 2
