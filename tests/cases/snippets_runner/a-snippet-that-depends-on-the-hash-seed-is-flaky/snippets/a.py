import os

print("as recorded" if os.environ["PYTHONHASHSEED"] == "0" else "otherwise")
