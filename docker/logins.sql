-- The three logins of docs/operating.md (Database roles), made or brought up to date by an administrator of the server.
-- Run by psql 14 or later, as often as wanted; docker-compose.yml does before every `migrate`:
--
--   OWNER_PASSWORD=... SERVING_PASSWORD=... WORKING_PASSWORD=... psql --file docker/logins.sql
--
-- The owner needs no CREATEROLE: what its migrations would make is there already, and is granted to it.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\getenv owner_password OWNER_PASSWORD
\getenv serving_password SERVING_PASSWORD
\getenv working_password WORKING_PASSWORD

SELECT format('CREATE ROLE %I %s', name, kind)
FROM (VALUES ('holdfast_api', 'NOLOGIN'), ('holdfast_worker', 'NOLOGIN'), ('holdfast_owner', 'LOGIN'),
             ('holdfast_serving', 'LOGIN'), ('holdfast_working', 'LOGIN')) AS wanted (name, kind)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE holdfast_owner PASSWORD :'owner_password';
ALTER ROLE holdfast_serving PASSWORD :'serving_password';
ALTER ROLE holdfast_working PASSWORD :'working_password';

-- Without inheriting: the owner sees no tenant's rows unless it says so.
GRANT holdfast_api, holdfast_worker TO holdfast_owner WITH INHERIT FALSE, SET TRUE;
GRANT holdfast_api TO holdfast_serving;
GRANT holdfast_worker TO holdfast_working;

SELECT 'CREATE DATABASE holdfast OWNER holdfast_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'holdfast') \gexec
