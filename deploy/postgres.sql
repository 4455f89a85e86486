-- Makes the database and its roles. An administrator runs it once, with QUOTH_DB_PASSWORD in the environment:
--   psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres --file postgres.sql
-- compose.yaml runs it when the volume of the database is new.

\getenv password QUOTH_DB_PASSWORD
CREATE ROLE quoth LOGIN PASSWORD :'password';
-- What a server that is started with --read-only needs. docs/deploy.md says how to make a user with this role.
CREATE ROLE quoth_reader NOLOGIN;

CREATE DATABASE quoth OWNER quoth ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE quoth FROM PUBLIC;
GRANT CONNECT ON DATABASE quoth TO quoth_reader;

\connect quoth
CREATE SCHEMA quoth AUTHORIZATION quoth;
GRANT USAGE ON SCHEMA quoth TO quoth_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE quoth IN SCHEMA quoth GRANT SELECT ON TABLES TO quoth_reader;
