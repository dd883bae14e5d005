

import directory.derived
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_facets'),
        ('meetings', '0001_initial'),
        ('networks', '0002_facets'),
        ('projects', '0002_facets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='meeting',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'meeting', 'verbose_name_plural': 'meetings'},
        ),
        migrations.AlterModelOptions(
            name='meetingfigure',
            options={'base_manager_name': 'objects', 'ordering': ['measure', 'key'], 'verbose_name': 'figure', 'verbose_name_plural': 'figures'},
        ),
        migrations.AlterModelOptions(
            name='meetinglink',
            options={'base_manager_name': 'objects', 'ordering': ['key'], 'verbose_name': 'link', 'verbose_name_plural': 'links'},
        ),
        migrations.AlterField(
            model_name='meeting',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='meeting',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['sort_sv', 'slug'], name='meetings_meeting_sv'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['sort_en', 'slug'], name='meetings_meeting_en'),
        ),
    ]
