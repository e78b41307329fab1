#!/bin/sh
# PyPI wagtail 8.0: save_revision(approved_go_live_at=...) on a model that has revisions and nothing to publish, beside a page that is scheduled.
# Guess, written first: publish_scheduled looks at models with drafts only, as it does for what expires; the page goes live.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check wagtail==8.0.1
mkdir "$work/halls"
cat > "$work/halls/models.py" <<'PYTHON'
from django.db import models
from wagtail.models import RevisionMixin


class Hall(RevisionMixin, models.Model):
    name = models.TextField()
PYTHON
touch "$work/halls/__init__.py"
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import datetime
import warnings

import django
from django.conf import settings

warnings.simplefilter("ignore")
settings.configure(
    INSTALLED_APPS=["halls", "wagtail.users", "wagtail.documents", "wagtail.images", "wagtail.search", "wagtail.admin", "wagtail",
                    "modelcluster", "taggit", "django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True, SECRET_KEY="x", WAGTAIL_SITE_NAME="x",
    WAGTAILADMIN_BASE_URL="http://example.org", STATIC_URL="/static/",
)
django.setup()
from django.core.management import call_command
from django.utils import timezone

call_command("migrate", run_syncdb=True, verbosity=0)
import wagtail
from halls.models import Hall
from wagtail.models import Page

earlier = timezone.now() - datetime.timedelta(hours=1)
hall = Hall.objects.create(name="Acre Hall")
hall.save_revision(approved_go_live_at=earlier - datetime.timedelta(hours=1))
page = Page.objects.get(depth=1).add_child(instance=Page(title="Fete", slug="fete", live=False))
page.save_revision(approved_go_live_at=earlier)
print("wagtail", wagtail.__version__)
try:
    call_command("publish_scheduled")
    raised = ""
except AttributeError as error:
    raised = str(error)
live = Page.objects.get(pk=page.pk).live
print("publish_scheduled raises:", raised or "nothing")
print("the page that was due is live:", live)
print("A revision that nothing can publish is taken for due, and what is due after it is not published.")
raise SystemExit(0 if "publish" in raised and not live else 1)
PYTHON
