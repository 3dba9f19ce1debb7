"""Questions about all runs at once, answered from a catalog: pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from neuronboard.errors import DataError
from neuronboard.kinds import hparams
from neuronboard.store import Catalog, Run
from neuronboard.store.summary import Progress, Summary, progress_of, summary_of

Status = Literal["running", "stopped", "diverged"]
Value = float | str | bool
Params = Mapping[str, Value]

# A run runs for as long as its newest event is not older than this. Nothing in a file says that a
# program has ended: most programs that end well write nothing of it, and none that is killed does.
# torch's writer keeps events for up to 120 s, so a silence of that length says nothing.
QUIET = 150.0  # seconds
# Who writes rarely is waited for longer: so many times the run's own mean time between two steps.
PATIENCE = 5
# An event of the future comes from a clock that is ahead; beyond a day the time tells nothing.
AHEAD = 86_400.0  # seconds


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with a place for each run, in listing order.

    progress: how far each has come. running: whether each is still written to. params: the
    hyper-parameters of each. summaries: tag -> where its values end and lie, by run.
    """

    runs: tuple[Run, ...]
    progress: list[Progress]
    running: list[bool]
    params: list[Params]
    summaries: dict[str, list[Summary]]

    @property
    def statuses(self) -> list[Status]:
        """The status of each run; that it diverged matters more than that it runs on."""
        pairs = zip(self.progress, self.running, strict=True)
        return [
            "diverged" if progress.diverged else "running" if running else "stopped"
            for progress, running in pairs
        ]


def table(catalog: Catalog, tags: Sequence[str], now: float) -> Table:
    """The table of all runs as of `now`, in seconds since 1970; of a tag that a run does not have,
    its summary is empty."""
    progress = [progress_of(run) for run in catalog.runs]
    return Table(
        catalog.runs,
        progress,
        [is_running(one, now) for one in progress],
        _params(catalog),
        {tag: [summary_of(run, tag) for run in catalog.runs] for tag in dict.fromkeys(tags)},
    )


def is_running(progress: Progress, now: float) -> bool:
    """Whether a run is still written to, by the age of its newest event."""
    if progress.newest is None:
        return False
    age = now - progress.newest
    return -AHEAD < age <= max(QUIET, PATIENCE * progress.pace)


def _params(catalog: Catalog) -> list[Params]:
    """The hyper-parameters of each run: its own, else those of the nearest run above it (programs
    that write training and validation into folders of one run), else those of the runs below it if
    they agree (torch's add_hparams writes them into a run of their own below the training's)."""
    own = {run.id: found for run in catalog.runs if (found := _own_params(run))}
    if not own:
        return [{}] * len(catalog.runs)
    below: dict[str, list[Params]] = {}
    for run_id, found in own.items():
        below.setdefault(_above(run_id), []).append(found)
    return [own.get(run.id) or _inherited(run.id, own, below.get(run.id)) for run in catalog.runs]


def _inherited(run_id: str, own: Mapping[str, Params], below: list[Params] | None) -> Params:
    above = run_id
    while above:
        above = _above(above)
        if above in own:
            return own[above]
    if below and all(found == below[0] for found in below):
        return below[0]
    return {}


def _above(run_id: str) -> str:
    return run_id.rpartition("/")[0]


_known: WeakKeyDictionary[Run, Params] = WeakKeyDictionary()


def _own_params(run: Run) -> Params:
    found = _known.get(run)
    if found is None:
        found = _known[run] = _read_params(run.metadata.get(hparams.SESSION_START, b""))
    return found


def _read_params(metadata: bytes) -> Params:
    """The values in a session's start; none if it cannot be read, since the run can do without."""
    try:
        data = hparams.decode(metadata)
    except DataError:
        return {}
    if data is None:
        return {}
    values = data.session_start_info.hparams
    kinds = {name: value.WhichOneof("kind") for name, value in values.items()}
    return {
        name: getattr(values[name], kind)
        for name, kind in sorted(kinds.items())
        if kind in ("number_value", "string_value", "bool_value")
    }
