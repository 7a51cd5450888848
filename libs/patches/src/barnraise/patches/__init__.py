"""Edits out of a model's reply.

``parse`` reads them, ``place`` puts them on the files that the model saw and merges them with what the files are now,
``impact`` tells what they touch. Nothing here does input or output; a reply is believed to be hostile.
"""

from barnraise.patches.edits import Block, ChangeSet, Cut, Deletion, Edit, Refusal, Rename, Replacement, SymbolEdit, WholeFile
from barnraise.patches.impact import Impact, SymbolChange, impact
from barnraise.patches.parse import parse
from barnraise.patches.place import Placement, place
from barnraise.patches.placing import Placed
from barnraise.patches.syntax import Break, first_break

__all__ = [
    "Block", "Break", "ChangeSet", "Cut", "Deletion", "Edit", "Impact", "Placed", "Placement", "Refusal", "Rename", "Replacement",
    "SymbolChange", "SymbolEdit", "WholeFile", "first_break", "impact", "parse", "place",
]  # fmt: skip
