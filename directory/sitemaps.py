"""The addresses of all public pages, for search engines."""

from django.conf import settings
from django.contrib.sitemaps import Sitemap

PAGES = [
    *("map/", "timeline/", "statistics/", "networks/overlap/", "new/"),
    *("about/", "about/marks/", "about/licence/", "about/privacy/", "accessibility/"),
]


class Records(Sitemap):
    """The pages of one kind of record in one language."""

    # Each file is made anew each time: of this many addresses in a fraction of a second.
    limit = 5000

    def __init__(self, model, language):
        """Say which."""
        self.model, self.language = model, language

    def items(self):
        """Return their addresses, in an order in which none moves when another comes."""
        return self.model.objects.public().order_by("pk").values_list("slug", flat=True)

    def location(self, item):
        """Return the path of one."""
        return f"/{self.language}/{self.model.section}/{item}/"


class Doors(Sitemap):
    """The start page, the lists, the other ways to look and what is said about the directory, in one language."""

    def __init__(self, lists, language):
        """Say which."""
        self.lists, self.language = lists, language

    def items(self):
        """Return what stands behind the language; "" for the start page."""
        return ["", *(f"{each.model.section}/" for each in self.lists), *PAGES]

    def location(self, item):
        """Return the path of one."""
        return f"/{self.language}/{item}"


def sitemaps(lists):
    """Return {name: addresses}: every language of every list has files of its own."""
    found = {}
    for language, _name in settings.LANGUAGES:
        found[f"pages-{language}"] = Doors(lists, language)
        found |= {f"{each.model.section}-{language}": Records(each.model, language) for each in lists}
    return found
