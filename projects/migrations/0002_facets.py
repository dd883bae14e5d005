

import directory.derived
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_facets'),
        ('networks', '0002_facets'),
        ('projects', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='funder',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'funder', 'verbose_name_plural': 'funders'},
        ),
        migrations.AlterModelOptions(
            name='grant',
            options={'base_manager_name': 'objects', 'ordering': ['key'], 'verbose_name': 'grant', 'verbose_name_plural': 'grants'},
        ),
        migrations.AlterModelOptions(
            name='participation',
            options={'base_manager_name': 'objects', 'ordering': ['key'], 'verbose_name': 'participation', 'verbose_name_plural': 'participations'},
        ),
        migrations.AlterModelOptions(
            name='programme',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'programme', 'verbose_name_plural': 'programmes'},
        ),
        migrations.AlterModelOptions(
            name='project',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'project', 'verbose_name_plural': 'projects'},
        ),
        migrations.AlterModelOptions(
            name='projectfigure',
            options={'base_manager_name': 'objects', 'ordering': ['measure', 'key'], 'verbose_name': 'figure', 'verbose_name_plural': 'figures'},
        ),
        migrations.AlterModelOptions(
            name='projectlink',
            options={'base_manager_name': 'objects', 'ordering': ['key'], 'verbose_name': 'link', 'verbose_name_plural': 'links'},
        ),
        migrations.AlterModelOptions(
            name='publication',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'publication', 'verbose_name_plural': 'publications'},
        ),
        migrations.AlterModelOptions(
            name='tie',
            options={'base_manager_name': 'objects', 'ordering': ['key'], 'verbose_name': 'tie', 'verbose_name_plural': 'ties'},
        ),
        migrations.AlterField(
            model_name='programme',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='programme',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='project',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='project',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='publication',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='publication',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AddIndex(
            model_name='programme',
            index=models.Index(fields=['sort_sv', 'slug'], name='projects_programme_sv'),
        ),
        migrations.AddIndex(
            model_name='programme',
            index=models.Index(fields=['sort_en', 'slug'], name='projects_programme_en'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['sort_sv', 'slug'], name='projects_project_sv'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['sort_en', 'slug'], name='projects_project_en'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['sort_sv', 'slug'], name='projects_publication_sv'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['sort_en', 'slug'], name='projects_publication_en'),
        ),
    ]
