"""What a WSGI server serves."""

from service.app import create_app

app = create_app()
