text = """
--8<-- "b.py"
"""
print(len(text))
