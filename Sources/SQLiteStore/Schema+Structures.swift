/// The twelfth change of the schema: what was added to the structures of a case, their order and colours.
extension Schema {
    static let structureLists = """
        -- The newest row of a case counts; the others tell how it came to that.
        CREATE TABLE structure_lists (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL REFERENCES cases(id),
            list TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX structure_lists_of_case ON structure_lists(case_id, sequence);
        CREATE TRIGGER structure_lists_only_grow BEFORE INSERT ON structure_lists
        WHEN EXISTS (SELECT 1 FROM structure_lists WHERE sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'lists of structures never change'); END;
        """

    /// Tables of ``structureLists`` whose rows are only ever added.
    static let structureListsImmutable = [("structure_lists", "lists of structures")]
}
