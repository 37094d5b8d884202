"""``python -m evidence.errors [part of a name ...]``: record what the programs say."""

import sys

from evidence import errors


def main(parts):
    """Record the pages whose names contain one of the parts."""
    for path in sorted(errors.FOLDER.glob("*.toml")):
        if any(part in path.stem for part in parts or [""]):
            path.write_text(errors.recorded(path), "utf-8")
            print(path.stem)


if __name__ == "__main__":
    main(sys.argv[1:])
