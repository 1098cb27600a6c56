"""The template that a charter was copied from. The copy stands on its own; this is for comparing and for labels."""

from __future__ import annotations

from config.catalogue import CharterTemplate, Rule, charter_template, charter_template_for, regions
from service.charter.text import CharterText
from tenants.models import Tenant


def template_for(tenant: Tenant, reform: str | None = None) -> CharterTemplate:
    """The template that fits the tenant's division and level, as it stands before or after a reform."""
    region = regions().get(tenant.region_code)
    if region is not None and region.level == tenant.level:
        return charter_template_for(region, reform=reform)
    return charter_template(tenant.level, reform=reform)


def original_of(tenant: Tenant, text: CharterText) -> CharterTemplate:
    """The template that this text began as. A version reads `city-1`, after a reform `city-1+2018`."""
    _, _, reform = text.template_version.partition("+")
    return template_for(tenant, reform or None)


def definitions(tenant: Tenant) -> dict[str, Rule]:
    """What each working rule is: its kind, label, choices, source; by key, in the charter's order."""
    return {rule.key: rule for rule in template_for(tenant).rules}
