"""``python -m evidence.errors [part of a name ...]``: record what the programs say."""

import sys

from evidence import errors
from evidence.command import in_parts, parser


def main(arguments):
    """Record the pages whose names contain one of the parts."""
    pages = {path.stem: path for path in sorted(errors.FOLDER.glob("*.toml"))}
    for name in in_parts(parser("python -m evidence.errors", __doc__), pages, arguments):
        pages[name].write_text(errors.recorded(pages[name]), "utf-8")
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
