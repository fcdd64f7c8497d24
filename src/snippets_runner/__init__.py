"""Execute every snippet that a documentation site shows, and show its real output beside it."""

__version__ = "0.1.0"
