"""What clauses say of the things that are kept. Each module knows a little more than the one before: ``naming`` who and what is spoken
of, ``tying`` what belongs to what, ``having`` what has what, ``happening`` what is done, ``clauses`` a whole sentence."""

from barnraise.planner.domain.language.telling.clauses import Clauses
from barnraise.planner.domain.language.telling.naming import nouns_of, subjects_of

__all__ = ["Clauses", "nouns_of", "subjects_of"]
