import GRDB

/// The store's tables. A change of the schema is a new migration behind the last; those that were ever released
/// are never edited.
enum Schema {
    /// Marks the file as ours in SQLite's header: "PLRA".
    static let applicationID: Int32 = 0x504c_5241

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: cases, reviews, corrections, jobs, log") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: casesAndPredictions)
            try db.execute(sql: reviews)
            try db.execute(sql: corrections)
            try db.execute(sql: jobs)
            try db.execute(sql: log)
            try seal(immutable, db)
        }
        migrator.registerMigration("2: leases of jobs, models, hold-out") { db in
            try db.execute(sql: queue)
            try seal(queueImmutable, db)
        }
        migrator.registerMigration("3: uncertainty of predictions") { db in
            try db.execute(sql: uncertainty)
            try seal(uncertaintyImmutable, db)
        }
        migrator.registerMigration("4: assignments, marks, approvals, readings, estimates") { db in
            try db.execute(sql: teamwork)
            try seal(immutableTeamwork, db)
            for (table, what) in immutableTeamwork {
                // Replacing deletes without asking the triggers for deletion.
                try db.execute(
                    sql: """
                        CREATE TRIGGER \(table)_only_grow BEFORE INSERT ON \(table)
                        WHEN EXISTS (SELECT 1 FROM \(table) WHERE sequence = NEW.sequence)
                        BEGIN SELECT RAISE(ABORT, '\(what) never change'); END;
                        """)
            }
        }
        migrator.registerMigration("5: replays of new models") { db in
            try db.execute(sql: replay)
            try seal(replayImmutable, db)
        }
        migrator.registerMigration("6: roles of people") { db in
            try db.execute(sql: roles)
            try seal(rolesImmutable, db)
        }
        migrator.registerMigration("7: volumes of series") { db in
            // Which volume of its series a case is; NULL for a series of one volume, as all before this were.
            try db.execute(sql: "ALTER TABLE cases ADD COLUMN volume TEXT")
        }
        migrator.registerMigration("8: what cases are called") { db in
            try db.execute(sql: "ALTER TABLE cases ADD COLUMN place TEXT NOT NULL DEFAULT ''")
            try db.execute(sql: "ALTER TABLE cases ADD COLUMN description TEXT NOT NULL DEFAULT ''")
        }
        migrator.registerMigration("9: parts of edits") { db in
            // Which part of an edit of several structures a step is, and of how many; NULL for a whole edit. In the
            // steps of before, the name ends in it ("split [1/2]"): they are read as they are, because journals never
            // change.
            try db.execute(sql: "ALTER TABLE journal ADD COLUMN part INTEGER CHECK (part > 0)")
            try db.execute(sql: "ALTER TABLE journal ADD COLUMN parts INTEGER CHECK (parts > 1)")
        }
        migrator.registerMigration("10: repairs, recipes and notes") { db in
            try db.execute(sql: facts)
        }
        registerAcquisition(in: &migrator)
        migrator.registerMigration("12: structures that were added, their order and colours") { db in
            try db.execute(sql: structureLists)
            try seal(structureListsImmutable, db)
        }
        migrator.registerMigration("13: where corrections go, and what was sent") { db in
            try db.execute(sql: deliveries)
            try seal(deliveriesImmutable, db)
        }
        return migrator
    }

    /// Forbids to change or delete the rows of tables.
    static func seal(_ tables: [(name: String, what: String)], _ db: Database) throws {
        for (table, what) in tables {
            try db.execute(
                sql: """
                    CREATE TRIGGER \(table)_never_change BEFORE UPDATE ON \(table)
                    BEGIN SELECT RAISE(ABORT, '\(what) never change'); END;
                    CREATE TRIGGER \(table)_never_go BEFORE DELETE ON \(table)
                    BEGIN SELECT RAISE(ABORT, '\(what) are never deleted'); END;
                    """)
        }
    }

    /// Tables whose rows are only ever added.
    static let immutable = [
        ("predictions", "predictions"), ("prediction_masks", "predictions"), ("proposals", "predictions"),
        ("journal", "journals"), ("corrections", "corrections"), ("correction_masks", "corrections"),
        ("audit", "log rows"), ("job_corrections", "a job''s corrections"),
    ]

    private static let casesAndPredictions = """
        CREATE TABLE cases (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            series_uid TEXT,
            source TEXT NOT NULL,
            content_digest TEXT NOT NULL,
            geometry TEXT NOT NULL,
            minimum_hu INTEGER NOT NULL,
            maximum_hu INTEGER NOT NULL,
            structures TEXT NOT NULL,
            warnings TEXT NOT NULL,
            touched_at INTEGER NOT NULL
        ) STRICT;
        CREATE TRIGGER cases_keep_their_image BEFORE UPDATE OF number, id, series_uid, content_digest, geometry ON cases
        BEGIN SELECT RAISE(ABORT, 'a case keeps its image'); END;

        CREATE TABLE leases (
            case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases(id),
            generation INTEGER NOT NULL,
            reviewer TEXT NOT NULL,
            holder TEXT,
            renewed_at INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE predictions (
            id TEXT NOT NULL PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES cases(id),
            model TEXT NOT NULL,
            preprocessing TEXT NOT NULL,
            UNIQUE (case_id, id)
        ) STRICT;
        -- Masks go in before their prediction, which then seals them.
        CREATE TABLE prediction_masks (
            number INTEGER PRIMARY KEY,
            prediction_id TEXT NOT NULL REFERENCES predictions(id) DEFERRABLE INITIALLY DEFERRED,
            structure TEXT NOT NULL,
            data BLOB NOT NULL,
            UNIQUE (prediction_id, structure)
        ) STRICT;
        CREATE TRIGGER predictions_are_sealed BEFORE INSERT ON prediction_masks
        WHEN EXISTS (SELECT 1 FROM predictions WHERE id = NEW.prediction_id)
        BEGIN SELECT RAISE(ABORT, 'predictions never change'); END;
        CREATE TRIGGER predictions_are_kept_once BEFORE INSERT ON predictions
        WHEN EXISTS (SELECT 1 FROM predictions WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'predictions never change'); END;
        -- Which prediction was proposed for a case, and when; the last is the newest.
        CREATE TABLE proposals (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL,
            prediction_id TEXT NOT NULL,
            proposed_at INTEGER NOT NULL,
            FOREIGN KEY (case_id, prediction_id) REFERENCES predictions(case_id, id)
        ) STRICT;
        CREATE INDEX proposals_of_case ON proposals(case_id, sequence);
        CREATE TRIGGER proposals_only_grow BEFORE INSERT ON proposals
        WHEN EXISTS (SELECT 1 FROM proposals WHERE sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'predictions never change'); END;
        """

    private static let reviews = """
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL REFERENCES cases(id),
            prediction_id TEXT NOT NULL,
            starts_from INTEGER,
            reviewer TEXT NOT NULL,
            begun_at INTEGER NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('open', 'filed', 'abandoned')),
            journal_length INTEGER NOT NULL DEFAULT 0,
            journal_hash TEXT NOT NULL DEFAULT '',
            touched_at INTEGER NOT NULL,
            FOREIGN KEY (case_id, prediction_id) REFERENCES predictions(case_id, id),
            FOREIGN KEY (case_id, starts_from) REFERENCES corrections(case_id, revision)
        ) STRICT;
        CREATE UNIQUE INDEX one_open_session ON sessions(case_id) WHERE status = 'open';
        CREATE INDEX sessions_of_case ON sessions(case_id);
        CREATE TRIGGER sessions_keep_their_base
        BEFORE UPDATE OF id, case_id, prediction_id, starts_from, reviewer, begun_at ON sessions
        BEGIN SELECT RAISE(ABORT, 'a session keeps its base'); END;
        CREATE TRIGGER sessions_stay_closed BEFORE UPDATE ON sessions WHEN OLD.status <> 'open'
        BEGIN SELECT RAISE(ABORT, 'a closed session stays closed'); END;
        CREATE TRIGGER sessions_never_go BEFORE DELETE ON sessions
        BEGIN SELECT RAISE(ABORT, 'sessions are never deleted'); END;

        CREATE TABLE session_states (
            session_id INTEGER PRIMARY KEY REFERENCES sessions(id),
            state TEXT NOT NULL,
            saved_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE journal (
            session_id INTEGER NOT NULL REFERENCES sessions(id),
            sequence INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo')),
            structure TEXT NOT NULL,
            name TEXT NOT NULL,
            slice INTEGER NOT NULL,
            patch BLOB NOT NULL,
            digest_after INTEGER NOT NULL,
            reviewer TEXT NOT NULL,
            written_at INTEGER NOT NULL,
            hash TEXT NOT NULL,
            PRIMARY KEY (session_id, sequence)
        ) STRICT;
        CREATE TRIGGER journals_grow_step_by_step BEFORE INSERT ON journal
        WHEN NEW.sequence <> (SELECT journal_length + 1 FROM sessions WHERE id = NEW.session_id AND status = 'open')
            OR NOT EXISTS (SELECT 1 FROM sessions WHERE id = NEW.session_id AND status = 'open')
        BEGIN SELECT RAISE(ABORT, 'a journal grows step by step while its session is open'); END;
        """

    private static let corrections = """
        CREATE TABLE corrections (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL REFERENCES cases(id),
            revision INTEGER NOT NULL CHECK (revision > 0),
            session_id INTEGER NOT NULL UNIQUE REFERENCES sessions(id),
            prediction_id TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('accepted', 'corrected', 'rejected')),
            reason TEXT,
            outcomes TEXT NOT NULL,
            slices_touched TEXT NOT NULL,
            slices_seen TEXT NOT NULL,
            active_seconds REAL NOT NULL,
            reviewer TEXT NOT NULL,
            model TEXT NOT NULL,
            filed_at INTEGER NOT NULL,
            journal_length INTEGER NOT NULL,
            journal_hash TEXT NOT NULL,
            hash TEXT NOT NULL,
            UNIQUE (case_id, revision),
            FOREIGN KEY (case_id, prediction_id) REFERENCES predictions(case_id, id)
        ) STRICT;
        CREATE TABLE correction_masks (
            number INTEGER PRIMARY KEY,
            case_id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            structure TEXT NOT NULL,
            data BLOB NOT NULL,
            UNIQUE (case_id, revision, structure),
            FOREIGN KEY (case_id, revision) REFERENCES corrections(case_id, revision) DEFERRABLE INITIALLY DEFERRED
        ) STRICT;
        CREATE TRIGGER corrections_are_sealed BEFORE INSERT ON correction_masks
        WHEN EXISTS (SELECT 1 FROM corrections WHERE case_id = NEW.case_id AND revision = NEW.revision)
        BEGIN SELECT RAISE(ABORT, 'corrections never change'); END;
        CREATE TRIGGER corrections_count_up BEFORE INSERT ON corrections
        WHEN NEW.revision <> (SELECT coalesce(max(revision), 0) + 1 FROM corrections WHERE case_id = NEW.case_id)
            OR EXISTS (SELECT 1 FROM corrections WHERE sequence = NEW.sequence OR session_id = NEW.session_id)
        BEGIN SELECT RAISE(ABORT, 'corrections never change'); END;
        """

    private static let jobs = """
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            state TEXT NOT NULL,
            model TEXT NOT NULL,
            progress REAL NOT NULL CHECK (progress BETWEEN 0 AND 1),
            result TEXT,
            changed_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE job_corrections (
            job_id INTEGER NOT NULL REFERENCES jobs(id),
            position INTEGER NOT NULL,
            case_id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            PRIMARY KEY (job_id, position),
            UNIQUE (job_id, case_id),
            FOREIGN KEY (case_id, revision) REFERENCES corrections(case_id, revision)
        ) STRICT;
        CREATE TRIGGER jobs_keep_their_corrections BEFORE INSERT ON job_corrections
        WHEN NOT EXISTS (SELECT 1 FROM jobs WHERE id = NEW.job_id AND state = 'queued')
            OR EXISTS (SELECT 1 FROM job_corrections
                WHERE job_id = NEW.job_id AND (position = NEW.position OR case_id = NEW.case_id))
        BEGIN SELECT RAISE(ABORT, 'a job''s corrections never change'); END;
        """

    private static let log = """
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            details TEXT NOT NULL,
            previous_hash TEXT NOT NULL,
            hash TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER log_only_grows BEFORE INSERT ON audit
        WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit)
        BEGIN SELECT RAISE(ABORT, 'log rows are only added at the end'); END;
        -- The log's length and last hash once more: tells a log whose end was cut off.
        CREATE TABLE audit_head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            length INTEGER NOT NULL,
            hash TEXT NOT NULL
        ) STRICT;
        INSERT INTO audit_head VALUES (1, 0, '\(String(repeating: "0", count: 64))');
        """
}
