x = 1
# --8<-- [start:only]
y = 2
# --8<-- [end:only]
