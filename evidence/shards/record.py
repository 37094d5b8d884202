"""Write what the programs of gallery/shards print into the files beside them.

Usage: ``PYTHONPATH=.:gallery/shards python -m evidence.shards.record``; look at the change with git
diff before you commit it.
"""

import subprocess
import sys

from evidence.command import parser
from evidence.shards.launch import FOLDER, checked, environment, torchrun

RANKS = (2, 4)
ON_RANKS = ("shard_the_classes", "compare_with_loss_parallel", "train_on_several_ranks")
ALONE = ("a_million_classes",)


def main(arguments=()):
    """Run every program as its page says."""
    parser("python -m evidence.shards.record", __doc__).parse_args(arguments)
    for name in ON_RANKS:
        for ranks in RANKS:
            text = checked(torchrun(ranks, FOLDER / f"{name}.py"))
            (FOLDER / f"{name}.{ranks}.out").write_text(text, encoding="utf-8")
    for name in ALONE:
        command = [sys.executable, str(FOLDER / f"{name}.py")]
        process = subprocess.run(command, env=environment(), capture_output=True, encoding="utf-8")
        (FOLDER / f"{name}.out").write_text(checked(process), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
