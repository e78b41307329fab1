from django.apps import AppConfig


class MappingConfig(AppConfig):
    name = "mapping"
    verbose_name = "Mapping"

    def ready(self) -> None:
        from django.contrib.auth import get_user_model
        from django.db.models.signals import post_delete

        from . import tasks
        from .access.account_audit import watch_accounts
        from .commands.personal import register_holdings
        from .commands.withdrawals import note_account

        post_delete.connect(note_account, sender=get_user_model(), dispatch_uid="note_account")
        watch_accounts()
        register_holdings()
        tasks.connect()
