"""Where the planner keeps things, and what wakes it."""
