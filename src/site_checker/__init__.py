"""Check a built site: what its pages, styles and lists name is there."""

__version__ = "0.1.0"
