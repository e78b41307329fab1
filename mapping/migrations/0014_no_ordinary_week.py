"""The rows of an ordinary week go: 0013 has turned each into an expression. (Going back, the table is empty at first.)"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mapping", "0013_weeks_to_expressions")]

    operations = [migrations.DeleteModel(name="OrdinaryWeek")]
