"""Commands of this repository's own, for those who write its pages: `python -m tools.NAME`, or through `make`."""
