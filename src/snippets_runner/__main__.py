"""Run the command line with ``python -m snippets_runner``."""

from snippets_runner.cli import main

main(prog_name="snippets-runner")
