"""The catalogues of the Chinese pages: brought up to date, filled, checked.

    python docs/_ext/translations.py update           after an edit of the English: tox -e translate
    python docs/_ext/translations.py todo PAGE        what is to be translated, as numbered JSON
    python docs/_ext/translations.py take FILE ...    put such a JSON, now in Chinese, in its place
    python docs/_ext/translations.py check [PAGE ...] what is wrong with what is translated
    python docs/_ext/translations.py status           messages to do and their words, by catalogue

There is a catalogue for each page, and `shared` for the messages of several pages. Only `update`
needs a build of the English pages; it keeps every translation whose English sentence still stands,
wherever it stands now, and marks as fuzzy what it offers for a sentence that changed.
"""

import difflib
import io
import json
import sys
from collections import Counter
from gettext import GNUTranslations
from pathlib import Path

import sphinx
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "docs/_ext")) if path not in sys.path]

import chinese  # noqa: E402
from messages import FILE, SHARED, same_everywhere, spoken  # noqa: E402

from evidence.command import parser  # noqa: E402
from evidence.kept import write_whole  # noqa: E402

FOLDER = ROOT / "docs/locale/zh_CN/LC_MESSAGES"
THEME = "sphinx"  # the name that Sphinx reads
KEYWORDS = {"_": None, "gettext": None, "marked": None}
SCRIPTS = ("docs/_static/*.js", "docs/_browser/*.js", "docs/_browser/*.mjs")
SAID = {"said": None, "Failure": None}  # what our scripts hand their sentences to
SPHINX = Path(sphinx.__file__).parent
WAS = "was: "  # before the English sentence that an offered translation belongs to
LIKE = 0.6  # how much of a sentence must have stayed for its old translation to be offered
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
)


class TranslationError(Exception):
    """What cannot be done with the catalogues, in a sentence."""


def path_of(page):
    """Return the file of a catalogue."""
    return FOLDER / f"{page}.po"


def pages():
    """Return the names of all catalogues."""
    return sorted(p.relative_to(FOLDER).with_suffix("").as_posix() for p in FOLDER.rglob("*.po"))


def read(page):
    """Return the messages of a catalogue, in their order."""
    try:
        with path_of(page).open("rb") as file:
            catalogue = read_po(file, locale="zh_CN", charset="utf-8", abort_invalid=True)
    except FileNotFoundError:
        close = difflib.get_close_matches(page, pages()) or pages()[:3]
        raise TranslationError(f"There is no catalogue {page}; is it {', '.join(close)}?") from None
    except (PoFileError, ValueError) as error:
        raise TranslationError(f"{path_of(page)} cannot be read: {error}") from None
    return [message for message in catalogue if message.id]


def write(page, messages):
    """Write a catalogue: no date, no lines of the source, no wrapping, so that diffs are small."""
    catalogue, text = Catalog(locale="zh_CN", charset="utf-8"), io.BytesIO()
    for message in messages:
        message.flags &= {"fuzzy"}  # Babel adds others at reading: our {1} is no format of Python
        catalogue[message.id] = message
    write_po(text, catalogue, width=0, omit_header=True, no_location=True)
    write_whole(path_of(page), HEADER + text.getvalue().decode("utf-8"))


def markup(message):
    """Return the language in which a message is written."""
    return message.auto_comments[0].partition(";")[0]


def done(message):
    """Tell whether a message is translated."""
    return bool(message.string) and not message.fuzzy


# Bringing up to date


def build_english():
    """Build the English pages, which collects the messages."""
    import build

    with build.alone():
        build.check_ledger()
        build.build_pages(["en"])


def placed(found):
    """Return the messages of each catalogue: a message of several pages goes to the shared one."""
    by_page = {page: {m["id"]: m for m in messages} for page, messages in found.items()}
    count = Counter(key for messages in by_page.values() for key in messages)
    shared = {k: m for ms in by_page.values() for k, m in ms.items() if count[k] > 1}
    shared |= by_page.pop(SHARED, {})
    own = {p: {k: m for k, m in ms.items() if k not in shared} for p, ms in by_page.items()}
    return {page: messages for page, messages in (own | {SHARED: shared}).items() if messages}


def said_of(entry):
    """Return the comment that tells a translator what a message is."""
    return "; ".join(filter(None, (entry["markup"], entry.get("place"))))


def of_scripts():
    """Return what our own scripts say to readers."""
    files = sorted(file for pattern in SCRIPTS for file in ROOT.glob(pattern))
    return [found[1] for file in files for found in extract_from_file("javascript", file, SAID)]


def theme():
    """Return the words of the theme, our templates, extensions, scripts, which Sphinx has not."""
    import furo

    own, words = ROOT / "docs", {}
    sources = [*(Path(furo.__file__).parent / "theme").rglob("*.html")]
    sources += [*(own / "_templates").rglob("*.html"), *(own / "_ext").glob("*.py")]
    with (SPHINX / "locale/zh_CN/LC_MESSAGES/sphinx.mo").open("rb") as file:
        known = GNUTranslations(file)
    for path in sources:
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        for found in extract_from_file(method, path, KEYWORDS):  # with its blanks, as looked up
            if isinstance(found[1], str) and known.gettext(found[1]) == found[1]:
                words[found[1]] = {"id": found[1], "markup": "plain"}
    words |= {word: {"id": word, "markup": "plain"} for word in of_scripts()}
    return {word: each for word, each in words.items() if not same_everywhere(word)}


def renew(entries, old, memory):
    """Return the messages of a catalogue, with the translations that are known."""
    catalogue = Catalog(locale="zh_CN", charset="utf-8")
    left = {m.id: m.string for m in old if m.string and m.id not in entries}
    offered = {m.id: (m.string, m.user_comments) for m in old if m.fuzzy}
    for key, entry in entries.items():
        message = catalogue.add(key, memory.get(key, ""), auto_comments=[said_of(entry)])
        if key in memory:
            continue
        for close in difflib.get_close_matches(key, left, n=1, cutoff=LIKE):
            offered.setdefault(key, (left[close], [f"{WAS}{close}"]))
        if key in offered:
            message.string, message.user_comments = offered[key]
            message.flags.add("fuzzy")
    return [message for message in catalogue if message.id]


def update(no_build=False):
    """Bring the catalogues up to date with the English pages."""
    if not no_build:
        build_english()
    if not (ROOT / FILE).exists():
        raise TranslationError(f"{FILE} is missing, which a build makes: update without --no-build")
    found = placed(json.loads((ROOT / FILE).read_text("utf-8")))
    found |= {THEME: words} if (words := theme()) else {}  # looked up there alone: never shared
    before = {page: read(page) for page in pages()}
    memory = {m.id: m.string for messages in before.values() for m in messages if done(m)}
    for page, entries in found.items():
        write(page, renew(entries, before.get(page, ()), memory))
    for page in before.keys() - found.keys():
        path_of(page).unlink()
    return status()


# Translating


def todo(page):
    """Print what is to be translated: number and message; of fuzzy ones also what they were."""
    shown = {"page": page}
    for number, message in enumerate(read(page), 1):
        if message.fuzzy:
            before = " ".join(message.user_comments).removeprefix(WAS)
            was = {"was": before, "translated": message.string}
            shown[str(number)] = {"now": message.id} | was
        elif not message.string:
            shown[str(number)] = message.id
    print(json.dumps(shown, ensure_ascii=False, indent=0))
    return 0


def take(files):
    """Put translations into their catalogues; list the refused ones with the reason."""
    return max(map(take_file, files), default=0)


def take_file(file):
    """Take the translations of one file."""
    try:
        given = json.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TranslationError(f"{file} cannot be read: {error}") from None
    page = given.pop("page", None) if isinstance(given, dict) else None
    if page is None:
        raise TranslationError(
            f'{file} does not say of which page: it needs "page", as todo writes'
        )
    messages = read(page)
    known = {str(n): m for n, m in enumerate(messages, 1)} | {m.id: m for m in messages}
    refused = 0
    for key, translation in given.items():
        told = put(known.get(key), translation)
        refused += bool(told)
        for reason in told:
            print(f"{page} {key}: {reason}")
    write(page, messages)
    left = sum(not done(message) for message in messages)
    print(f"{page}: {len(given) - refused} taken, {refused} refused, {left} to do")
    return int(refused > 0)


def put(message, translation):
    """Translate one message, unless something is wrong with the translation; say what."""
    if message is None:
        return ["there is no such message"]
    if not isinstance(translation, str):
        return ["its translation must be a string"]
    told = chinese.faults(message.id, translation, markup(message))
    if not told:
        message.string, message.user_comments = translation, []
        message.flags.discard("fuzzy")
    return told


# Looking


def check(named=()):
    """Print what is wrong with what is translated; return whether anything is."""
    wrong = [
        f"{page}: {message.id}\n    {message.string}\n    {reason}"
        for page in named or pages()
        for message in read(page)
        if done(message)
        for reason in chinese.faults(message.id, message.string, markup(message))
    ]
    print("\n".join(wrong) or "Nothing is wrong.")
    return int(bool(wrong))


def status():
    """Print how much is to be done."""
    total = Counter()
    for page in pages():
        left = [message for message in read(page) if not done(message)]
        words = sum(len(spoken(message.id)) for message in left)
        total.update(messages=len(left), words=words)
        if left:
            print(f"{words:6} words {len(left):5} messages  {page}")
    print(f"{total['words']:6} words {total['messages']:5} messages to translate")
    return 0


def read_arguments(arguments):
    """Return the command that is given, and its arguments."""
    command = parser("python docs/_ext/translations.py", __doc__)
    commands = command.add_subparsers(dest="command", required=True, metavar="command")
    update = commands.add_parser("update")
    update.add_argument("--no-build", action="store_true", help="as build/messages.json has it")
    commands.add_parser("todo").add_argument("page")
    commands.add_parser("take").add_argument("files", nargs="+")
    commands.add_parser("check").add_argument("named", nargs="*", metavar="page")
    commands.add_parser("status")
    given = vars(command.parse_args(arguments))
    return COMMANDS[given.pop("command")], given


COMMANDS = {each.__name__: each for each in (update, todo, take, check, status)}


def main(arguments):
    """Run a command; return 0 when nothing is wrong."""
    command, given = read_arguments(arguments)
    try:
        return command(**given)
    except TranslationError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
