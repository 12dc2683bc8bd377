-- Temporal keeps what can be searched in a database of its own.
CREATE DATABASE temporal_visibility;
