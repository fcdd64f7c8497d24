"""The kinds of pages that the site has, one of each: what holds of a reader's page is tried on all of them."""

KINDS = (
    "",
    "404.html",
    "curriculum/",
    "curriculum/m05-auth-security/",
    "curriculum/m12-caching/",
    "curriculum/learning-path/",
    "curriculum/practice/",
    "advanced/a06-distributed-systems-cap/",
    "be03/tema/be03-circuit-breaker/",
    "ressurser/slipbox/",
    "ressurser/slipbox/microservices/",
    "graph/",
    "tags/",
    "recent/",
    "about/how-this-site-keeps-its-word/",
    "project/reference/configuration/",
    "project/reference/api-slipbox/",
    "project/reference/slipbox-cases/",
)
"""Their addresses below the site's root."""
