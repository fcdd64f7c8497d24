"""Incremental builds for MkDocs: what has not changed is neither rendered nor written again, and a failed build leaves the site as it was."""
