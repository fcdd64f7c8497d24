"""Where servers are installed."""

SYSTEM_PATHS = ("/usr/sbin", "/usr/local/sbin", "/sbin", "/opt/homebrew/bin", "/usr/local/bin")
"""Where servers are installed and a user's ``PATH`` often does not look."""
