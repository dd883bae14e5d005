import django.db.models.manager
import directory.derived
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index', models.CharField(max_length=30)),
                ('record', models.BigIntegerField()),
                ('version', models.BigIntegerField()),
                ('terms', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index', models.CharField(max_length=30)),
                ('group', models.CharField(max_length=30)),
                ('part', models.PositiveIntegerField()),
                ('version', models.BigIntegerField()),
                ('values', models.TextField()),
                ('sizes', models.BinaryField()),
                ('bits', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(default=0)),
                ('token', models.CharField(max_length=10)),
                ('trail', models.CharField(blank=True, max_length=2000)),
            ],
        ),
        migrations.AlterModelOptions(
            name='source',
            options={'base_manager_name': 'objects', 'ordering': ['sort_sv', 'slug'], 'verbose_name': 'source', 'verbose_name_plural': 'sources'},
        ),
        migrations.AlterField(
            model_name='source',
            name='sort_en',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AlterField(
            model_name='source',
            name='sort_sv',
            field=directory.derived.DerivedSortKeyField(editable=False, max_length=200, serialize=False),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(fields=['sort_sv', 'slug'], name='directory_source_sv'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(fields=['sort_en', 'slug'], name='directory_source_en'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['index', 'version'], name='directory_entry_since'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('index', 'record'), name='one_entry_per_record'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.UniqueConstraint(fields=('index', 'group', 'part'), name='one_posting_per_part'),
        ),
        migrations.AlterModelManagers(
            name='entry',
            managers=[
                ('for_dumps', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AlterModelManagers(
            name='posting',
            managers=[
                ('for_dumps', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AlterModelManagers(
            name='version',
            managers=[
                ('for_dumps', django.db.models.manager.Manager()),
            ],
        ),
    ]
