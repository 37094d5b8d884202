"""Collect every example that a reader sees; draw figures without a display."""

import os

from sybil.sybil import SybilCollection

from tests.examples import KINDS

os.environ["MPLBACKEND"] = "Agg"

pytest_collect_file = SybilCollection(KINDS).pytest()
