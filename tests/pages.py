"""Reading pages as a strict parser does, for the tests."""

from copy import deepcopy

import html5lib


class Page:
    """An HTML page: what a reader finds in it by heading, label and link."""

    def __init__(self, response):
        """Parse the answer; any HTML error fails the test that looks at it."""
        self.status = response.status_code
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root = parser.parse(response.content.decode())
        self.errors = parser.errors

    def all(self, tag, root=None, **attributes):
        """Return every element of a tag, with given attributes (`class_` is one of the classes)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            each
            for each in (self.root if root is None else root).iter(tag)
            if all(value in (each.get(name) or "").split() or value == each.get(name) for name, value in wanted.items())
        ]

    @staticmethod
    def text(element):
        """Return an element's words with single spaces."""
        return " ".join("".join(element.itertext()).split())

    def texts(self, tag, **attributes):
        """Return the words of every element of a tag."""
        return [self.text(each) for each in self.all(tag, **attributes)]

    @property
    def words(self):
        """The words of the content, without head and navigation."""
        return self.text(self.all("main")[0])

    def words_in(self, language):
        """Return the page's words without the parts that are marked as another language."""
        return self.text(without(self.root, lambda each: each.get("lang") not in (None, language)))

    @property
    def links(self):
        """The addresses of all links."""
        return [each.get("href") for each in self.all("a")]

    def facts(self):
        """Return the fact box as a dict: label to words, without the marks of the sources and the originals."""
        box = self.all("section", class_="fact-box")[0]
        facts = {}
        for pair in box.iter("div"):
            label, answer = pair.find("dt"), pair.find("dd")
            if label is not None and answer is not None:
                facts[self.text(label)] = self.text(without_marks(answer))
        return facts

    def cards(self):
        """Return the names of the records in a list, in order."""
        return [self.text(each.find("h3")) for each in self.all("article", class_="card")]


def without_marks(element):
    """Return a copy of an element without source marks and the originals of translated names."""
    return without(element, lambda each: bool({"mark", "original"} & set((each.get("class") or "").split())))


def without(element, unwanted):
    """Return a copy of an element without the parts that `unwanted` says so of; the words between them stay."""
    element = deepcopy(element)
    for parent in list(element.iter()):
        for child in list(parent):
            if isinstance(child.tag, str) and unwanted(child):
                before, tail = list(parent).index(child), child.tail or ""
                if before:
                    parent[before - 1].tail = (parent[before - 1].tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail
                parent.remove(child)
    return element
