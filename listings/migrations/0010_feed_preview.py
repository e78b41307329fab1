from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listings", "0009_dates_in_schedules")]

    operations = [
        migrations.AddField("feed", "preview", models.JSONField(blank=True, editable=False, null=True)),
    ]
