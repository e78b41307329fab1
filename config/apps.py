from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Hereabouts"

    def ready(self) -> None:
        from config.accounts.personal import register_holdings
        from config.accounts.proof import connect

        register_holdings()
        connect()
