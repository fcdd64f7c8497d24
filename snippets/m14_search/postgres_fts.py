# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 30
# ///
"""PostgreSQL's own full text search: weights, GIN, Norwegian stems, trigrams."""

import os
from typing import Any

import psycopg

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
# --8<-- [start:schema]
db.execute("""
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE article (
    id int PRIMARY KEY, title text NOT NULL, body text NOT NULL,
    words tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('norwegian', title), 'A') ||
        setweight(to_tsvector('norwegian', body), 'B')) STORED);
CREATE INDEX article_words ON article USING gin (words);
CREATE INDEX article_title ON article USING gin (title gin_trgm_ops);
INSERT INTO article (id, title, body) VALUES
    (1, 'Hun løper i skogen', 'En artikkel om sko.'),
    (2, 'Sko for alle', 'Disse er gode å løpe i når det regner.'),
    (3, 'Trådløse hodetelefoner', 'Lyd uten kabel.');
INSERT INTO article (id, title, body)
SELECT n, 'Notat nummer ' || n, 'Ingenting om temaet.' FROM generate_series(4, 20000) n;
""")
db.execute("VACUUM ANALYZE article")
# --8<-- [end:schema]


# --8<-- [start:search]
def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return db.execute(sql, values).fetchall()


SEARCH = """
SELECT id, round(ts_rank(words, query)::numeric, 3)::text
FROM article, websearch_to_tsquery(%s, %s) query
WHERE words @@ query ORDER BY ts_rank(words, query) DESC
"""
((stems,),) = rows("SELECT to_tsvector('norwegian', 'løper løpe løpene')::text")
print("løper, løpe, løpene:", stems)
found = rows(SEARCH, "norwegian", "løp")
print("løp      :", found)
foreign = rows(SEARCH, "english", "løpene")
print("løpene, asked in English:", foreign)
part = rows(SEARCH, "norwegian", "telefon")
whole = rows(SEARCH, "norwegian", "hodetelefon")
print("telefon  :", part, " hodetelefon:", [number for number, _ in whole])

TYPO = "SELECT id FROM article WHERE title %% %s ORDER BY similarity(title, %s) DESC"
db.execute("SET pg_trgm.similarity_threshold = 0.4")
typo = rows(TYPO, "tradlose hodetelefonr", "tradlose hodetelefonr")
print("typo     :", typo)

plan = rows(
    "EXPLAIN (COSTS off) SELECT id FROM article"
    " WHERE words @@ websearch_to_tsquery('norwegian', 'løp')"
)
for (line,) in plan:
    print("   ", line)
# --8<-- [end:search]
assert "'løp'" in stems and [number for number, _ in found] == [1, 2]
assert foreign == [] and part == [] and [number for number, _ in whole] == [3]
assert typo == [(3,)] and any("article_words" in line for (line,) in plan)
