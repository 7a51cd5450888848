"""Loose marks, which stay behind where something was taken out of a text."""


def tidy(part: str) -> str:
    """Without loose marks at its ends; a bracket that has its other half stays."""
    bare = part.strip(" \t,;:|–—·•-")
    while bare and bare.count("(") != bare.count(")") and bare[0] + bare[-1] != "()":
        if bare.count("(") > bare.count(")"):
            bare = bare.removeprefix("(") if bare.startswith("(") else bare.replace(" (", " ", 1).replace("(", "", 1)
        else:
            bare = bare.removesuffix(")") if bare.endswith(")") else bare.replace(")", "", 1)
    return bare.strip(" \t,;:|–—·•-")
