#!/bin/sh
# The vendored assets are again exactly the files of the named package versions.
# Nothing here runs in `make run` or `make test`: the results are committed. Needs npm and tar.
# Usage: scripts/vendor.sh        (from the root of the repository)
set -eu

ROOT=$(cd "$(dirname "$0")/.." && pwd)
OUT=$ROOT/service/kit/static/vendor
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT

fetch() { # fetch <npm package@version> <folder under $TMP>
    (cd "$TMP" && npm pack --silent "$1" > name && mkdir -p "$2" && tar xzf "$(tail -n1 name)" -C "$2" --strip-components=1)
}

take() { # take <folder under $TMP> <folder under vendor/> <files...>
    from=$TMP/$1; to=$OUT/$2; shift 2
    mkdir -p "$to"
    for file in "$@"; do cp "$from/$file" "$to/"; done
}

fetch @tabler/core@1.6.1 tabler
fetch @tabler/icons@3.51.0 icons
fetch htmx.org@2.0.11 htmx
fetch @alpinejs/csp@3.17.4 alpine
fetch echarts@6.1.0 echarts
fetch swagger-ui-dist@5.35.0 swagger
fetch @fontsource-variable/noto-sans-sc@5.3.1 font
fetch axe-core@4.14.1 axe

rm -rf "$OUT"
take tabler tabler dist/css/tabler.min.css
take htmx htmx dist/htmx.min.js LICENSE
take alpine alpine dist/cdn.min.js
# The "common" build: bar, line, tooltip and the SVG renderer. A bundle of our own saved 20 % compressed
# and would have cost a bundler and two more packages.
take echarts echarts dist/echarts.common.min.js LICENSE NOTICE
take swagger swagger-ui swagger-ui.css swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt LICENSE NOTICE
take font noto-sans-sc wght.css LICENSE
mkdir -p "$OUT/noto-sans-sc/files"
# wght.css names only the 101 unicode-range subsets of the upright face.
cp "$TMP"/font/files/*-wght-normal.woff2 "$OUT/noto-sans-sc/files/"
mkdir -p "$ROOT/tests/browser/vendor"
cp "$TMP/axe/axe.min.js" "$ROOT/tests/browser/vendor/axe.min.js"

# One sprite with only the icons that the templates use; icons.txt is the list.
sprite=$ROOT/service/kit/static/icons.svg
{
    printf '<svg xmlns="http://www.w3.org/2000/svg">\n'
    while read -r icon; do
        printf '<symbol id="%s" viewBox="0 0 24 24">' "$icon"
        tr '\n' ' ' < "$TMP/icons/icons/outline/$icon.svg" \
            | sed -e 's/<svg[^>]*>//' -e 's/<\/svg>//' -e 's/<path stroke="none"[^>]*>//' -e 's/  */ /g'
        printf '</symbol>\n'
    done < "$ROOT/service/kit/static/icons.txt"
    printf '</svg>\n'
} > "$sprite"
echo "vendored: $(du -sh "$OUT" | cut -f1)"
