"""The dashboards, in the order of their tabs."""

from neuronboard.dashboards.graphs import DASHBOARD as GRAPHS
from neuronboard.dashboards.scalars import DASHBOARD as SCALARS

DASHBOARDS = (SCALARS, GRAPHS)
