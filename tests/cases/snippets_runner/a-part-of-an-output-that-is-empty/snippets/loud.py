# --8<-- [start:read]
print("[read]")
print(1)
# --8<-- [end:read]
