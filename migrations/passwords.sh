#!/bin/sh
# The three roles of roles.sql have the passwords of the environment. compose.yaml runs it after roles.sql, once.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v owner="$LIANXI_OWNER_PASSWORD" -v app="$LIANXI_APP_PASSWORD" -v backup="$LIANXI_BACKUP_PASSWORD" <<'SQL'
ALTER ROLE lianxi_owner PASSWORD :'owner';
ALTER ROLE lianxi_app PASSWORD :'app';
ALTER ROLE lianxi_backup PASSWORD :'backup';
SQL
