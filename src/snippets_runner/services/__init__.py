"""Real servers for snippets: each service is one small file, and ``pool`` starts and stops them."""
