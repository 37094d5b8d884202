"""Files of tensors, in torch's own form: a zip archive with a pickle and the bytes of storages.

The pickle is written by hand and read by a reader that knows a tensor's parts and the plain
containers alone: nothing else in a file is ever called.
"""

import io
import os
import pickle
import re
import struct
from collections import Counter, OrderedDict

import numpy as np

from refimpl.errors import failure, outside, unsupported
from refimpl.nn.module import Module
from refimpl.nn.parameter import Parameter
from refimpl.tape import dtypes
from refimpl.tape.memory import owner_of
from refimpl.tape.tensor import Size, Tensor, wrap

__all__ = ["load", "save"]

STORAGES = {f"{each.title}Storage": each for each in dtypes.DTYPES.values()}
RECORDS = {  # what torch writes beside the pickle and the storages
    ".format_version": b"1",
    ".storage_alignment": b"64",
    "byteorder": b"little",
}
ADVICE = "refimpl reads tensors, numbers, texts, lists, tuples, dicts and OrderedDicts of them."

# ---- writing --------------------------------------------------------------------------


def save(
    obj,
    f,
    pickle_module=None,
    pickle_protocol=2,
    _use_new_zipfile_serialization=True,
    _disable_byteorder_record=False,
):
    """Write tensors, and plain containers of them, to a file that torch reads, too.

    Parameters
    ----------
    obj : Tensor of any shape, number, str, None, list, tuple, dict or OrderedDict
        Containers may hold containers; a state dict is one.
    f : str, path or file-like object
        Where to write; a file is replaced in one step, when all is written.
    pickle_module : None
    pickle_protocol : int
        Only torch's default, 2.
    _use_new_zipfile_serialization : bool
        Only True.
    _disable_byteorder_record : bool
        Only False.

    Raises
    ------
    NotImplementedError
        For a whole module, for any other object, for another protocol or form.
    RuntimeError
        Where the folder of the file is not there.
    AttributeError
        Where `f` is neither a path nor a file-like object.

    Examples
    --------
    >>> import io
    >>> import refimpl as torch
    >>> file = io.BytesIO()
    >>> torch.save({"weights": torch.tensor([1.0, 2.0]), "epoch": 3}, file)
    >>> _ = file.seek(0)
    >>> torch.load(file)
    {'weights': tensor([1., 2.]), 'epoch': 3}
    """
    if pickle_module not in (None, pickle) or pickle_protocol != 2:
        raise unsupported("save(pickle_module=...)", "Leave it out: the file has torch's form.")
    if not _use_new_zipfile_serialization or _disable_byteorder_record:
        raise unsupported("save in another form", "Leave these switches out.")
    if isinstance(f, (str, os.PathLike)):
        path = os.fspath(f)
        if not path:
            raise failure(
                RuntimeError, "[enforce fail at inline_container.cc:720] . invalid file name: "
            )
        folder = os.path.dirname(path)
        if folder and not os.path.isdir(folder):
            raise failure(RuntimeError, f"Parent directory {folder} does not exist.")
        stem = os.path.splitext(os.path.basename(path))[0]
        _replace(path, _archive(obj, stem or "archive"))
    elif hasattr(f, "write"):
        f.write(_archive(obj, "archive"))
        f.flush()
    else:
        raise failure(
            AttributeError,
            "expected 'f' to be string, path, or a file-like object with a 'write' attribute",
        )


def _replace(path, content):
    """Put a file in its place in one step: a write that fails leaves what was there."""
    import tempfile  # for who saves: not at the start of every program

    handle, name = tempfile.mkstemp(dir=os.path.dirname(path) or ".", prefix=".saving-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _archive(obj, name):
    """Return the bytes of a file."""
    import zipfile

    writer = _Writer()
    writer.write(obj)
    records = {"data.pkl": writer.finished(), **RECORDS}
    records |= {f"data/{key}": array.tobytes() for key, array in enumerate(writer.storages)}
    records["version"] = b"3\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for record, content in records.items():
            archive.writestr(zipfile.ZipInfo(f"{name}/{record}"), content)
    return out.getvalue()


class _Writer:
    """Writes an object as the instructions of a pickle of protocol 2."""

    def __init__(self):
        self.out = bytearray(b"\x80\x02")
        self.seen = {}  # id: number of the memo, and the object itself, which must stay alive
        self.owners = {}  # id of a storage's owner: its key
        self.storages = []
        self.alive = []

    def finished(self):
        return bytes(self.out + b".")

    def write(self, obj):
        """Write any object, or point to where it was written before."""
        if id(obj) in self.seen:
            self.out += b"j" + struct.pack("<I", self.seen[id(obj)])
            return
        for kind, write in WRITERS.items():
            if type(obj) is kind:
                write(self, obj)
                return
        if isinstance(obj, Tensor):
            self.tensor(obj)
        else:
            self.refuse(obj)

    def refuse(self, obj):
        name = type(obj).__name__
        if isinstance(obj, Module):
            raise unsupported(f"save({name})", "Save its state_dict().")
        raise unsupported(f"save({name})", ADVICE)

    def remember(self, obj):
        self.seen[id(obj)] = len(self.seen)
        self.alive.append(obj)
        self.out += b"r" + struct.pack("<I", self.seen[id(obj)])

    def constant(self, obj):
        self.out += {None: b"N", True: b"\x88", False: b"\x89"}[obj]

    def whole(self, number):
        if 0 <= number < 256:
            self.out += b"K" + struct.pack("<B", number)
        elif -(2**31) <= number < 2**31:
            self.out += b"J" + struct.pack("<i", number)
        else:
            encoded = pickle.encode_long(number)
            if len(encoded) > 255:
                raise unsupported("save of an int beyond 2040 bits", "Save it as a text.")
            self.out += b"\x8a" + struct.pack("<B", len(encoded)) + encoded

    def real(self, number):
        self.out += b"G" + struct.pack(">d", number)

    def text(self, text):
        encoded = text.encode("utf-8", "surrogatepass")
        self.out += b"X" + struct.pack("<I", len(encoded)) + encoded

    def list(self, items):
        self.out += b"]"
        self.remember(items)
        self.out += b"("
        for each in items:
            self.write(each)
        self.out += b"e"

    def tuple(self, items):
        self.out += b"("
        for each in items:
            self.write(each)
        self.out += b"t"

    def dict(self, mapping):
        self.out += b"}"
        self.remember(mapping)
        self.pairs(mapping)

    def ordered(self, mapping):
        self.name("collections", "OrderedDict")
        self.out += b")R"
        self.remember(mapping)
        self.pairs(mapping)

    def counter(self, counts):
        """Write what a MultiStepLR has its milestones in: it is made of a dict."""
        self.name("collections", "Counter")
        self.out += b"("
        self.dict(dict(counts))
        self.out += b"tR"
        self.remember(counts)

    def pairs(self, mapping):
        self.out += b"("
        for key, value in mapping.items():
            self.write(key)
            self.write(value)
        self.out += b"u"

    def name(self, module, name):
        self.out += f"c{module}\n{name}\n".encode()

    def size(self, size):
        self.name("torch", "Size")
        self.out += b"("
        self.tuple(size)
        self.out += b"tR"

    def dtype(self, dtype):
        self.name("torch", dtype.name)

    def device(self, device):
        self.name("torch", "device")
        self.tuple((device.type,) if device.index is None else (device.type, device.index))
        self.out += b"R"

    def tensor(self, tensor):
        if isinstance(tensor, Parameter):
            self.name("torch._utils", "_rebuild_parameter")
            self.out += b"("
            self.parts(tensor, False)
            self.constant(tensor.requires_grad)
            self.ordered(OrderedDict())
            self.out += b"tR"
        else:
            self.parts(tensor, tensor.requires_grad)
        self.remember(tensor)

    def parts(self, tensor, requires_grad):
        """Write the storage, and how the tensor lies in it."""
        storage, offset, strides = _storage(tensor._array)
        if id(storage) not in self.owners:
            self.owners[id(storage)] = len(self.storages)
            self.storages.append(storage)
        self.name("torch._utils", "_rebuild_tensor_v2")
        self.out += b"(("
        self.text("storage")
        self.name("torch", f"{tensor.dtype.title}Storage")
        self.text(str(self.owners[id(storage)]))
        self.text("cpu")
        self.whole(storage.size)
        self.out += b"tQ"
        self.whole(offset)
        self.tuple(tensor._array.shape)
        self.tuple(strides)
        self.constant(requires_grad)
        self.ordered(OrderedDict())
        self.out += b"tR"


WRITERS = {
    type(None): _Writer.constant,
    bool: _Writer.constant,
    int: _Writer.whole,
    float: _Writer.real,
    str: _Writer.text,
    list: _Writer.list,
    tuple: _Writer.tuple,
    dict: _Writer.dict,
    OrderedDict: _Writer.ordered,
    Counter: _Writer.counter,
    Size: _Writer.size,
    dtypes.dtype: _Writer.dtype,
    dtypes.device: _Writer.device,
}


def _storage(array):
    """Return the array that owns the memory, where the tensor begins in it, and its strides."""
    owner = owner_of(array)
    fits = owner.flags.c_contiguous and owner.dtype == array.dtype
    if not fits or min(array.strides, default=0) < 0 or array.size == 0:
        owner = array = np.ascontiguousarray(array).reshape(array.shape)
    offset = (array.ctypes.data - owner.ctypes.data) // array.itemsize
    return owner, offset, tuple(step // array.itemsize for step in array.strides)


# ---- reading --------------------------------------------------------------------------

INTERNAL = (
    "This is an internal miniz error. If you are seeing this error, there is a high likelihood "
    "that your checkpoint file is corrupted. This can happen if the checkpoint was not saved "
    "properly, was transferred incorrectly, or the file was modified after saving."
)
NO_ARCHIVE = (
    "PytorchStreamReader failed reading zip archive: failed finding central directory. " + INTERNAL
)
SMALL = "PytorchStreamReader failed reading zip archive: not a ZIP archive. " + INTERNAL
SMALLEST = 22  # bytes that end any archive


DAMAGED = "load: the file is cut off or damaged."


def load(f, map_location=None, pickle_module=None, *, weights_only=None, mmap=None):
    """Read a file of tensors that refimpl or torch has written.

    Parameters
    ----------
    f : str, path or file-like object
    map_location : str, device, dict or callable, optional
        Where the tensors shall go: the CPU. It lets a file be read that was written on a GPU.
    pickle_module : None
    weights_only : bool, optional
        It is accepted: in any case nothing is read but tensors and plain containers.
    mmap : bool, optional
        It is accepted beside a path: it changes torch's speed, not its result.

    Returns
    -------
    Tensor, number, str, None, list, tuple, dict or OrderedDict

    Raises
    ------
    pickle.UnpicklingError
        For a file of another kind, or one that holds, or wants to call, anything else.
    RuntimeError
        For a file that is cut off or damaged; for tensors of a GPU, unless `map_location` brings
        them to the CPU; for a place that is no device.
    TypeError
        For a `map_location` that names no place.
    ValueError
        For `mmap` without a path.
    EOFError
        For an empty file.
    FileNotFoundError
        Where there is no such file.
    AttributeError
        Where `f` is neither a path nor a file-like object in which one can search.

    Examples
    --------
    >>> import io
    >>> import refimpl as torch
    >>> file = io.BytesIO()
    >>> torch.save(torch.nn.Linear(1, 1, bias=False).state_dict(), file)
    >>> _ = file.seek(0)
    >>> list(torch.load(file))
    ['weight']
    """
    if pickle_module is not None:
        raise unsupported("load(pickle_module=...)", ADVICE)
    if isinstance(f, (str, os.PathLike)):
        with open(f, "rb") as file:
            content = file.read()
    elif mmap:
        raise failure(ValueError, "f must be a file path in order to use the mmap argument")
    else:
        _check_seekable(f)
        content = f.read()
    if isinstance(content, str):
        raise failure(AssertionError, "Expected bytes, got str", "load: open it with mode 'rb'.")
    if not content:
        raise _empty(weights_only is None or weights_only)
    return _read(content, map_location)


def _check_seekable(f):
    """Refuse what one cannot search in, with torch's words behind Python's."""
    try:
        f.seek(f.tell())
    except (io.UnsupportedOperation, AttributeError) as error:
        if not re.search("seek|tell", str(error)):
            raise
        raise failure(
            AttributeError if isinstance(error, AttributeError) else io.UnsupportedOperation,
            f"{error}. You can only torch.load from a file that is seekable. Please pre-load the "
            "data into a buffer like io.BytesIO and try to load from it instead.",
        ) from None


def _empty(without_words):
    """Return torch's error for an empty file; its own reader of pickles has no words for it."""
    advice = "load: the file is empty."
    if not without_words:
        return failure(EOFError, "Ran out of input", advice)
    error = EOFError()
    error.__notes__ = [advice]
    return error


def _read(content, map_location):
    """Return what the bytes of a file hold."""
    if not content.startswith(b"PK\x03\x04"):
        raise refused("This is no file that torch.save has written, or one of torch before 1.6.")
    if len(content) < SMALLEST:
        raise failure(RuntimeError, SMALL, DAMAGED)
    import zipfile

    places = _Places(map_location)
    try:
        return _Archive(zipfile.ZipFile(io.BytesIO(content)), places).read()
    except Exception as error:
        torchs = isinstance(error, (pickle.UnpicklingError, RuntimeError))
        other = isinstance(
            error, NotImplementedError
        )  # an archive of a kind that torch never writes
        if torchs and not other or error is places.error:
            raise
        # The parts of a damaged archive may be any nonsense.
        raise failure(RuntimeError, NO_ARCHIVE, DAMAGED) from None


def refused(reason):
    """Return torch's error for a file that is not read."""
    return failure(pickle.UnpicklingError, f"Weights only load failed. {reason}", ADVICE)


class _Archive:
    """One file while it is read."""

    def __init__(self, archive, places):
        self.archive = archive
        self.places = places
        self.storages = {}
        found = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if not found:
            raise refused("The archive has no data.pkl: torch.save has not written it.")
        self.prefix = found[0].removesuffix("data.pkl")

    def read(self):
        """Return the object."""
        order = "<"
        if f"{self.prefix}byteorder" in self.archive.namelist():
            order = {b"little": "<", b"big": ">"}[self.archive.read(f"{self.prefix}byteorder")]
        self.order = order
        from zipfile import BadZipFile

        reader = _Reader(io.BytesIO(self.archive.read(f"{self.prefix}data.pkl")))
        reader.archive = self
        try:
            return reader.load()
        except (pickle.UnpicklingError, BadZipFile, RuntimeError):
            raise
        except Exception as error:  # a pickle may hold any nonsense
            if error is self.places.error:
                raise
            raise refused(f"The pickle in it is damaged: {error}.") from None

    def storage(self, kind, key, location, count):
        """Return the elements of a storage; each is read once, so that tensors share it."""
        if not isinstance(kind, dtypes.dtype) or {type(key), type(location)} != {str}:
            raise refused("A storage in it has no type, no name or no place.")
        self.places.check(location)
        if key not in self.storages:
            name = f"{self.prefix}data/{key}"
            if name not in self.archive.namelist():
                raise failure(
                    RuntimeError,
                    f"PytorchStreamReader failed locating file data/{key}: file not found",
                    "load: the archive lacks the bytes of a tensor.",
                )
            content = self.archive.read(name)
            if count < 0 or len(content) < count * kind.itemsize:
                raise failure(
                    RuntimeError,
                    f"storage has wrong byte size: expected {count * kind.itemsize} got "
                    f"{len(content)}",
                    "load: the file is damaged.",
                )
            array = np.frombuffer(content, kind.numpy.newbyteorder(self.order), count)
            self.storages[key] = array.astype(kind.numpy)
        return self.storages[key]


class _Places:
    """Where the tensors of a file go, and the error that a place was refused with."""

    def __init__(self, map_location):
        self.map_location = map_location
        self.error = None

    def check(self, location):
        """Refuse tensors of a GPU, unless they are brought to the CPU."""
        try:
            self._check(location)
        except Exception as error:
            self.error = error
            raise

    def _check(self, location):
        wanted = self.map_location
        if isinstance(wanted, dict):
            location = wanted.get(location, location)
        elif isinstance(wanted, (str, bytes, dtypes.device)):
            location = wanted if isinstance(wanted, bytes) else str(wanted)
        elif wanted is not None:
            found = wanted(ON_CPU, location)
            if found is ON_CPU:
                return
            if found is not None:
                raise _no_storage(found)
        _check_place(location)


def _no_storage(found):
    """Return torch's error for a function as `map_location` that returns something else."""
    return failure(
        TypeError,
        "TypedStorage.__init__ received an invalid combination of arguments. Expected one of:\n"
        " * (*, torch.device device, torch.dtype dtype)\n"
        " * (int size, *, torch.device device, torch.dtype dtype)\n"
        " * (Sequence data, *, torch.device device, torch.dtype dtype)\n"
        " * (*, UntypedStorage wrap_storage, torch.dtype dtype)\n"
        f"Argument 'wrap_storage' must be UntypedStorage, but got {type(found)}",
        "load: return the storage that map_location was given, or None.",
    )


class _OnCpu:
    """What a function as `map_location` is shown: a storage that lies on the CPU."""

    device = dtypes.CPU

    def cpu(self):
        return self

    def cuda(self, *device):
        raise no_gpu("cuda")


ON_CPU = _OnCpu()


def no_gpu(name):
    """Return torch's error for tensors that lie on a GPU."""
    return failure(
        RuntimeError,
        f"Attempting to deserialize object on a {name.upper()} device but "
        f"torch.{name}.is_available() is False. If you are running on a CPU-only machine, please "
        "use torch.load with map_location=torch.device('cpu') to map your storages to the CPU.",
        dtypes.WHERE,
    )


def _check_place(location):
    """Refuse a place for tensors that is not the CPU, as torch does where it has no other."""
    if location == "cpu":
        return
    if found := re.match(r"(cuda|xpu)(:\d+)?$", location):
        raise no_gpu(found[1])
    if location.startswith("mps"):
        raise failure(
            RuntimeError,
            "torch.UntypedStorage(): Storage device not recognized: mps",
            dtypes.WHERE,
        )
    if location == "meta":
        raise unsupported("load(map_location='meta')", dtypes.WHERE)
    raise failure(
        RuntimeError,
        "don't know how to restore data location of torch.storage.UntypedStorage (tagged with "
        f"{location})",
        "load: the CPU is called 'cpu', without a number.",
    )


def _tensor(storage, offset, size, strides, requires_grad, *hooks):
    """Return a tensor over a storage; one that would reach beyond it is refused."""
    size, strides = tuple(map(int, size)), tuple(map(int, strides))
    reach = offset + sum((n - 1) * step for n, step in zip(size, strides, strict=True))
    if offset < 0 or min((*size, *strides), default=0) < 0:
        raise refused("A tensor in it has a negative size, stride or offset.")
    if 0 not in size and reach >= storage.size:
        raise failure(
            RuntimeError,
            f"setStorage: sizes {list(size)}, strides {list(strides)}, storage offset {offset}, "
            f"and itemsize {storage.itemsize} requiring a storage size of "
            f"{(reach + 1) * storage.itemsize} are out of bounds for storage of size "
            f"{storage.nbytes}",
            "load: the file is damaged.",
        )
    steps = tuple(step * storage.itemsize for step in strides)
    start = storage[min(offset, storage.size) :]
    tensor = wrap(np.lib.stride_tricks.as_strided(start, size, steps))
    tensor.requires_grad = bool(requires_grad)
    return tensor


def _parameter(tensor, requires_grad, hooks):
    return Parameter(tensor, bool(requires_grad))


NAMES = {
    ("collections", "OrderedDict"): OrderedDict,
    ("collections", "Counter"): Counter,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch", "Size"): Size,
    ("torch", "device"): dtypes.device,
    **{("torch", each.name): each for each in dtypes.DTYPES.values()},
    **{("torch", name): each for name, each in STORAGES.items()},
}


class _Reader(pickle.Unpickler):
    """A reader of pickles that knows the parts of a tensor and the plain containers alone."""

    def find_class(self, module, name):
        if (module, name) not in NAMES:
            raise refused(
                f"WeightsUnpickler error: Unsupported global: GLOBAL {module}.{name} was not an "
                "allowed global by default. The file wants it to be called or made."
            )
        return NAMES[module, name]

    def persistent_load(self, pid):
        if not isinstance(pid, tuple) or len(pid) != 5 or pid[0] != "storage":
            raise refused("It points to something that is no storage.")
        return self.archive.storage(*pid[1:])


__getattr__ = outside("torch.serialization", __all__)
