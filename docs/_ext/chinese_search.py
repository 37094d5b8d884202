"""The search of the Chinese pages: pairs of characters, in the index and in the query.

Sphinx's own search for Chinese cuts the index into words and not the query, so it finds no phrase.
Here a page gives the pairs of neighbours in its words, which jieba finds, and pairs of words of one
character; a query gives all of its pairs, and those that the index has have to be on a page. Pairs
with a character of mere grammar are left out on both sides: they are on most pages. Latin words are
those of the English search.
"""

import functools
import logging
import re

import jieba
from glossary import terms
from sphinx.search.en import SearchEnglish

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")
RUN = re.compile(rf"[{HAN}]")
GRAMMAR = (
    "的了是在和也都而与或就不一个这那其从对为以它你我们把被会能可要有到着因所只很更每各如果若则即由后前里给让使再又还没"
    "于此及并但才些"
)
# Words that lead to no page, each on many; a query does without what the index does not have.
COMMON = set(
    (
        "什么 任何 自己 本身 多少 怎样 两者 全部 已经 同时 出来 无论 内容 相同 说明 同样 "
        "末尾 部分 完整 之间 本页 保留 下面 地方 东西 当作 变成 必须 加上 之差 情形 包括 "
        "开始 处理 算出 恰好 剩下 列出 起来 请用 重新 超过 相关 方式 之内 之外 作用 哪种 "
        "来自 几乎 直接 用来 结束 知道"
    ).split()
)
SPLITTER = r"""
var splitQuery = (query) => {
  const known = (pair) =>
    [Search._index?.terms, Search._index?.titleterms].some((words) => words && pair in words);
  const pairs = (run) => {
    const all = Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2));
    const told = all.filter((pair) => !/[GRAMMAR]/.test(pair));
    const found = told.filter(known);
    return found.length ? found : told;
  };
  const words = query.match(/[HAN]+|(?:(?![HAN])[\p{L}\p{N}_])+/gu) || [];
  const some = words.filter((word) => !/^\w$/.test(word)); // the index has no single letters
  return (some.length ? some : words).flatMap((word) =>
    /[HAN]/.test(word) ? pairs(word) : [word],
  );
};
""".replace("HAN", "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff").replace("GRAMMAR", GRAMMAR)


@functools.cache
def splitter():
    """Return jieba with the terms of the glossary; to read its dictionary takes a while.

    Where jieba knows no word, as for cross entropy, 交叉熵, it leaves a single character over.
    """
    jieba.setLogLevel(logging.WARNING)  # it tells how long its dictionary took
    for word in (word for term in terms() for word in WORD.findall(term["zh"])):
        if 1 in map(len, jieba.lcut(word)):
            jieba.add_word(word)
    return jieba


def pairs(run):
    """Return the pairs of neighbours in the words of a Chinese run, and of words of one character.

    A longer run has many pairs that are the end of one word and the beginning of the next: nobody
    asks for them, and they would be half of the index.
    """
    single = ""
    for word in [*splitter().cut(run), ""]:
        if len(word) == 1:
            single += word
            continue
        for part in (single, word):
            yield from map("".join, zip(part, part[1:], strict=False))
        single = ""


class Bigrams(SearchEnglish):
    """English words, and pairs of Chinese characters."""

    lang = "zh"
    language_name = "English"  # that of the stemmer, which Sphinx calls by it
    js_splitter_code = SPLITTER

    def split(self, text):
        """Return Latin words and pairs of Chinese characters."""
        found = []
        for word in WORD.findall(text):
            found += pairs(word) if RUN.match(word) else [word]
        return found

    def word_filter(self, word):
        """Leave out the pairs that belong to grammar, and common words."""
        return super().word_filter(word) and word not in COMMON and not set(word) & set(GRAMMAR)


def setup(app):
    """Take the place of Sphinx's class for Chinese."""
    app.add_search_language(Bigrams)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
