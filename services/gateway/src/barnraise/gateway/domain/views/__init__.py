"""The shapes of the HTTP API. Times are UTC, durations seconds."""

from barnraise.gateway.domain.views.code import Blame, Branch, Branches, Commit, Diff, File, FileDiff, FileEntry, Lines, Tag, Tags, Tree
from barnraise.gateway.domain.views.jobs import Conflict, Counts, Job, Started, Step, Timings, job
from barnraise.gateway.domain.views.previews import Link, Preview, Share, Shares, Trouble
from barnraise.gateway.domain.views.projects import Begun, Message, Page, Project, ProjectStatus, Said, Submitted, message, project
from barnraise.gateway.domain.views.reports import Checks, EventItem, EventPage, Operations, Plan, System, Tests

__all__ = [
    "Begun",
    "Blame",
    "Branch",
    "Branches",
    "Checks",
    "Commit",
    "Conflict",
    "Counts",
    "Diff",
    "EventItem",
    "EventPage",
    "File",
    "FileDiff",
    "FileEntry",
    "Job",
    "Lines",
    "Link",
    "Message",
    "Operations",
    "Page",
    "Plan",
    "Preview",
    "Project",
    "ProjectStatus",
    "Said",
    "Share",
    "Shares",
    "Started",
    "Step",
    "Submitted",
    "System",
    "Tag",
    "Tags",
    "Tests",
    "Timings",
    "Tree",
    "Trouble",
    "job",
    "message",
    "project",
]
