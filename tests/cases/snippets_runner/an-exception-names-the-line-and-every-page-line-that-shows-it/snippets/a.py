# --8<-- [start:well]
def check(n):
    if n:
        raise ValueError(f"no {n}\nmore")
# --8<-- [end:well]


# --8<-- [start:fails]
check(3)
# --8<-- [end:fails]
