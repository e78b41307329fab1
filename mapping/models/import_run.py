"""Each time that a file was read in: what that run made and changed, so that it can be taken back."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    DONE = "done", _("Read")
    FORGOTTEN = "forgotten", _("Forgotten")


class ImportRunQuerySet(models.QuerySet):
    def done(self) -> ImportRunQuerySet:
        """Those whose records are here."""
        return self.filter(state=ImportState.DONE)


class ImportRun(models.Model):
    """One run of an import command that went through. `file` has no folder; `digest` is the file's SHA-256, in hex.

    `made`, `changed`, `unchanged` and `refused` count rows of the file, as the command's last line did.
    """

    command = models.CharField(max_length=40)
    file = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    options = models.JSONField(default=dict, blank=True)
    source = models.ForeignKey(
        "mapping.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="import_runs"
    )
    source_title = models.CharField(max_length=300, blank=True)
    place = models.ForeignKey(
        "mapping.Place", null=True, blank=True, on_delete=models.SET_NULL, related_name="import_runs"
    )
    actor = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.DONE)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    forgotten_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_run_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.command} {self.file}".strip()


class ImportEntry(models.Model):
    """A row that a run made, changed or deleted, or a node of somebody else's that it also speaks of.

    Written by triggers (`commands.import_runs`), but for what is said. `before` and `after` hold the columns that
    differ, each as PostgreSQL writes it as text.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="entries", db_index=False)
    model = models.CharField(max_length=12)
    pk_of_row = models.BigIntegerField()
    what = models.CharField(max_length=8)  # made, changed, gone, void (made and gone again), said
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "model", "pk_of_row"], name="import_entry_once"),
        ]
        indexes = [models.Index(fields=["model", "pk_of_row"], name="import_entry_row")]

    def __str__(self) -> str:
        return f"{self.what} {self.model} {self.pk_of_row}"


class ImportSaid(models.Model):
    """Rows (`ids` of `model`) that a run said, new or not: what a later run repeats outlasts the first."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="said")
    model = models.CharField(max_length=12)
    ids = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"{len(self.ids)} x {self.model}"
