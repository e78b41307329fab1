"""What has been answered so far of a report, as the address of its pages has it."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.gis.geos import Point
from django.urls import reverse

from listings.models import ReportCategory
from mapping.models import Node, Place


@dataclass
class ReportAsked:
    """Where it is, of what kind, and (`draft`) what keeps the rest. `step` is the screen; "" for one page."""

    place: Place
    point: Point | None = None
    node: Node | None = None
    category: ReportCategory | None = None
    near: str = ""
    draft: uuids.UUID | None = None
    step: str = ""

    def url(self, **more: str) -> str:
        """The address of a step with these answers."""
        known = {
            "place": self.place.slug,
            "point": f"{self.point.y:.5f},{self.point.x:.5f}" if self.point is not None else "",
            "near": self.near,
            "node": str(self.node.uuid) if self.node is not None else "",
            "category": self.category.slug if self.category is not None else "",
            "step": self.step,
            "draft": str(self.draft or ""),
            **more,
        }
        return f"{reverse('report-new')}?{urlencode({name: value for name, value in known.items() if value})}"

    @property
    def where(self) -> str:
        """Where it is, in a few words."""
        if self.node is not None:
            return self.node.name
        return self.near or (f"{self.point.y:.5f}, {self.point.x:.5f}" if self.point is not None else "")
