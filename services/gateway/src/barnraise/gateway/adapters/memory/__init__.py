"""Everything outside, in memory: for tests and for trying things out. The same promises, none of the durability."""

from barnraise.gateway.adapters.memory.bus import MemoryBus, MemoryLog, MemoryMeters
from barnraise.gateway.adapters.memory.code import MemoryCode, MemoryGit, MemoryUploads
from barnraise.gateway.adapters.memory.records import MemoryChange, MemoryRecords, Tables

__all__ = [
    "MemoryBus",
    "MemoryChange",
    "MemoryCode",
    "MemoryGit",
    "MemoryLog",
    "MemoryMeters",
    "MemoryRecords",
    "MemoryUploads",
    "Tables",
]
