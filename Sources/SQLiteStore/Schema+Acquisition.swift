import GRDB

/// The change of the schema that keeps where and by what images were made.
extension Schema {
    static func registerAcquisition(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("11: acquisition of cases") { db in
            // Site, scanner, kernel and contrast as JSON, without those that nobody knows. Of the cases of before nothing
            // is known until they are read or imported again.
            try db.execute(sql: "ALTER TABLE cases ADD COLUMN acquisition TEXT NOT NULL DEFAULT '{}'")
        }
    }
}
