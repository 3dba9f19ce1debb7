"""TensorBoard's own HTTP routes, for programs that were written for TensorBoard.

Core, scalars and time series answer as TensorBoard 2.21 does with its Python loader, but with every
point; `docs/tensorboard-routes.md` lists the routes and every difference. Nothing of ours asks
these routes: the page has its own, below api/.
"""

from neuronboard.dashboards.tensorboard.board import Board
from neuronboard.dashboards.tensorboard.routes import router

__all__ = ["Board", "router"]
