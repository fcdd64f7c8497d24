def take_one(count: int) -> int:
    # one step
    return count + 1


print(take_one(2))
