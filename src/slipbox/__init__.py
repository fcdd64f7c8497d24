"""Turn a vault of linked notes into pages; what an audience may not see does not exist for it."""

__version__ = "0.1.0"
