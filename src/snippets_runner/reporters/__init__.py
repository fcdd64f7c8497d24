"""Tell a report: to a terminal, to a continuous integration server, to a code host."""
