extension Schema {
    /// Tables of the third migration whose rows are only ever added.
    static let immutableTeamwork = [
        ("assignments", "assignments"), ("marks", "marks"), ("approvals", "approvals"), ("readings", "readings"),
        ("estimates", "estimates"),
    ]

    /// Who is to do what. The newest row of a case counts; the others tell how it came to that.
    static let teamwork = """
        CREATE TABLE assignments (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL REFERENCES cases(id),
            assignee TEXT,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX assignments_of_case ON assignments(case_id, sequence);

        CREATE TABLE marks (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL REFERENCES cases(id),
            kind TEXT NOT NULL CHECK (kind IN ('deferred', 'flagged', 'unflagged')),
            comment TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX marks_of_case ON marks(case_id, sequence);

        CREATE TABLE approvals (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('requested', 'approved', 'returned')),
            comment TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (case_id, revision, verdict),
            FOREIGN KEY (case_id, revision) REFERENCES corrections(case_id, revision)
        ) STRICT;
        CREATE TRIGGER approvals_need_a_second_person BEFORE INSERT ON approvals
        WHEN NEW.verdict <> 'requested' AND NEW.actor =
            (SELECT reviewer FROM corrections WHERE case_id = NEW.case_id AND revision = NEW.revision)
        BEGIN SELECT RAISE(ABORT, 'nobody approves his own correction'); END;
        CREATE TRIGGER approvals_answer_a_request BEFORE INSERT ON approvals
        WHEN NEW.verdict <> 'requested' AND NOT EXISTS (SELECT 1 FROM approvals
                WHERE case_id = NEW.case_id AND revision = NEW.revision AND verdict = 'requested')
        BEGIN SELECT RAISE(ABORT, 'an approval answers a request'); END;
        CREATE TRIGGER approvals_are_given_once BEFORE INSERT ON approvals
        WHEN EXISTS (SELECT 1 FROM approvals WHERE case_id = NEW.case_id AND revision = NEW.revision
                AND (verdict = NEW.verdict OR verdict <> 'requested'))
        BEGIN SELECT RAISE(ABORT, 'a correction is judged once'); END;

        -- A second reader's reading is a case of its own, hidden from the lists, so that it has a lease, a journal and
        -- corrections like every other.
        CREATE TABLE readings (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            reading_id TEXT NOT NULL UNIQUE REFERENCES cases(id),
            case_id TEXT NOT NULL REFERENCES cases(id),
            reader TEXT NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (case_id, reader)
        ) STRICT;

        CREATE TABLE estimates (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            case_id TEXT NOT NULL,
            prediction_id TEXT NOT NULL,
            effort_seconds REAL,
            uncertainty REAL,
            at INTEGER NOT NULL,
            FOREIGN KEY (case_id, prediction_id) REFERENCES predictions(case_id, id)
        ) STRICT;
        CREATE INDEX estimates_of_case ON estimates(case_id, prediction_id, sequence);
        """
}
