"""Other ways to look at what a list's filters leave: on a map, along the years, in sums."""

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from directory.lists import OWN, panel, tidy, ways


class WayForm(forms.Form):
    """Which list's records are shown; one that is not offered is said to be none, and the first is shown."""

    of = forms.ChoiceField(required=False)

    def __init__(self, data, *, lists):
        """Offer the lists that the page can show."""
        super().__init__(data)
        self.fields["of"].choices = [(each.model.section, each.title) for each in lists]
        self.is_valid()

    def remarks(self):
        """Say in a sentence which wish cannot be met."""
        if "of" in self.errors:
            yield _("“%(of)s” cannot be shown here.") % {"of": self.data["of"]}


class Way(View):
    """A page that shows the records of one of some lists, narrowed by that list's own filters.

    `of` in the address names the list, `networks` or `projects`; all other parameters are the list's own, so that a
    list and every way to look at it differ in the path alone.
    """

    lists = ()
    # Its name in the address tree.
    name = ""
    template_name = ""

    @cached_property
    def form(self):
        """What the address asks of the page itself."""
        return WayForm(self.request.GET, lists=self.lists)

    @cached_property
    def list(self):
        """The list whose records are shown, the first where none is named."""
        of = self.form.cleaned_data.get("of")
        return next((each for each in self.lists if each.model.section == of), self.lists[0])()

    @cached_property
    def filters(self):
        """The filters of that list, read from the address."""
        return self.list.filterset_class(self.request.GET)

    def get(self, request):
        """Show the page that the address asks for."""
        return tidy(request) or render(request, self.template_name, self.context())

    def context(self):
        """Return what the template draws: the panel of the list, and the choice among the lists."""
        section = self.list.model.section
        return {
            **panel(self.list, self.request, self.filters),
            "of": section,
            "offered": [(each.model.section, each.title, each.model.section == section) for each in self.lists],
            "form_remarks": list(self.form.remarks()),
            "ways": ways(self.list, self.request, self.name),
            "count": len(self.filters.found),
        }

    def list_address(self, **chosen):
        """Return the address of the list with the same filters, and perhaps one more value of some."""
        query = self.request.GET.copy()
        for name in OWN:
            query.pop(name, None)
        for name, value in chosen.items():
            query.setlist(name, [*query.getlist(name), value])
        address = reverse(f"{self.list.model.section}:list")
        return f"{address}?{query.urlencode()}" if query else address
