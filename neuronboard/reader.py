"""Event files for people's own scripts: runs, tags, and columns as numpy arrays.

    logs = neuronboard.open("logs")
    loss = logs.runs["lr=0.1"]["loss"]
    loss.steps, loss.wall_times, loss.values

Every point is there, at its written precision, and nothing is copied that lies in one piece.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from neuronboard.formats.batch import Columns
from neuronboard.store import LogdirSpec, Problem, Run, Series, Store
from neuronboard.store.axes import Computed, placed
from neuronboard.store.catalog import natural_key
from neuronboard.store.curve import Curve, curves_of, without_covered
from neuronboard.store.series import NO_COLUMNS, joined
from neuronboard.store.smooth import Kind, Smoothing, smooth

if TYPE_CHECKING:
    import pandas
    import polars

Axis = Literal["step", "relative", "wall"] | Computed
Logdir = str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]]


def open(logdir: Logdir) -> LogReader:
    """Reads all event files below `logdir` and returns what is in them.

    logdir: a folder, or several under names, as {"old": "logs/a", "new": "logs/b"}.
    Warns where files are damaged; what could be read is there, `problems` says what could not.
    Raises `MissingLogdirError`, which is a `FileNotFoundError`, where there is no such folder.
    """
    return LogReader(logdir)


@dataclass(frozen=True, slots=True)
class Scalars:
    """The points of one tag of a run, in the order they were written.

    steps: int64[n]. wall_times: float64[n], seconds since 1970-01-01 UTC. values: float32[n], or
    float64[n] if any was written with more precision; copy an array before you change it. segment:
    the file they stand in, with "#2" and so on behind a restart in the file; "" for those of all
    segments.
    """

    steps: npt.NDArray[np.int64]
    wall_times: npt.NDArray[np.float64]
    values: npt.NDArray[np.floating[Any]]
    segment: str = ""

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        return f"Scalars({len(self):,} points, {self.values.dtype})"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the page draws it.

    x: int64[n] steps, or float64[n] on another axis. y: the values as they were logged, or smoothed
    as float64[n]. values: as they were logged. purged: a restart declared it void.
    """

    x: npt.NDArray[Any]
    y: npt.NDArray[np.floating[Any]]
    values: npt.NDArray[np.floating[Any]]
    purged: bool

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        return f"Line({len(self):,} points)"


def _line(run: Run, curve: Curve, axis: Axis, over: str, how: Smoothing | None) -> Line:
    steps, wall_times, values = curve.columns()
    x: npt.NDArray[Any]
    if axis == "step":
        x = steps
    elif axis == "wall" or axis == "relative":
        x = wall_times if axis == "wall" else wall_times - curve.origin
    else:
        x = np.concatenate([piece.columns().wall_times for piece in placed(run, curve, axis, over)])
    y = values if how is None else smooth(values, how)
    return Line(x, y, values, curve.purged)


class RunReader(Mapping[str, Scalars]):
    """A run: its scalar tags, in natural order, and their columns.

    `run[tag]` leaves out what a later restart declared void (a `SessionLog` START, as torch's
    `purge_step` writes it); `run.purged(tag)` has that, `run.segments(tag)` has everything, by the
    file it was written to.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    @property
    def id(self) -> str:
        """Its path below the log directory, "." for the log directory itself."""
        return self._run.id

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The tags that have scalars."""
        return tuple(sorted(self._run.scalar_tags, key=natural_key))

    def __getitem__(self, tag: str) -> Scalars:
        return Scalars(*joined([part for part, _ in self._divided(tag)]))

    def __iter__(self) -> Iterator[str]:
        return iter(self.tags)

    def __len__(self) -> int:
        return len(self.tags)

    def __repr__(self) -> str:
        return f"RunReader({self.id!r}, {len(self):,} tags)"

    def curves(
        self,
        tag: str,
        *,
        axis: Axis = "step",
        over: str = "",
        smoothing: float = 0.0,
        smoother: Kind = "ema",
        newest: bool = False,
        purged: bool = False,
    ) -> tuple[Line, ...]:
        """The lines that the page draws of a tag: one for each part of the run.

        axis: what x is; "relative" is seconds since the run's first event, "wall" seconds since
        1970, "active" seconds without the pauses between a stop and the next start, "index" the
        number of the point, "tag" the value of the tag `over` at the same step. smoothing: weight
        of what came before, 0 to less than 1; smoother: "ema" of the values so far, or "symmetric".
        newest: without steps that a later part has too. purged: what a restart declared void, too.
        Raises KeyError for a tag that the run does not have.
        """
        self._series(tag)
        if (axis == "tag") != bool(over):
            raise ValueError(f'axis="tag" goes with over, its tag; got {axis=} and {over=}')
        if over:
            self._series(over)
        curves: Iterable[Curve] = curves_of(self._run, tag)
        how = Smoothing(smoother, smoothing) if smoothing else None
        chosen = without_covered(curves) if newest else curves
        return tuple(
            _line(self._run, curve, axis, over, how)
            for curve in chosen
            if len(curve) and (purged or not curve.purged)
        )

    def purged(self, tag: str) -> Scalars:
        """The points that a later restart declared void."""
        return Scalars(*joined([part for _, part in self._divided(tag)]))

    def segments(self, tag: str) -> tuple[Scalars, ...]:
        """All points, those that were purged too, by the file they were written to."""
        return tuple(Scalars(*s.columns(), s.id) for s in self._series(tag).segments)

    def _divided(self, tag: str) -> Iterator[tuple[Columns, Columns]]:
        """For each segment the points that count, and those that are void."""
        for segment in self._series(tag).segments:
            columns = segment.columns()
            if segment.purge_step is None:
                yield columns, NO_COLUMNS
            else:
                void = columns.steps >= segment.purge_step
                yield columns.picked(~void), columns.picked(void)

    def _series(self, tag: str) -> Series:
        series = self._run.find("scalar", tag)
        if series is None:
            raise KeyError(f"run {self.id!r} has no scalar tag {tag!r}; it has {_some(self.tags)}")
        return series


class LogReader:
    """What is in the event files of a log directory; `refresh` reads what came since."""

    def __init__(self, logdir: Logdir) -> None:
        self._store = Store(_spec(logdir))
        self._told: tuple[Problem, ...] = ()
        self._look(stacklevel=4)

    def __repr__(self) -> str:
        points = self._store.catalog.progress.points
        return f"LogReader({str(self._store.spec)!r}, {len(self.runs):,} runs, {points:,} points)"

    def refresh(self) -> None:
        """Reads the files and bytes that are new; arrays that were taken before do not change."""
        self._look(stacklevel=3)

    def _look(self, stacklevel: int) -> None:
        self._store.refresh()
        self.__dict__.pop("runs", None)
        self.__dict__.pop("tags", None)
        if self.problems and self.problems != self._told:
            first, more = self.problems[0], len(self.problems) - 1
            behind = f" (and {more:,} more: see .problems)" if more else ""
            warnings.warn(f"{first.message}: {first.path}{behind}", stacklevel=stacklevel)
        self._told = self.problems

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read: path, offset, bytes skipped, and why."""
        return self._store.catalog.problems

    @cached_property
    def runs(self) -> Mapping[str, RunReader]:
        """The runs by id, in natural order."""
        return _Runs(self._store.catalog.runs)

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The scalar tags of all runs, in natural order."""
        return tuple(self._store.catalog.scalar_runs)

    def to_pandas(
        self, tags: str | Iterable[str] | None = None, runs: str | Iterable[str] | None = None
    ) -> pandas.DataFrame:
        """A pandas frame with a row for each point: run, tag, step, wall_time, value.

        tags, runs: which; None is all. run and tag are categories. Points that a restart declared
        void are left out. Raises ImportError where pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError("to_pandas needs pandas: pip install pandas") from error
        table = self._table(tags, runs)
        run = pandas.Categorical.from_codes(table.run, list(self.runs))
        tag = pandas.Categorical.from_codes(table.tag, list(self.tags))
        return pandas.DataFrame(
            {"run": run, "tag": tag, **dict(zip(_COLUMNS, table.columns, strict=True))}
        )

    def to_polars(
        self, tags: str | Iterable[str] | None = None, runs: str | Iterable[str] | None = None
    ) -> polars.DataFrame:
        """The same as a polars frame; run and tag are Enums."""
        try:
            import polars
        except ImportError as error:
            raise ImportError("to_polars needs polars: pip install polars") from error
        table = self._table(tags, runs)
        run = polars.Series(list(self.runs), dtype=polars.Enum(list(self.runs))).gather(table.run)
        tag = polars.Series(list(self.tags), dtype=polars.Enum(list(self.tags))).gather(table.tag)
        return polars.DataFrame(
            {"run": run, "tag": tag, **dict(zip(_COLUMNS, table.columns, strict=True))}
        )

    def _table(self, tags: str | Iterable[str] | None, runs: str | Iterable[str] | None) -> _Table:
        run_ids, wanted = _chosen(runs, self.runs, "run"), set(_chosen(tags, self.tags, "tag"))
        number_of_run = {run_id: number for number, run_id in enumerate(self.runs)}
        number_of_tag = {tag: number for number, tag in enumerate(self.tags)}
        parts: list[Columns] = []
        codes: list[tuple[int, int]] = []
        for run_id in run_ids:
            run = self.runs[run_id]
            for tag in run.tags:
                if tag in wanted:
                    scalars = run[tag]
                    parts.append(Columns(scalars.steps, scalars.wall_times, scalars.values))
                    codes.append((number_of_run[run_id], number_of_tag[tag]))
        pairs = np.array(codes, np.uint32).reshape(-1, 2)
        lengths = [len(part.steps) for part in parts]
        return _Table(
            np.repeat(pairs[:, 0], lengths), np.repeat(pairs[:, 1], lengths), joined(parts)
        )


_COLUMNS = ("step", "wall_time", "value")


@dataclass(frozen=True, slots=True)
class _Table:
    """Points of many tags: the numbers of their runs and tags, and their columns."""

    run: npt.NDArray[np.uint32]
    tag: npt.NDArray[np.uint32]
    columns: Columns


class _Runs(Mapping[str, RunReader]):
    """Runs by id; a KeyError says which there are."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = {run.id: RunReader(run) for run in runs}

    def __getitem__(self, run_id: str) -> RunReader:
        try:
            return self._runs[run_id]
        except KeyError:
            raise KeyError(f"there is no run {run_id!r}; there is {_some(self._runs)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._runs)

    def __len__(self) -> int:
        return len(self._runs)

    def __repr__(self) -> str:
        return f"<{len(self):,} runs: {_some(self._runs)}>"


def _spec(logdir: Logdir) -> LogdirSpec:
    if isinstance(logdir, Mapping):
        roots = tuple((name, Path(path).expanduser()) for name, path in logdir.items())
        spec = LogdirSpec(roots)
    else:
        spec = LogdirSpec.single(Path(logdir))
    spec.check()
    return spec


def _chosen(given: str | Iterable[str] | None, known: Iterable[str], noun: str) -> list[str]:
    """The names that were asked for, in their order here; KeyError for one that is not known."""
    if given is None:
        return list(known)
    wanted = [given] if isinstance(given, str) else list(given)
    there = set(known)
    for name in wanted:
        if name not in there:
            raise KeyError(f"there is no {noun} {name!r}; there is {_some(known)}")
    return wanted


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    shown = ", ".join(map(repr, listed[:10])) or "none"
    return f"{shown}, ... ({len(listed):,} in all)" if len(listed) > 10 else shown
