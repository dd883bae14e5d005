from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0003_latest'),
        ('networks', '0003_latest'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='network',
            constraint=models.CheckConstraint(condition=models.Q(('slug', 'overlap'), _negated=True), name='network_leaves_the_address_of_the_overlap', violation_error_message='The page of shared members has the address “overlap”; choose another.'),
        ),
    ]
