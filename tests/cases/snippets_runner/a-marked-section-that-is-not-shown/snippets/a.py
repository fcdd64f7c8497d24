# --8<-- [start:first]
x = 1
# --8<-- [end:first]
# --8<-- [start:middle]
y = 2
# --8<-- [end:middle]
