# Read by Bash before a snippet: a command that ends it is named with its line, since Bash itself says nothing.
unset BASH_ENV
trap 'printf "%s: line %s: %s ended with status %s\n" "$0" "$LINENO" "$BASH_COMMAND" "$?" >&2' ERR
