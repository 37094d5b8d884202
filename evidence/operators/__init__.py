"""One record for each operator, in a module of its name. A new file here is all that is asked for.

`RECORDS` holds them by name; whatever loops over operators loops over it.
"""

import importlib
import pkgutil


def discover(path, package):
    """Import every module of a package and return the records by name."""
    modules = (
        importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(path)
    )
    return {module.RECORD.name: module.RECORD for module in modules}


RECORDS = discover(__path__, __name__)
