for n in range(3):
    print(f"<{n}> & more")
