from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = "Listings"

    def ready(self) -> None:
        from mapping import kinds, viewers
        from mapping.models import NodeKind

        from .models import Membership, Organisation

        kinds.register(NodeKind.ORGANISATION, Organisation)
        viewers.register_groups(Membership.groups_of)
