"""A module for each library.

`CALLS` says, by operation, how a program writes the call; what is shown is what is evaluated, with
the inputs as `x`, `y` and `w` and the names of the module. `floats` and `labels` make the
library's arrays of nested lists, `numbers` makes lists of a result, `gradient` differentiates,
where the library can. `IGNORED` is the label that the calls leave out, if any. `NOT_TRIED` names
the cases that are left out and says why.
"""
