"""An index of refusals that somebody appeals against: few among all proposals of a site."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # So that nobody has to wait for it.
    atomic = False

    dependencies = [
        ("listings", "0026_booking_news"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="proposal",
            index=models.Index(
                fields=["appealed_at", "id"],
                condition=models.Q(status="refused", appealed_at__isnull=False, appeal_decided_at__isnull=True),
                name="proposal_appealed",
            ),
        ),
    ]
