# --8<-- [start:part]
if True:

    print("hello")
# --8<-- [end:part]
