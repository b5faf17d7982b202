-- Further requests that were answered with the conference of a create, by their digest: those that arrived while it was
-- in progress, and those that repeated it before its answer was acknowledged.
CREATE TABLE repeat (
    operation TEXT NOT NULL REFERENCES operation (id),
    request   TEXT NOT NULL,
    PRIMARY KEY (operation, request)
) STRICT, WITHOUT ROWID;

CREATE INDEX repeat_of_request ON repeat (request);
