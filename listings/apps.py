from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = "Listings"

    def ready(self) -> None:
        from mapping import details, kinds, viewers
        from mapping.models import NodeKind

        from . import linked_data, node_facts
        from .models import Membership, Organisation

        kinds.register(NodeKind.ORGANISATION, Organisation)
        viewers.register_groups(Membership.groups_of)
        details.register(node_facts.sections)
        details.register_cards(node_facts.cards)
        details.register_upcoming(node_facts.upcoming)
        details.register_linked_data(linked_data.event)
