"""The search of the Chinese pages: pairs of characters, in the index and in the query.

Sphinx's own search for Chinese cuts the index into words and not the query, so it finds no phrase.
Here every Chinese run gives its pairs of neighbours; a query is cut into pairs in the same way, and
all of them have to be on a page. Pairs with a character of mere grammar are left out on both sides:
they are on most pages, and half of the index. Latin words are those of the English search.
"""

import re

from sphinx.search.en import SearchEnglish

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")
RUN = re.compile(rf"[{HAN}]")
GRAMMAR = (
    "的了是在和也都而与或就不一个这那其从对为以它你我们把被会能可要有到着因所只很更每各如果若则即由后前里给让使再又还没"
    "于此及并但才些"
)
SPLITTER = r"""
var splitQuery = (query) =>
  (query.match(/[HAN]+|(?:(?![HAN])[\p{L}\p{N}_])+/gu) || []).flatMap((word) =>
    !/[HAN]/.test(word)
      ? [word]
      : Array.from({ length: word.length - 1 }, (_, i) => word.slice(i, i + 2)).filter(
          (pair) => !/[GRAMMAR]/.test(pair),
        ),
  );
""".replace("HAN", "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff").replace("GRAMMAR", GRAMMAR)


class Bigrams(SearchEnglish):
    """English words, and pairs of Chinese characters."""

    lang = "zh"
    language_name = "English"  # that of the stemmer, which Sphinx calls by it
    js_splitter_code = SPLITTER

    def split(self, text):
        """Return Latin words and pairs of Chinese characters."""
        found = []
        for word in WORD.findall(text):
            pairs = map("".join, zip(word, word[1:], strict=False))
            found += pairs if RUN.match(word) else [word]
        return found

    def word_filter(self, word):
        """Leave out the pairs that belong to grammar."""
        return super().word_filter(word) and not set(word) & set(GRAMMAR)


def setup(app):
    """Take the place of Sphinx's class for Chinese."""
    app.add_search_language(Bigrams)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
