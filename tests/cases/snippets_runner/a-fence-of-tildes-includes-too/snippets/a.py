text = """
```
"""
print(text)
