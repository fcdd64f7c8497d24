# /// script
# requires-python = ">=3.11"
# ///


def price(grams: int) -> int:
    return 50 + grams // 100 * 5


print(price(1200))
assert price(600) * 2 > price(1200)
