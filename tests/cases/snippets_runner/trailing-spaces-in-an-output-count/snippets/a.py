print("hello ")
