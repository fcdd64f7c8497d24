# --8<-- [start:one]
x = 1
# --8<-- [end:one]
# --8<-- [start:two]
y = 2
# --8<-- [end:two]
