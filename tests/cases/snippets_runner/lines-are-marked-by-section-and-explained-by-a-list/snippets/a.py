
# --8<-- [start:most]
first = 1

# --8<-- [start:middle]
second = 2  # (1)!
third = 3
# --8<-- [end:middle]
# --8<-- [start:last]
print(first + second + third)  # (2)
# --8<-- [end:last]
# --8<-- [end:most]
