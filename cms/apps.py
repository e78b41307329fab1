from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Pages"

    def ready(self) -> None:
        from mapping.answers.kinds import Kind, register

        from . import tour_changes  # noqa: F401  (its receivers listen once it is read)

        register("tour-draft", Kind("cms.tour_draft:make", gettext_lazy("The tour"), needs=("missing",)))
