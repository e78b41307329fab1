"""Members, spaces, and urgent calls."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0020_reports"),
        ("mapping", "0031_node_share"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Space",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("summary", models.TextField(blank=True, max_length=1000)),
                (
                    "joining",
                    models.CharField(
                        choices=[
                            ("open", "Anybody who asks is a member at once"),
                            ("approval", "Somebody of us decides on each"),
                            ("closed", "Nobody can join just now"),
                        ],
                        default="approval",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "organisation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="space",
                        to="listings.organisation",
                    ),
                ),
                (
                    "place",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="membership",
                        to="mapping.place",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SpaceContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[("contact", "Safeguarding contact"), ("deputy", "Deputy")], max_length=10
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("email", models.EmailField(max_length=254)),
                ("phone", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="listings.space"
                    ),
                ),
            ],
            options={
                "ordering": ["role", "-asked_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="space",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="contact_of",
                to="listings.spacecontact",
            ),
        ),
        migrations.AddField(
            model_name="space",
            name="deputy",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="deputy_of",
                to="listings.spacecontact",
            ),
        ),
        migrations.CreateModel(
            name="UrgentCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField(blank=True, max_length=2000)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="urgent_calls",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="urgent_calls", to="listings.space"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="UrgentCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[("contact", "Safeguarding contact"), ("deputy", "Deputy")], max_length=10
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("sent", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="listings.urgentcall"
                    ),
                ),
            ],
            options={
                "ordering": ["role", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("leave_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Has asked"), ("member", "Member"), ("turned-away", "Turned away")],
                        default="asked",
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="belongs_to",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="listings.space"
                    ),
                ),
            ],
            options={
                "ordering": ["since", "asked_at", "pk"],
                "indexes": [models.Index(fields=["space", "state", "asked_at"], name="member_of_space")],
                "constraints": [
                    models.UniqueConstraint(fields=("space", "user"), name="member_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "member", "turned-away"])), name="member_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("since__isnull", False), ("state", "member")),
                            models.Q(models.Q(("state", "member"), _negated=True), ("since__isnull", True)),
                            _connector="OR",
                        ),
                        name="member_since_when_member",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "turned-away"), _negated=True), ("name", ""), _connector="OR"
                        ),
                        name="member_turned_away_has_no_name",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="spacecontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["contact", "deputy"])), name="space_contact_role_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="spacecontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("email", ""), _negated=True),
                    models.Q(("phone", ""), _negated=True),
                ),
                name="space_contact_can_be_reached",
            ),
        ),
        migrations.AddConstraint(
            model_name="space",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", True), ("place__isnull", False)),
                    models.Q(("organisation__isnull", False), ("place__isnull", True)),
                    _connector="OR",
                ),
                name="space_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="space",
            constraint=models.CheckConstraint(
                condition=models.Q(("joining__in", ["open", "approval", "closed"])), name="space_joining_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="space",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opened_at__isnull", True),
                    ("place__isnull", False),
                    models.Q(
                        ("contact__isnull", False),
                        ("deputy__isnull", False),
                        models.Q(("contact", models.F("deputy")), _negated=True),
                        models.Q(("summary", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="space_open_has_two_contacts",
            ),
        ),
        migrations.AddIndex(
            model_name="urgentcall",
            index=models.Index(fields=["by", "created_at"], name="urgent_call_by"),
        ),
        migrations.AddConstraint(
            model_name="urgentcopy",
            constraint=models.UniqueConstraint(fields=("call", "role"), name="urgent_copy_once"),
        ),
        migrations.AddConstraint(
            model_name="urgentcopy",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["contact", "deputy"])), name="urgent_copy_role_known"
            ),
        ),
    ]
