/// The thirteenth change of the schema: where corrections go by themselves, and what became of that.
extension Schema {
    static let deliveries = """
        -- The newest row of a case counts. An empty node: its corrections stay here.
        CREATE TABLE delivery_routes (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL REFERENCES cases(id),
            node TEXT NOT NULL,
            forms TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX delivery_routes_of_case ON delivery_routes(case_id, sequence);
        CREATE TRIGGER delivery_routes_only_grow BEFORE INSERT ON delivery_routes
        WHEN EXISTS (SELECT 1 FROM delivery_routes WHERE sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'ways of corrections never change'); END;

        -- Every attempt. Of what was sent there is an object, of what was not a reason.
        CREATE TABLE deliveries (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            node TEXT NOT NULL,
            form TEXT NOT NULL,
            object TEXT,
            reason TEXT,
            is_silent INTEGER NOT NULL DEFAULT 0 CHECK (is_silent IN (0, 1)),
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            CHECK ((object IS NULL) <> (reason IS NULL)),
            FOREIGN KEY (case_id, revision) REFERENCES corrections(case_id, revision)
        ) STRICT;
        CREATE INDEX deliveries_of_correction ON deliveries(case_id, revision, node, form, sequence);
        CREATE TRIGGER deliveries_only_grow BEFORE INSERT ON deliveries
        WHEN EXISTS (SELECT 1 FROM deliveries WHERE sequence = NEW.sequence)
            OR EXISTS (SELECT 1 FROM deliveries WHERE case_id = NEW.case_id AND revision = NEW.revision
                AND node = NEW.node AND form = NEW.form AND object IS NOT NULL)
        BEGIN SELECT RAISE(ABORT, 'what was sent stays sent'); END;
        """

    /// Tables of ``deliveries`` whose rows are only ever added.
    static let deliveriesImmutable = [("delivery_routes", "ways of corrections"), ("deliveries", "deliveries")]
}
