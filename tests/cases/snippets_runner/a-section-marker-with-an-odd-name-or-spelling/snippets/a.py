# --8<-- [start:1st]
x = 1
# --8<-- [end:1st]
#--8<-- [ start : ok ]
y = 1
#--8<-- [ end : ok ]
# --8<-- [begin:read]
z = 1
# --8<-- [stop:read]
