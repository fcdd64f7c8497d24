def f():
    # --8<-- [start:outer]
    x = 1
    # --8<-- [start:inner]
    y = 2
    # --8<-- [start:across]
    # --8<-- [end:inner]
    z = 3
    # --8<-- [end:outer]
    return x + y + z
    # --8<-- [end:across]


f()
