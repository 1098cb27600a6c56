"""The same service without the wall, for comparison: nobody names a tenant at BEGIN, and its database has no policy."""

from sqlalchemy import event

from service.app import create_app
from tenants.db import _set_tenant  # pyright: ignore[reportPrivateUsage]

app = create_app()
event.remove(app.extensions["lianxi.engine"], "begin", _set_tenant)
