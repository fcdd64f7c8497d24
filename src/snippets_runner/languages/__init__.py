"""Hold every fence's language to account: what is run, what a real parser or program validates, what is only shown."""
