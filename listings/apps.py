from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = "Listings"

    def ready(self) -> None:
        from mapping import derivation, details, kinds, viewers, voices
        from mapping.models import NodeKind

        from . import linked_data, node_facts, shared
        from .models import Membership, Organisation

        kinds.register(NodeKind.ORGANISATION, Organisation)
        viewers.register_groups(Membership.groups_of)
        voices.register_editors(Membership.edited_by)
        details.register(node_facts.sections)
        details.register_cards(node_facts.cards)
        details.register_upcoming(node_facts.upcoming)
        details.register_linked_data(linked_data.event)
        for sql in shared.SHARING:
            derivation.register_sharing(sql)
