x = 1
# --8<-- [end:read]
