/// The tenth change of the schema: what was told in sentences alone has columns.
extension Schema {
    static let facts = """
        -- What was resampled to make the image: names, in order, as JSON.
        ALTER TABLE cases ADD COLUMN repairs TEXT NOT NULL DEFAULT '[]';
        -- Until now the warnings of the case told it, by how they begin. Warnings that are damaged tell nothing.
        UPDATE cases SET repairs = (
            SELECT json_group_array(name) FROM (
                SELECT 'gaps' AS name, 'Slices were interpolated' AS mark
                UNION ALL SELECT 'tilt', 'Gantry tilt was corrected by shear')
            WHERE EXISTS (
                SELECT 1 FROM json_each(CASE WHEN json_valid(cases.warnings) THEN cases.warnings ELSE '[]' END)
                WHERE substr(value, 1, length(mark)) = mark));
        -- SHA-256 of the recipe that the model was asked by; NULL where none is known, as in all predictions before.
        ALTER TABLE predictions ADD COLUMN recipe_digest TEXT;
        -- What there is to know of the masks: sentences, as JSON. NULL in predictions from before, which never change:
        -- their notes stand among the steps of the preprocessing, each behind "note: ".
        ALTER TABLE predictions ADD COLUMN notes TEXT;
        """
}
