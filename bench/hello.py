"""The least that Django can answer: one view, no middleware, no database. What "a bare view" means."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=[], INSTALLED_APPS=[], ROOT_URLCONF=__name__, SECRET_KEY="not a secret"
)


def hello(request: HttpRequest) -> HttpResponse:
    """Say hello."""
    return HttpResponse(b"hello", headers={"Content-Length": "5"})


urlpatterns = [path("", hello)]

from django.core.wsgi import get_wsgi_application  # noqa: E402  settings first

application = get_wsgi_application()


def main(port: int) -> int:
    """Serve it as our site is served: the same server, processes and threads."""
    from functools import partial

    from config.serving.lanes import Bounds
    from config.serving.pulse import Pulse
    from config.serving.supervisor import Process, Supervisor, listen
    from config.serving.web_server import WebServer

    listening, pulse = listen("127.0.0.1", port), Pulse(2)

    def serve(index: int) -> WebServer:
        return WebServer(
            application,
            listening,
            lanes={"ordinary": Bounds(threads=4, waiting=400, waiting_each=400, seconds=30)},
            lane_of=lambda request: "ordinary",
            address_of=lambda channel, request: "",
            inline=lambda path: None,
            refusals={},
            beat=lambda: pulse.beat(index),
        )

    return Supervisor([Process(f"hello {it}", partial(serve, it), it) for it in range(2)], pulse, grace=2).run()


if __name__ == "__main__":
    import sys

    sys.exit(main(int(sys.argv[1])))
