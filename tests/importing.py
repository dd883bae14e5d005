"""Walking through an import in the admin, for the tests."""

from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

GOOD = "slug;name_sv;kind;scope;source\nsern;SERN;city-network;european;skl\n"


def editor(django_user_model, *codenames):
    """Return the browser of somebody with some permissions."""
    user = django_user_model.objects.create_user("eva", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def choose(client, content, name="networks", file_name="file.csv", **options):
    """Send a file, and follow to the page that comes then."""
    data = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(file_name, data)
    return client.post(reverse("admin:directory_import_new", args=[name]), {"file": file}, follow=True, **options)


def step(client, page, **data):
    """Send the form of a page of an upload."""
    return client.post(page.request["PATH_INFO"], {"print": shown(page), **data}, follow=True)


def shown(page):
    """Return what stands for the plan that a page shows; "" where it shows none."""
    preview = page.context.get("preview")
    return preview.print if preview else ""


def outcomes(page):
    """Return (line, state, problems) of each row shown."""
    return [(row.outcome.line, row.outcome.state, row.outcome.problems) for row in page.context["preview"].rows]


def said(page):
    """Return the sentences above the page."""
    return [str(each) for each in page.context["messages"]]
