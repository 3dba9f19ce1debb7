"""A log directory, followed and kept as columns."""

from neuronboard.store.catalog import Catalog, Phase, Problem, Progress
from neuronboard.store.logdir import LogdirSpec
from neuronboard.store.run import Run
from neuronboard.store.series import Locator, Segment, Series
from neuronboard.store.store import Store

__all__ = [
    "Catalog",
    "Locator",
    "LogdirSpec",
    "Phase",
    "Problem",
    "Progress",
    "Run",
    "Segment",
    "Series",
    "Store",
]
