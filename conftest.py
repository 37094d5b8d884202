"""Collect every example that a reader sees; draw figures without a display."""

import os

from sybil.sybil import SybilCollection

from evidence.examples import KINDS

os.environ["MPLBACKEND"] = "Agg"

pytest_collect_file = SybilCollection(KINDS).pytest()
