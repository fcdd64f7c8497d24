# --8<-- [start:read]
print("[raed]")
print(1)
# --8<-- [end:read]
# --8<-- [start:write]
print("[write]")
print(2)
# --8<-- [end:write]
