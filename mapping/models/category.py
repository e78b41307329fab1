"""The tree of categories, and tags."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from config import remembered


class Capital(models.TextChoices):
    """The six capitals of a community."""

    PHYSICAL = "physical", _("Physical")
    HUMAN = "human", _("Human")
    INTELLECTUAL = "intellectual", _("Intellectual")
    FINANCIAL = "financial", _("Financial")
    SOCIAL = "social", _("Social")
    NATURAL = "natural", _("Natural")


class Infrastructure(models.TextChoices):
    """The three kinds of social infrastructure."""

    BUILDINGS = "buildings", _("Buildings and built environment")
    SERVICES = "services", _("Services and organisations")
    COMMUNITIES = "communities", _("Strong and healthy communities")


class Rank(models.IntegerChoices):
    """How a map shows what is of a category, until somebody asks for it."""

    FIRST = 1, _("Looked for first: large, and named where there is room")
    ORDINARY = 2, _("Ordinary")
    BACKGROUND = 3, _("Background: small and pale until asked for")


class CategoryQuerySet(models.QuerySet):
    def with_descendants(self, slugs) -> set[int]:
        """Return the ids of the categories named by `slugs` and of all below them (one query)."""
        children: dict[int | None, list[int]] = {}
        wanted: list[int] = []
        slugs = set(slugs)
        for pk, slug, parent in self._tree():
            children.setdefault(parent, []).append(pk)
            if slug in slugs:
                wanted.append(pk)
        found: set[int] = set()
        while wanted:
            pk = wanted.pop()
            if pk not in found:
                found.add(pk)
                wanted.extend(children.get(pk, ()))
        return found

    def known(self, slugs) -> set[str]:
        """Return those of `slugs` that there are (one query)."""
        return {slug for _pk, slug, _parent in self._tree()}.intersection(slugs)

    def _tree(self) -> list[tuple[int, str, int | None]]:
        # Not even made into a query where it is remembered.
        fields = ("pk", "slug", "parent_id")
        return remembered.get(("categories", "tree"), lambda: list(self.model.objects.values_list(*fields)))

    def every(self) -> list[Category]:
        """All categories in their order; not to be changed."""
        return remembered.get(("categories",), lambda: list(self.model.objects.all()))

    def narrowest(self, slugs) -> tuple[str, ...]:
        """Return those of `slugs` that are not above another of them (one query)."""
        parent_of = dict(self.model.objects.values_list("slug", "parent__slug"))
        slugs, above = set(slugs), set()
        for slug in slugs:
            while (slug := parent_of.get(slug)) and slug not in above:
                above.add(slug)
        return tuple(sorted(slugs - above))


class Category(models.Model):
    """What a node is. `group` is the top of its branch, and gives it its colour."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    plural = models.CharField(max_length=100, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    group = models.SlugField(max_length=60, help_text=_("Slug of the top of this branch."))
    icon = models.SlugField(max_length=60, default="marker", help_text=_("Name of a Maki icon."))
    capital = models.CharField(max_length=20, choices=Capital, blank=True)
    infrastructure = models.CharField(max_length=20, choices=Infrastructure, blank=True)
    osm_tags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    rank = models.PositiveSmallIntegerField(choices=Rank, default=Rank.ORDINARY, db_default=Rank.ORDINARY)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="category_not_its_own_parent",
            ),
            models.CheckConstraint(condition=models.Q(rank__in=Rank.values), name="category_rank_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Tag(TagBase):
    """A word that people put on nodes."""

    class Meta:
        ordering = ["name"]


class NodeTag(ItemBase):
    """A tag on a node: a real foreign key, no generic one."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="node_tags")
    content_object = models.ForeignKey("mapping.Node", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="node_tag_once"),
        ]
