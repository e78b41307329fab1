from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Pages"

    def ready(self) -> None:
        from mapping.access.mentions import register_mentions
        from mapping.answers.kinds import Kind, register
        from mapping.nodes import merging

        # A tour names nodes in the addresses of its steps, a widget in its query.
        merging.register_text("cms.TourStep", "address")
        merging.register_text("cms.Widget", "query")
        from listings.groups import snippets

        from .personal import register_holdings

        register_holdings()
        from . import (
            group_snippets,
            queue_sources,
            signal_handlers,  # noqa: F401  (its receivers listen once it is read)
        )
        from .mentions import in_pages

        register("tour-draft", Kind("cms.tour_draft:make", gettext_lazy("The tour"), needs=("missing",)))
        register_mentions(in_pages)
        queue_sources.register()
        snippets.register(group_snippets.of_group)
