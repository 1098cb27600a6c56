import subprocess
import sys

SAYS = (
    "import logging; from service.kit.logs import configure; configure('{form}'); logging.getLogger('a').warning('好')"
)


def said(form):
    done = subprocess.run([sys.executable, "-c", SAYS.format(form=form)], capture_output=True, text=True, check=True)
    return done.stderr


def test_a_log_that_goes_into_a_file_has_no_colours():
    assert "好" in said("text") and "\x1b" not in said("text")


def test_in_production_a_line_is_an_object():
    assert '"event": "好"' in said("json") and '"level": "warning"' in said("json")
