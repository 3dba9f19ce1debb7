"""In which language the page comes: what the reader chose, or what the browser asks for.

A language is a file of `web/texts/`; English is there for who reads none of the others.
"""

from __future__ import annotations

from collections.abc import Collection

from neuronboard.server.assets import Assets

DEFAULT = "en"
COOKIE = "neuronboard_language"  # what the page keeps the reader's choice under


def languages(assets: Assets) -> list[str]:
    """The languages that there are texts in, by their tags ("en"), in alphabetical order."""
    names = [name for name in assets.files if name.startswith("texts/") and name.endswith(".js")]
    return sorted(name.removeprefix("texts/").removesuffix(".js") for name in names)


def language_of(there_are: Collection[str], chosen: str | None, accepted: str) -> str:
    """The language to answer in.

    chosen: by the reader, if anything. accepted: the header Accept-Language, such as
    "ko-KR,ko;q=0.9,en;q=0.5" (RFC 9110, 12.5.4); a language that stands without its country counts.
    """
    if chosen in there_are:
        return str(chosen)
    wanted = [_weighed(part) for part in accepted.split(",")]
    for weight, tag in sorted(wanted, key=lambda one: -one[0]):
        language = tag.split("-")[0].lower()
        if weight > 0 and language in there_are:
            return language
    return DEFAULT


def _weighed(part: str) -> tuple[float, str]:
    """A range of the header with its weight; one that cannot be read is not wanted."""
    tag, _, weight = part.partition(";")
    try:
        return float(weight.strip().removeprefix("q=") or 1), tag.strip()
    except ValueError:
        return 0.0, tag.strip()
