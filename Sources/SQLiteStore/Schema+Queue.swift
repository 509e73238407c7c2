/// The second change of the schema: leases of jobs, models, and who is held out.
extension Schema {
    static let queue = """
        ALTER TABLE jobs ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN not_before INTEGER;
        ALTER TABLE jobs ADD COLUMN cancel_requested_by TEXT;
        ALTER TABLE jobs ADD COLUMN telemetry TEXT;
        ALTER TABLE jobs ADD COLUMN queued_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN holder TEXT;
        ALTER TABLE jobs ADD COLUMN renewed_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN duration INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
        -- Whose name is in front of the @; one of these runs at a time.
        ALTER TABLE jobs ADD COLUMN base TEXT NOT NULL DEFAULT '';
        UPDATE jobs SET queued_at = changed_at, base = CASE WHEN instr(model, '@') > 0
            THEN substr(model, 1, instr(model, '@') - 1) ELSE model END;
        CREATE UNIQUE INDEX one_running_job ON jobs(base) WHERE state IN ('leased', 'training', 'evaluating');
        CREATE TRIGGER jobs_keep_their_model BEFORE UPDATE OF id, model, base, queued_at ON jobs
        BEGIN SELECT RAISE(ABORT, 'a job keeps its model'); END;
        CREATE TRIGGER jobs_never_go BEFORE DELETE ON jobs
        BEGIN SELECT RAISE(ABORT, 'jobs are never deleted'); END;

        CREATE TABLE models (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            base TEXT NOT NULL,
            version INTEGER NOT NULL CHECK (version > 0),
            digest TEXT NOT NULL,
            byte_count INTEGER NOT NULL,
            lineage TEXT NOT NULL,
            evaluation TEXT,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            UNIQUE (base, version),
            UNIQUE (base, digest)
        ) STRICT;
        -- Which version is in use, and was: the last of a base counts.
        CREATE TABLE promotions (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            base TEXT NOT NULL,
            version INTEGER NOT NULL,
            version_before INTEGER,
            kind TEXT NOT NULL CHECK (kind IN ('gate', 'person', 'rollback')),
            reason TEXT,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            FOREIGN KEY (base, version) REFERENCES models(base, version)
        ) STRICT;
        CREATE INDEX promotions_of_base ON promotions(base, sequence);

        -- Who is held out of training: decided when a patient is first seen, and never again. The key is a hash that
        -- only this store can make.
        CREATE TABLE patients (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            role TEXT NOT NULL CHECK (role IN ('training', 'hold-out')),
            seen_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE case_patients (
            case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases(id),
            patient_key TEXT NOT NULL REFERENCES patients(key)
        ) STRICT;
        CREATE INDEX cases_of_patient ON case_patients(patient_key);
        -- Tells the key that the patients' hashes were made with, without being it.
        CREATE TABLE patient_hash_key (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            fingerprint TEXT NOT NULL
        ) STRICT;

        -- Replacing a row deletes it without asking the triggers for deletion.
        CREATE TRIGGER models_are_sealed BEFORE INSERT ON models
        WHEN EXISTS (SELECT 1 FROM models WHERE number = NEW.number
            OR base = NEW.base AND (version = NEW.version OR digest = NEW.digest))
        BEGIN SELECT RAISE(ABORT, 'models never change'); END;
        CREATE TRIGGER promotions_only_grow BEFORE INSERT ON promotions
        WHEN EXISTS (SELECT 1 FROM promotions WHERE sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'promotions never change'); END;
        CREATE TRIGGER patients_keep_their_role BEFORE INSERT ON patients
        WHEN EXISTS (SELECT 1 FROM patients WHERE number = NEW.number OR key = NEW.key)
        BEGIN SELECT RAISE(ABORT, 'patients never change'); END;
        CREATE TRIGGER patient_hash_key_stays BEFORE INSERT ON patient_hash_key
        WHEN EXISTS (SELECT 1 FROM patient_hash_key)
        BEGIN SELECT RAISE(ABORT, 'the patients'' key never changes'); END;
        CREATE TRIGGER cases_keep_their_patient BEFORE INSERT ON case_patients
        WHEN EXISTS (SELECT 1 FROM case_patients WHERE case_id = NEW.case_id)
        BEGIN SELECT RAISE(ABORT, 'a case''s patient never changes'); END;
        """

    /// Tables of this change whose rows are only ever added.
    static let queueImmutable = [
        ("models", "models"), ("promotions", "promotions"), ("patients", "patients"),
        ("case_patients", "a case''s patient"), ("patient_hash_key", "the patients'' key"),
    ]
}
