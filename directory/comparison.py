"""Records side by side on the same questions."""

from django.shortcuts import render
from django.views.generic import View


class ComparisonPage(View):
    """Two to four records of one kind, side by side."""

    models = ()

    def get(self, request):
        """Show the records that the address names."""
        return render(request, "compare.html", {})
