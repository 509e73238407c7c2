/// The third change of the schema: how unsure a model was.
extension Schema {
    static let uncertainty = """
        -- Goes in before its prediction, which then seals it.
        CREATE TABLE prediction_uncertainty (
            prediction_id TEXT NOT NULL PRIMARY KEY REFERENCES predictions(id) DEFERRABLE INITIALLY DEFERRED,
            geometry TEXT NOT NULL,
            slice_scores TEXT NOT NULL,
            data BLOB NOT NULL
        ) STRICT;
        CREATE TRIGGER uncertainties_are_sealed BEFORE INSERT ON prediction_uncertainty
        WHEN EXISTS (SELECT 1 FROM predictions WHERE id = NEW.prediction_id)
        BEGIN SELECT RAISE(ABORT, 'predictions never change'); END;
        """

    /// Tables of ``uncertainty`` whose rows are only ever added.
    static let uncertaintyImmutable = [("prediction_uncertainty", "predictions")]
}
