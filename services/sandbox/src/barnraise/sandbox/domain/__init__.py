"""What a sandbox is and may do, as values: no I/O, no clock, no chance."""
