"""What every form of ours shares: the list of its errors, for the summary at its top."""

from __future__ import annotations

from django.forms import BaseForm


def error_list(form: BaseForm) -> list[dict[str, str]]:
    """Return `{field_id, message}` for each error, in the order of the fields; the form's own come first.

    `field_id` is the id of the element to go to, empty for what concerns no single field.
    """
    found = [{"field_id": "", "message": str(message)} for message in form.non_field_errors()]
    for bound in form:
        for message in bound.errors:
            # A group of radio buttons has no element of the field's own id; its first button takes focus.
            target = f"{bound.auto_id}_0" if bound.use_fieldset else bound.auto_id
            found.append({"field_id": target, "message": str(message)})
    return found
