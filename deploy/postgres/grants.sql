-- The workers' role: it reads everything, adds to the record, and keeps the read models and notices current.
-- It cannot change or remove what is on the record, nor the schema. Run by the owner of the tables, after every
-- migration; running it again changes nothing. The password comes from WORKER_PASSWORD.
\set ON_ERROR_STOP on
\getenv worker_password WORKER_PASSWORD

SELECT 'CREATE ROLE dayzero_worker LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dayzero_worker')
\gexec
ALTER ROLE dayzero_worker PASSWORD :'worker_password';

BEGIN;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM dayzero_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO dayzero_worker;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO dayzero_worker;
REVOKE UPDATE, DELETE, TRUNCATE ON events, commands, documents, administration FROM dayzero_worker;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM dayzero_worker;
COMMIT;
