"""Where tries at the sign-in are counted: in the database, which all processes of the server share."""

from django.db import models


class Throttle(models.Model):
    """A count that ends by itself, as Django's database cache keeps it; a model, so that migrations make its table."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "directory_throttle"
        default_permissions = ()

    def __str__(self):
        """The key of the count."""
        return self.cache_key
