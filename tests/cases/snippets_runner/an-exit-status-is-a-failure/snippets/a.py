import sys

print("half")
sys.exit(3)
