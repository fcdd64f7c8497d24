if True:
    name = "ø"; other = name name
