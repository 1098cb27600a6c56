-- The three roles of Lianxi and their place in the current database. Run by a superuser inside the database that
-- Lianxi is to use, before the first migration; running it again changes nothing.
--   lianxi_owner   owns every object; migrations only
--   lianxi_app     the service: sees nothing but what migrations grant, and only through row-level security
--   lianxi_backup  reads every row of every tenant, for dumps
-- Passwords are set apart from this file: ALTER ROLE lianxi_app PASSWORD '…'.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['lianxi_owner', 'lianxi_app', 'lianxi_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
    END LOOP;
    EXECUTE format('ALTER DATABASE %I OWNER TO lianxi_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO lianxi_app, lianxi_backup', current_database());
END
$$;

ALTER ROLE lianxi_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE lianxi_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE lianxi_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
ALTER ROLE lianxi_backup SET default_transaction_read_only = on;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE lianxi_owner GRANT USAGE ON SCHEMAS TO lianxi_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE lianxi_owner GRANT SELECT ON TABLES TO lianxi_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE lianxi_owner GRANT SELECT ON SEQUENCES TO lianxi_backup;
