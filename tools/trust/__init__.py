"""Measure what the project promises, and write the page of figures.

    PYTHONPATH=. python -m tools.trust [NAME…]

measures the named figures, or all, keeps what was seen in `bench/trust.json`, and writes docs/project/trust.md from it. Nothing in that file is
put there by hand: a figure that a command can't measure here says why.
"""
