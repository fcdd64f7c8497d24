print("x" * 200)
