# --8<-- [start:naive]
def take(count: int) -> int:
    seen = count
    return seen + 1
# --8<-- [end:naive]


# --8<-- [start:careful]
def take_one(count: int) -> int:
    # one step
    return count + 1
# --8<-- [end:careful]


print(take(1), take_one(1))
