"""Projects can be found by city: whatever brings a migration writes the indexes anew."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_facets")]
    operations = []
