

import directory.derived
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_facets'),
        ('networks', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='city',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'city', 'verbose_name_plural': 'cities'},
        ),
        migrations.AlterModelOptions(
            name='contact',
            options={'base_manager_name': 'objects', 'ordering': ['key'], 'verbose_name': 'contact', 'verbose_name_plural': 'contacts'},
        ),
        migrations.AlterModelOptions(
            name='membership',
            options={'base_manager_name': 'objects', 'ordering': ['key'], 'verbose_name': 'membership', 'verbose_name_plural': 'memberships'},
        ),
        migrations.AlterModelOptions(
            name='network',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'network', 'verbose_name_plural': 'networks'},
        ),
        migrations.AlterModelOptions(
            name='networkfigure',
            options={'base_manager_name': 'objects', 'ordering': ['measure', 'key'], 'verbose_name': 'figure', 'verbose_name_plural': 'figures'},
        ),
        migrations.AlterModelOptions(
            name='networklink',
            options={'base_manager_name': 'objects', 'ordering': ['key'], 'verbose_name': 'link', 'verbose_name_plural': 'links'},
        ),
        migrations.AlterModelOptions(
            name='organisation',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'organisation', 'verbose_name_plural': 'organisations'},
        ),
        migrations.AlterModelOptions(
            name='theme',
            options={'base_manager_name': 'objects', 'ordering': ['theme_set', 'position'], 'verbose_name': 'theme', 'verbose_name_plural': 'themes'},
        ),
        migrations.AlterModelOptions(
            name='themeset',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'theme set', 'verbose_name_plural': 'theme sets'},
        ),
        migrations.AlterField(
            model_name='city',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='city',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='network',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='network',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='theme',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='theme',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='themeset',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='themeset',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AddIndex(
            model_name='city',
            index=models.Index(fields=['sort_sv', 'slug'], name='networks_city_sv'),
        ),
        migrations.AddIndex(
            model_name='city',
            index=models.Index(fields=['sort_en', 'slug'], name='networks_city_en'),
        ),
        migrations.AddIndex(
            model_name='network',
            index=models.Index(fields=['sort_sv', 'slug'], name='networks_network_sv'),
        ),
        migrations.AddIndex(
            model_name='network',
            index=models.Index(fields=['sort_en', 'slug'], name='networks_network_en'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(fields=['sort_sv', 'slug'], name='networks_organisation_sv'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(fields=['sort_en', 'slug'], name='networks_organisation_en'),
        ),
        migrations.AddIndex(
            model_name='theme',
            index=models.Index(fields=['sort_sv', 'slug'], name='networks_theme_sv'),
        ),
        migrations.AddIndex(
            model_name='theme',
            index=models.Index(fields=['sort_en', 'slug'], name='networks_theme_en'),
        ),
        migrations.AddIndex(
            model_name='themeset',
            index=models.Index(fields=['sort_sv', 'slug'], name='networks_themeset_sv'),
        ),
        migrations.AddIndex(
            model_name='themeset',
            index=models.Index(fields=['sort_en', 'slug'], name='networks_themeset_en'),
        ),
    ]
