from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Hereabouts"

    def ready(self) -> None:
        from config.accounts.personal import register_holdings

        register_holdings()
