"""Run the command line, as ``snippets-runner`` or with ``python -m snippets_runner``."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still being imported ends it like any other."""
    try:
        from snippets_runner.cli import main as command
    except KeyboardInterrupt:
        sys.exit(130)
    command(prog_name="snippets-runner")


if __name__ == "__main__":
    main()
