/**
 * The tables of `library.db`, one step per released format. Steps are only ever added.
 * The page that explains them is `docs/formats/library.md`. JSON columns hold canonical JSON.
 * `row_sum` is the first 16 bytes (hex) of SHA-256 over the row's other columns: see `row-sum.ts`.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- One counter orders everything in the library; wall time is for display only.
  INSERT INTO meta (key, value) VALUES ('seq', '0');

  CREATE TABLE blobs (
    digest TEXT PRIMARY KEY, md5 TEXT NOT NULL, size INTEGER NOT NULL,
    published_seq INTEGER NOT NULL, verified_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE samples (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,             -- NFC, lower case: two names that fold together are one
    image_digest TEXT NOT NULL UNIQUE REFERENCES blobs(digest),
    format TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL,   -- as displayed
    orientation INTEGER NOT NULL,              -- EXIF 1..8
    added_at INTEGER NOT NULL, seq INTEGER NOT NULL UNIQUE,
    record_digest TEXT NOT NULL,               -- the sample record blob, from which this row can be rebuilt
    head_revision TEXT REFERENCES revisions(id),
    card_digest TEXT REFERENCES blobs(digest), -- null: nothing is said of it
    trashed_at INTEGER,                        -- null: it is not in the trash
    row_sum TEXT NOT NULL
  ) STRICT;
  -- Names of samples that may differ from the version that meta names as uncommitted_since: what came, changed or went
  -- since. Whatever writes samples adds to it in the same transaction; a commit takes away what it has seen.
  CREATE TABLE uncommitted (
    stamp INTEGER PRIMARY KEY AUTOINCREMENT,   -- order of changing: the last change of a name is the one that counts
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TRIGGER samples_added AFTER INSERT ON samples BEGIN
    DELETE FROM uncommitted WHERE name = NEW.name;
    INSERT INTO uncommitted (name) VALUES (NEW.name);
  END;
  CREATE TRIGGER samples_changed AFTER UPDATE ON samples BEGIN
    DELETE FROM uncommitted WHERE name IN (OLD.name, NEW.name);
    INSERT INTO uncommitted (name) VALUES (NEW.name);
    INSERT INTO uncommitted (name) SELECT OLD.name WHERE OLD.name <> NEW.name;
  END;
  CREATE TRIGGER samples_removed AFTER DELETE ON samples BEGIN
    DELETE FROM uncommitted WHERE name = OLD.name;
    INSERT INTO uncommitted (name) VALUES (OLD.name);
  END;

  CREATE TABLE revisions (
    id TEXT PRIMARY KEY,                       -- SHA-256 of the revision record blob
    sample_id TEXT NOT NULL REFERENCES samples(id),
    seq INTEGER NOT NULL UNIQUE,
    parents TEXT NOT NULL,                     -- JSON array of revision ids
    identity TEXT NOT NULL,                    -- label identity: pixels only
    png_digest TEXT NOT NULL REFERENCES blobs(digest),
    json_digest TEXT NOT NULL REFERENCES blobs(digest),   -- labels/<name>.json as an artifact holds it
    ontology_digest TEXT NOT NULL REFERENCES blobs(digest),
    status TEXT NOT NULL,
    object_count INTEGER NOT NULL, labeled_pixels INTEGER NOT NULL,
    next_object_id INTEGER NOT NULL,
    tool TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    row_sum TEXT NOT NULL
  ) STRICT;
  CREATE INDEX revisions_by_sample ON revisions (sample_id, seq);
  -- Same pixels are encoded once and those bytes are kept.
  CREATE INDEX revisions_by_identity ON revisions (identity);
  -- Revisions without a child: a sample with more than one has siblings.
  CREATE TABLE tips (
    sample_id TEXT NOT NULL REFERENCES samples(id), revision_id TEXT NOT NULL REFERENCES revisions(id),
    PRIMARY KEY (sample_id, revision_id)
  ) STRICT, WITHOUT ROWID;

  -- What a revision covers of the journal that one opening of a sample keeps: everything up to seq is in it.
  CREATE TABLE journal_marks (
    session TEXT PRIMARY KEY,
    sample_id TEXT NOT NULL REFERENCES samples(id),
    seq INTEGER NOT NULL, revision_id TEXT NOT NULL REFERENCES revisions(id)
  ) STRICT, WITHOUT ROWID;

  -- Every card that a sample ever had; the last one is the one it has.
  CREATE TABLE cards (
    sample_id TEXT NOT NULL REFERENCES samples(id),
    seq INTEGER NOT NULL,
    digest TEXT REFERENCES blobs(digest),
    record_digest TEXT NOT NULL REFERENCES blobs(digest),   -- the record of the change, one for all it was made on
    author TEXT NOT NULL, created_at INTEGER NOT NULL,
    row_sum TEXT NOT NULL,
    PRIMARY KEY (sample_id, seq)
  ) STRICT;

  -- What lists are searched and sorted by. All of it can be made again from the tables above and the blobs they name.
  CREATE TABLE listing (
    seq INTEGER PRIMARY KEY,                   -- as in samples
    sample_id TEXT NOT NULL UNIQUE REFERENCES samples(id),
    name_key TEXT NOT NULL, name_order TEXT NOT NULL,
    status TEXT NOT NULL, object_count INTEGER NOT NULL,
    labeled REAL NOT NULL,                     -- share of the pixels, 0 .. 1
    author_key TEXT NOT NULL, labeler_key TEXT NOT NULL,
    split TEXT, priority INTEGER NOT NULL, issues INTEGER NOT NULL, open_issues INTEGER NOT NULL,
    added_at INTEGER NOT NULL, modified_at INTEGER NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL,
    trashed INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX listing_by_adding ON listing (trashed);
  CREATE INDEX listing_by_name ON listing (trashed, name_order);
  CREATE INDEX listing_by_status ON listing (trashed, status);
  CREATE INDEX listing_by_modified ON listing (trashed, modified_at);
  CREATE INDEX listing_by_objects ON listing (trashed, object_count);
  CREATE TABLE listing_tags (
    tag_key TEXT NOT NULL, seq INTEGER NOT NULL REFERENCES listing(seq), tag TEXT NOT NULL,
    PRIMARY KEY (tag_key, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX listing_tags_by_sample ON listing_tags (seq);
  CREATE TABLE listing_metadata (
    key TEXT NOT NULL, seq INTEGER NOT NULL REFERENCES listing(seq),
    value_key TEXT NOT NULL, number REAL,
    PRIMARY KEY (key, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX listing_metadata_by_sample ON listing_metadata (seq);
  -- Objects of the label shown, by category; none is no row.
  CREATE TABLE listing_objects (
    category_id INTEGER NOT NULL, seq INTEGER NOT NULL REFERENCES listing(seq), count INTEGER NOT NULL,
    PRIMARY KEY (category_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX listing_objects_by_sample ON listing_objects (seq);

  CREATE TABLE categories (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL,
    name_key TEXT UNIQUE,                      -- null: it was removed; its id is never given out again
    color TEXT NOT NULL, has_instances INTEGER NOT NULL, position INTEGER NOT NULL,
    more TEXT NOT NULL CHECK (json_valid(more))   -- description, void, attributes, what other programs say
  ) STRICT;
  -- What was done to the objects of a category over many samples. The labels themselves say what it changed: revisions
  -- after first_seq whose tool is 'category:<id>'.
  CREATE TABLE category_jobs (
    id INTEGER PRIMARY KEY,
    from_id INTEGER NOT NULL REFERENCES categories(id),
    to_id INTEGER REFERENCES categories(id),   -- null: its pixels become unlabeled
    removes INTEGER NOT NULL,                  -- 1: the category goes when it has no objects left
    state TEXT NOT NULL,                       -- running | stopped | done | undoing | undone
    first_seq INTEGER NOT NULL,
    changed INTEGER NOT NULL,                  -- samples with a new revision, as far as it has come
    author TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  -- Samples that are still to be looked at.
  CREATE TABLE category_job_samples (
    job_id INTEGER NOT NULL REFERENCES category_jobs(id), sample_id TEXT NOT NULL,
    PRIMARY KEY (job_id, sample_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE versions (
    id TEXT PRIMARY KEY,                       -- SHA-256 of the version record blob
    number INTEGER NOT NULL UNIQUE,
    record_digest TEXT NOT NULL REFERENCES blobs(digest),
    parents TEXT NOT NULL, message TEXT NOT NULL, author TEXT NOT NULL, created_at INTEGER NOT NULL,
    summary TEXT NOT NULL,                     -- JSON: counts and changes
    row_sum TEXT NOT NULL
  ) STRICT;
  CREATE TABLE version_artifacts (
    version_id TEXT NOT NULL REFERENCES versions(id),
    role TEXT NOT NULL,                        -- raw_data | labeled_data
    idx INTEGER NOT NULL,                      -- counts the distinct manifests of that role
    manifest_digest TEXT NOT NULL REFERENCES blobs(digest),
    files INTEGER NOT NULL, bytes INTEGER NOT NULL,
    row_sum TEXT NOT NULL,
    PRIMARY KEY (version_id, role)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX version_artifacts_by_manifest ON version_artifacts (role, manifest_digest, idx);
  -- W&B's digest of a manifest, worked out after the commit. It follows from the manifest: losing a row costs time.
  CREATE TABLE artifact_digests (
    manifest_digest TEXT PRIMARY KEY REFERENCES blobs(digest),
    digest TEXT NOT NULL,
    row_sum TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- Names for versions. The branch that commits go to is named in meta.
  CREATE TABLE refs (
    name_key TEXT PRIMARY KEY,                 -- NFC, lower case: two names that fold together are one
    name TEXT NOT NULL,
    kind TEXT NOT NULL,                        -- branch | alias
    version_id TEXT NOT NULL REFERENCES versions(id),
    row_sum TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- Where names stood before, by whom and when.
  CREATE TABLE ref_moves (
    seq INTEGER PRIMARY KEY,
    name TEXT NOT NULL, kind TEXT NOT NULL,
    from_version TEXT REFERENCES versions(id), -- null: it was not there
    to_version TEXT REFERENCES versions(id),   -- null: it was removed
    renamed_from TEXT,
    author TEXT NOT NULL, created_at INTEGER NOT NULL,
    row_sum TEXT NOT NULL
  ) STRICT;
  -- The working state put to a version, or merged with one: sample by sample, as edits.
  CREATE TABLE version_jobs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                        -- restore | sample | switch | merge
    version_id TEXT NOT NULL REFERENCES versions(id),
    branch TEXT, branch_before TEXT NOT NULL,  -- the branch it leads to, and the one it began on
    ontology_before TEXT NOT NULL REFERENCES blobs(digest),
    state TEXT NOT NULL,                       -- running | stopped | done | undone
    first_seq INTEGER NOT NULL,                -- revisions after it by 'restore' or 'merge' are its own
    author TEXT NOT NULL, created_at INTEGER NOT NULL,
    row_sum TEXT NOT NULL
  ) STRICT;
  -- What a sample was before, and what is to become of its card; written before anything is changed.
  CREATE TABLE version_job_samples (
    job_id INTEGER NOT NULL REFERENCES version_jobs(id), sample_id TEXT NOT NULL,
    head_before TEXT, card_before TEXT, card_after TEXT,
    trashed_before INTEGER NOT NULL, trashed_after INTEGER NOT NULL,
    row_sum TEXT NOT NULL,
    PRIMARY KEY (job_id, sample_id)
  ) STRICT, WITHOUT ROWID;

  -- What a remote confirmed. What is owed is derived: artifacts of versions without a receipt for the linked remote.
  CREATE TABLE receipts (
    remote TEXT NOT NULL, role TEXT NOT NULL, digest TEXT NOT NULL,
    version_id TEXT NOT NULL REFERENCES versions(id),
    artifact_id TEXT NOT NULL, remote_version TEXT NOT NULL, run_name TEXT NOT NULL, url TEXT,
    sent_at INTEGER NOT NULL, row_sum TEXT NOT NULL,
    PRIMARY KEY (remote, role, version_id)
  ) STRICT, WITHOUT ROWID;
  -- State of an attempt only: losing every row costs time, never a version.
  CREATE TABLE deliveries (
    remote TEXT NOT NULL, role TEXT NOT NULL, version_id TEXT NOT NULL REFERENCES versions(id),
    state TEXT NOT NULL                        -- JSON, schema in shared/sync/attempt.ts
      CHECK (json_valid(state)),
    PRIMARY KEY (remote, role, version_id)
  ) STRICT, WITHOUT ROWID;
  -- Files that an unfinished attempt has brought over: a row each, so that keeping one more never rewrites the others.
  CREATE TABLE delivery_files (
    remote TEXT NOT NULL, role TEXT NOT NULL, version_id TEXT NOT NULL REFERENCES versions(id),
    path TEXT NOT NULL, birth_id TEXT NOT NULL,   -- the remote's artifact that holds the bytes
    row_sum TEXT NOT NULL,
    PRIMARY KEY (remote, role, version_id, path)
  ) STRICT, WITHOUT ROWID;
  -- Artifacts that images were taken from: the run of the next version that is sent names them as its inputs.
  CREATE TABLE remote_inputs (
    remote TEXT NOT NULL, artifact_id TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
    after_version INTEGER NOT NULL,            -- the newest version when the images came
    version_id TEXT REFERENCES versions(id),   -- the version whose run named it; null: none has yet
    row_sum TEXT NOT NULL,
    PRIMARY KEY (remote, artifact_id)
  ) STRICT, WITHOUT ROWID;
  -- Objects by category of versions that were sent, for their metrics. Losing rows costs time.
  CREATE TABLE version_progress (
    version_id TEXT PRIMARY KEY REFERENCES versions(id),
    counts TEXT NOT NULL CHECK (json_valid(counts))
  ) STRICT, WITHOUT ROWID;

  -- What a server said of artifacts and runs, for lineage without a network. Losing rows costs a look at the server.
  CREATE TABLE lineage_facts (
    server TEXT NOT NULL, key TEXT NOT NULL,   -- artifact:<id> | run:<entity>/<project>/<name>
    facts TEXT NOT NULL CHECK (json_valid(facts)),
    looked_at INTEGER,                         -- when it was asked for what is around it; null: it was only named
    PRIMARY KEY (server, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL CHECK (json_valid(value))) STRICT, WITHOUT ROWID;
  `,
  `
  -- What this library and a dataset on Segments.ai agreed on last: what differs from it since was changed. remote is
  -- 'segments:<server>/<owner>/<dataset>'. Losing rows may cost a
  -- question to a person, never a label.
  CREATE TABLE segments_samples (
    remote TEXT NOT NULL,
    uuid TEXT NOT NULL,                        -- the service's id of the sample
    sample_id TEXT,                            -- null: it is kept as it came, and is no sample here
    name TEXT NOT NULL,                        -- as the service calls it
    image_url TEXT,
    here_mark TEXT,                            -- what the label here was; null: it said nothing
    revision TEXT,                             -- the revision that it was
    there_mark TEXT,                           -- time and status of the label there; null: there was none
    label_digest TEXT REFERENCES blobs(digest),   -- the label there, whole, as JSON
    facts TEXT NOT NULL CHECK (json_valid(facts)),   -- metadata, priority, attributes and issues
    row_sum TEXT NOT NULL,
    PRIMARY KEY (remote, uuid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX segments_samples_here ON segments_samples (remote, sample_id);
  -- Files there whose content is known: images and masks that were sent or fetched.
  CREATE TABLE segments_assets (
    remote TEXT NOT NULL, url TEXT NOT NULL,
    digest TEXT NOT NULL,                      -- of the image, or of a mask with the same ids; the blob may be gone
    row_sum TEXT NOT NULL,
    PRIMARY KEY (remote, url)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX segments_assets_by_digest ON segments_assets (remote, digest);
  -- Datasets that the library is or was linked to.
  CREATE TABLE segments_datasets (
    remote TEXT PRIMARY KEY,
    facts TEXT NOT NULL CHECK (json_valid(facts)),   -- categories as both had them, and when the last run ended well
    row_sum TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- Versions that were made of a release.
  CREATE TABLE segments_releases (
    remote TEXT NOT NULL, name TEXT NOT NULL,
    uuid TEXT NOT NULL,
    version_id TEXT NOT NULL REFERENCES versions(id),
    facts TEXT NOT NULL CHECK (json_valid(facts)),   -- what the artifact says of it
    row_sum TEXT NOT NULL,
    PRIMARY KEY (remote, uuid)
  ) STRICT, WITHOUT ROWID;
  `,
  // What labels hold beside their mask, and samples that are kept whole without being shown.
  `
  -- shapes/<name>.json as an artifact holds it; null: there are none. Part of row_sum only where it is not null.
  ALTER TABLE revisions ADD COLUMN shapes_digest TEXT REFERENCES blobs(digest);
  -- Shapes of the label shown, by category; none is no row.
  CREATE TABLE listing_shapes (
    category_id INTEGER NOT NULL, seq INTEGER NOT NULL REFERENCES listing(seq), count INTEGER NOT NULL,
    PRIMARY KEY (category_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX listing_shapes_by_sample ON listing_shapes (seq);

  -- Samples of another program that cannot be shown.
  CREATE TABLE carried (
    name TEXT PRIMARY KEY,
    digest TEXT NOT NULL REFERENCES blobs(digest),          -- the carried record
    task_type TEXT NOT NULL,
    status TEXT,                               -- of its label, in the words of the other program
    change_digest TEXT NOT NULL REFERENCES blobs(digest),   -- the record of the last change
    seq INTEGER NOT NULL,                      -- order of changing
    trashed_at INTEGER,                        -- null: it is not in the trash
    row_sum TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- What a job of version_jobs has changed of these; null: it was not there.
  CREATE TABLE version_job_carried (
    job_id INTEGER NOT NULL REFERENCES version_jobs(id), name TEXT NOT NULL,
    digest_before TEXT, digest_after TEXT,
    row_sum TEXT NOT NULL,
    PRIMARY KEY (job_id, name)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Words that versions are marked with; many versions may share one.
  CREATE TABLE version_tags (
    version_id TEXT NOT NULL REFERENCES versions(id),
    tag TEXT NOT NULL,
    author TEXT NOT NULL, created_at INTEGER NOT NULL,
    row_sum TEXT NOT NULL,
    PRIMARY KEY (version_id, tag)
  ) STRICT, WITHOUT ROWID;
  -- Tags that this library and an artifact of a remote agreed on last: where either differs since, it was changed there.
  CREATE TABLE remote_tags (
    remote TEXT NOT NULL, artifact_id TEXT NOT NULL, tag TEXT NOT NULL,
    agreed INTEGER NOT NULL,                   -- 0: the remote was asked to take it, and nobody knows whether it has
    row_sum TEXT NOT NULL,
    PRIMARY KEY (remote, artifact_id, tag)
  ) STRICT, WITHOUT ROWID;
  `,
]
