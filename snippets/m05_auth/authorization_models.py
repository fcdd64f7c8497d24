# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# timeout = 20
# ///
"""One question, may this person read this document, put to four models."""

import os

import psycopg
from psycopg.conninfo import make_conninfo

# --8<-- [start:data]
PEOPLE = {  # who: (department, role there)
    "ada": ("engineering", "editor"),
    "bo": ("engineering", "viewer"),
    "cy": ("sales", "viewer"),
    "dee": ("sales", "guest"),
}
DOCUMENTS = {"design": "engineering", "roadmap": "engineering", "prices": "sales"}
# --8<-- [end:data]


# --8<-- [start:rbac]
PERMISSIONS = {"editor": {"read", "write"}, "viewer": {"read"}}  # a guest has none


def rbac(who: str, action: str, document: str) -> bool:
    """Ask for a permission, never for a role; the role is held in a department."""
    department, role = PEOPLE[who]
    return DOCUMENTS[document] == department and action in PERMISSIONS.get(role, set())
# --8<-- [end:rbac]


# --8<-- [start:abac]
def abac(who: str, action: str, document: str, hour: int = 12) -> bool:
    """Compute it from facts about user, document and surroundings."""
    department, role = PEOPLE[who]
    colleague = department == DOCUMENTS[document] and role != "guest"
    at_work = 6 <= hour < 22
    return colleague and (action == "read" or (role == "editor" and at_work))
# --8<-- [end:abac]


# --8<-- [start:rebac]
REBAC = """
CREATE TABLE tuples (object text, relation text, subject text,
                     PRIMARY KEY (object, relation, subject));
INSERT INTO tuples VALUES
  ('doc:design', 'parent', 'folder:eng'), ('doc:roadmap', 'parent', 'folder:eng'),
  ('doc:prices', 'parent', 'folder:sales'),
  ('folder:eng', 'viewer', 'group:eng'), ('folder:sales', 'viewer', 'group:sales'),
  ('group:eng', 'member', 'user:ada'), ('group:eng', 'member', 'user:bo'),
  ('group:sales', 'member', 'user:cy');
"""
CHECK = """
WITH RECURSIVE reach(node) AS (
    SELECT %(object)s::text
    UNION   -- not UNION ALL: a circle among the groups ends here
    SELECT t.subject FROM tuples t JOIN reach r ON t.object = r.node
    WHERE t.relation IN ('parent', 'viewer', 'member')
) SELECT EXISTS (SELECT FROM reach WHERE node = %(user)s)
"""


def rebac(db: psycopg.Connection, who: str, document: str) -> bool:
    question = {"object": f"doc:{document}", "user": f"user:{who}"}
    return db.execute(CHECK, question).fetchone() == (True,)
# --8<-- [end:rebac]


# --8<-- [start:rls]
RLS = """
CREATE TABLE documents (name text PRIMARY KEY, department text NOT NULL);
CREATE TABLE staff (name text PRIMARY KEY, department text NOT NULL);
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_department ON documents FOR SELECT USING (department =
    (SELECT s.department FROM staff s
     WHERE s.name = current_setting('app.user', true)));
CREATE ROLE app LOGIN;  -- not the owner, not a superuser: both are exempt
GRANT SELECT ON documents, staff TO app;
"""


def visible(db: psycopg.Connection, who: str) -> set[str]:
    """Forget the WHERE clause; the database remembers it."""
    with db.transaction():
        db.execute("SELECT set_config('app.user', %s, true)", [who])  # until commit
        return {row[0] for row in db.execute("SELECT name FROM documents")}
# --8<-- [end:rls]


owner = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
owner.execute(REBAC + RLS)
with owner.cursor() as cursor:
    cursor.executemany("INSERT INTO documents VALUES (%s, %s)", list(DOCUMENTS.items()))
    staff = [(who, place) for who, (place, role) in PEOPLE.items() if role != "guest"]
    cursor.executemany("INSERT INTO staff VALUES (%s, %s)", staff)
app = psycopg.connect(make_conninfo(os.environ["DATABASE_URL"], user="app"), autocommit=True)
# --8<-- [start:table]
print("may read         RBAC   ABAC   ReBAC  RLS")
for who in PEOPLE:
    for document in ("design", "prices"):
        answers = [rbac(who, "read", document), abac(who, "read", document),
                   rebac(owner, who, document), document in visible(app, who)]
        words = "".join(f"{'yes' if answer else 'no':7}" for answer in answers)
        print(f"{who:4} {document:10}  {words.rstrip()}")
        assert len(set(answers)) == 1
counts = [f"{who or 'nobody'} {len(visible(app, who))}" for who in ("ada", "dee", "")]
print("rows without a WHERE:", ", ".join(counts))
assert abac("ada", "write", "design") and not abac("ada", "write", "design", hour=3)
owner.execute("INSERT INTO tuples VALUES ('doc:design', 'viewer', 'user:dee')")
print("design shared with dee by one tuple:", rebac(owner, "dee", "design"),
      "- prices:", rebac(owner, "dee", "prices"))
# --8<-- [end:table]
assert rebac(owner, "dee", "design") and not rebac(owner, "dee", "roadmap")
