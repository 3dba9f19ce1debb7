"""A log directory, followed and kept as columns."""

from neuronboard.store.catalog import Catalog, Phase, Problem, Progress, Run
from neuronboard.store.logdir import LogdirSpec
from neuronboard.store.series import Locator, Series
from neuronboard.store.store import Store

__all__ = [
    "Catalog",
    "Locator",
    "LogdirSpec",
    "Phase",
    "Problem",
    "Progress",
    "Run",
    "Series",
    "Store",
]
