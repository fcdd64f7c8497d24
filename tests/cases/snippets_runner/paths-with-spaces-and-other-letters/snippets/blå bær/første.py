print("blåbær")
