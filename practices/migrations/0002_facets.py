

import directory.derived
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_facets'),
        ('meetings', '0002_facets'),
        ('networks', '0002_facets'),
        ('practices', '0001_initial'),
        ('projects', '0002_facets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='practice',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'practice', 'verbose_name_plural': 'practices'},
        ),
        migrations.AlterField(
            model_name='practice',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='practice',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AddIndex(
            model_name='practice',
            index=models.Index(fields=['sort_sv', 'slug'], name='practices_practice_sv'),
        ),
        migrations.AddIndex(
            model_name='practice',
            index=models.Index(fields=['sort_en', 'slug'], name='practices_practice_en'),
        ),
    ]
