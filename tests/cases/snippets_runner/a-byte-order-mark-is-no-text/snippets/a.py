# --8<-- [start:part]
print("hello")
# --8<-- [end:part]
