"""Sites from words: whom a site is about, which sections it has, what stands in them, and how it looks."""

from barnraise.planner.domain.sites.appended import appended
from barnraise.planner.domain.sites.changing import change_site
from barnraise.planner.domain.sites.describing import answer_site, describe_site, site_examples
from barnraise.planner.domain.sites.mentions import points_of
from barnraise.planner.domain.sites.reading import ReadSite, asks_for_site, read_site

__all__ = [
    "ReadSite",
    "answer_site",
    "appended",
    "asks_for_site",
    "change_site",
    "describe_site",
    "points_of",
    "read_site",
    "site_examples",
]
