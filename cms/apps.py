from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Pages"

    def ready(self) -> None:
        from . import tour_changes  # noqa: F401  (its receivers listen once it is read)
