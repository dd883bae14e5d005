from django.db import migrations

COLUMNS = ("bits", "sizes")


def stored(how):
    """Return an operation that says how PostgreSQL stores the bitmaps of a snapshot that is written from now on."""

    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for column in COLUMNS:
                schema_editor.execute(f"ALTER TABLE directory_posting ALTER COLUMN {column} SET STORAGE {how}")

    return run


class Migration(migrations.Migration):
    # Bitmaps are compressed already: to try it once more takes long and gains little.

    dependencies = [("directory", "0011_readers")]

    operations = [migrations.RunPython(stored("EXTERNAL"), stored("EXTENDED"))]
