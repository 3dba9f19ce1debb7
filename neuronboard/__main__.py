"""`python -m neuronboard` is the `neuronboard` command."""

import sys

from neuronboard.cli import main

sys.exit(main())
