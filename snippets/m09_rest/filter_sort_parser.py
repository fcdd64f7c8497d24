# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""A query string becomes SQL: what it becomes, what is refused, and what a pasted sort gives away."""

import os
from string import ascii_lowercase
from urllib.parse import urlencode

import psycopg
from list_query import BadQuery, parse, select

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("""
    CREATE TABLE product (id int PRIMARY KEY, name text, category text, price numeric, stock int);
    INSERT INTO product SELECT n, (ARRAY['Desk lamp', 'Lamp 100%', 'Chair'])[n % 3 + 1] || ' ' || n,
        (ARRAY['lamps', 'chairs'])[n % 2 + 1], n % 30 * 10, n % 5 FROM generate_series(1, 300) AS n;
    CREATE TABLE secret (word text);
    INSERT INTO secret VALUES ('tulip');""")

# --8<-- [start:good]
GOOD = "q=lamp&category=lamps&minPrice=100&sort=-price,name&page=2&limit=3"
query = parse(GOOD)
sql, values = select(query)
rows = db.execute(sql, values).fetchall()
print("[good]", GOOD, sep="\n")
print(query.filters, query.sort, sep="\n")
print(sql.as_string(db).replace(" WHERE", "\n  WHERE").replace(" ORDER", "\n  ORDER"))
print("parameters:", values)
print(*rows, sep="\n")
assert len(rows) == 3 and all(price >= 100 for _, _, price in rows)
assert parse("price[in]=10,20").filters[0][1] == "in"
percent = db.execute(*select(parse("q=0%25&limit=100"))).fetchall()
print(f"q=0%25: {len(percent)} names have '0%' in them")
assert len(percent) == 100
# --8<-- [end:good]

# --8<-- [start:bad]
BAD = [
    {"sort": "price; DROP TABLE product"},
    {"sort": "(CASE WHEN true THEN price END)"},
    {"cost_price[gte]": "0"},
    {"price[gte]": "0 OR true"},
    {"price[gte]": "NaN"},
    {"price[gte]": "1e999999"},
    {"limit": "1000000"},
    {"limit": "00000000019999"},
    {"q": "lamp\0"},
]
print("[bad]")
for fields in BAD:
    try:
        parse(urlencode(fields))
    except BadQuery as refusal:
        print(f"400: {refusal}")
    else:
        raise AssertionError(fields)
quoted = {"category": "x' OR 'a'='a", "q": "'; DROP TABLE product --"}
harmless = parse(urlencode(quoted))
assert db.execute(*select(harmless)).fetchall() == []
print("quotes in a value: a value with quotes in it, 0 rows")
# --8<-- [end:bad]


# --8<-- [start:leak]
def pasted(sort: str) -> int:
    """Return the first id. The mistake: ``sort`` goes into the text as it came."""
    sql = f"SELECT id FROM product ORDER BY {sort} LIMIT 1"
    row = db.execute(sql.encode()).fetchone()
    return row[0] if row else 0


known, asked = "", 0
while len(known) < 5:
    for letter in ascii_lowercase:
        asked += 1
        guess = f"(SELECT word FROM secret) LIKE '{known}{letter}%'"
        if pasted(f"(CASE WHEN {guess} THEN id ELSE -id END)") == 1:
            known += letter
            break
print("[leak]")
print(f"a pasted sort, {asked} requests, only ids seen: the secret is {known!r}")
assert known == "tulip"
# --8<-- [end:leak]
