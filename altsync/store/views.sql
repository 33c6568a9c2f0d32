-- Views and triggers of the mirror. They hold no data: the store drops and makes them again whenever this file
-- changes. Tables are in migrations.py.

-- The verdict that counts of every candidate that has one.
CREATE VIEW candidate_verdicts AS
SELECT r.candidate_id, r.verdict, r.reviewer, r.scope, r.id AS review_id, r.created_at, r.note, r.asked,
  r.how
FROM reviews r
WHERE r.id = (SELECT max(id) FROM reviews x WHERE x.candidate_id = r.candidate_id)
  AND r.verdict <> 'withdrawn';

-- Candidates that can still be applied. One is spent once it was applied, and so are all that were proposed before
-- anything was applied to their image: else a text that a person deleted later would look like "approved, please push".
-- By their order, never by their times; and by when they were asked for, where somebody else answered later.
CREATE VIEW open_candidates AS
SELECT c.* FROM candidates c
WHERE NOT EXISTS (SELECT 1 FROM push_items p
                  WHERE p.image_id = c.image_id AND p.status = 'applied'
                    AND p.settled_seq > coalesce(c.asked_seq, c.seq));

-- What the candidates of one image say about it; the first state that fits. Evaluated for one image at a time,
-- by the triggers below, into image_heads.
CREATE VIEW image_heads_now AS
SELECT i.id AS image_id,
  CASE
    WHEN a.id IS NOT NULL AND i.alt IS a.alt AND i.blank THEN 'decorative'
    -- Which of several equals in one text it was proposed for, nobody knows any more.
    WHEN a.id IS NOT NULL AND i.place IS NOT a.place THEN 'conflict'
    WHEN a.id IS NOT NULL AND i.alt IS a.alt THEN 'converged'
    -- The picture was replaced since.
    WHEN a.id IS NOT NULL AND i.alt IS a.base
      AND a.image_sha256 <> (SELECT p.sha256 FROM pictures p WHERE p.image_id = i.id) THEN 'conflict'
    WHEN a.id IS NOT NULL AND i.alt IS a.base THEN 'approved'
    -- The last thing sent was this very emptiness: a candidate's decision, or somebody's that a revert brought back.
    WHEN i.blank AND (SELECT iif(p.reverts IS NULL, c.alt = i.alt, p.origin IS NOT NULL AND i.origin IS NOT NULL)
                      FROM push_items p LEFT JOIN candidates c ON c.id = p.candidate_id
                      WHERE p.image_id = i.id AND p.status = 'applied' ORDER BY p.id DESC LIMIT 1)
      THEN 'decorative'
    WHEN a.id IS NOT NULL THEN 'conflict'
    -- A colleague was asked; whatever else is proposed waits for the answer.
    WHEN EXISTS (SELECT 1 FROM open_candidates c JOIN candidate_verdicts v ON v.candidate_id = c.id
                 WHERE c.image_id = i.id AND c.base IS i.alt AND c.place IS i.place AND v.verdict = 'unsure')
      THEN 'unsure'
    WHEN i.origin IS 'human'
      AND EXISTS (SELECT 1 FROM open_candidates c
                  WHERE c.image_id = i.id AND c.base IS i.alt AND c.place IS i.place AND c.replaces IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM candidate_verdicts v WHERE v.candidate_id = c.id))
      THEN 'would-replace'
    WHEN EXISTS (SELECT 1 FROM open_candidates c
                 WHERE c.image_id = i.id AND c.base IS i.alt AND c.place IS i.place
                   AND NOT EXISTS (SELECT 1 FROM candidate_verdicts v WHERE v.candidate_id = c.id))
      THEN 'needs-review'
    -- A blank that a person typed is a decision by itself.
    WHEN i.blank AND coalesce(i.alt, '') = '' AND NOT (i.tag IS 'drupal-media' AND i.alt IS NULL)
      AND EXISTS (SELECT 1 FROM push_items p WHERE p.image_id = i.id AND p.status = 'applied')
      THEN 'cleared'
    WHEN EXISTS (SELECT 1 FROM open_candidates c JOIN candidate_verdicts v ON v.candidate_id = c.id
                 WHERE c.image_id = i.id AND c.base IS i.alt AND c.place IS i.place
                   AND v.verdict = 'rejected')
      THEN 'rejected'
  END AS state,
  a.id AS candidate_id
FROM images i
LEFT JOIN candidates a ON a.id = (
  SELECT c.id FROM open_candidates c JOIN candidate_verdicts v ON v.candidate_id = c.id
  WHERE c.image_id = i.id AND v.verdict = 'approved'
    -- Who is unsure after a yes asks about the image as it is: nothing is sent before somebody has answered.
    AND NOT EXISTS (SELECT 1 FROM open_candidates q JOIN candidate_verdicts w ON w.candidate_id = q.id
                    WHERE q.image_id = i.id AND q.base IS i.alt AND q.place IS i.place
                      AND w.verdict = 'unsure' AND w.review_id > v.review_id)
  ORDER BY v.review_id DESC LIMIT 1);

-- The state of every image. Derived, never set; the first that fits wins.
CREATE VIEW image_states AS
SELECT i.id AS image_id,
  CASE
    WHEN i.gone_at IS NOT NULL THEN 'gone'
    WHEN i.out_of_reach IS NOT NULL THEN i.out_of_reach
    WHEN h.state IS NOT NULL AND h.state <> 'converged' THEN h.state
    WHEN i.origin IS NULL AND i.blank AND i.tag = 'drupal-media' THEN 'inherits'
    WHEN i.origin IS NULL THEN 'missing'
    WHEN i.blank THEN 'decorative'
    ELSE i.origin
  END AS state
FROM images i LEFT JOIN image_heads h ON h.image_id = i.id;

-- How a person judged each text of a sample after it was drawn: right (approved as it is), wrong (rejected, or the
-- image got a person's other text instead), NULL (not yet, or taken back). `first` is by the first verdict, `now` by
-- those that count; `judged` is the first of a text that has a verdict: what is turned later changes no sample. Only a
-- verdict on that very text counts, not one over many at once. `review_id` is the first.
CREATE VIEW sample_verdicts AS
SELECT j.sample_id, j.place, j.candidate_id, j.image_id, iif(j.now IS NULL, NULL, j.first) AS judged, j.first, j.now,
  j.review_id
FROM (
  SELECT k.sample_id, k.place, k.candidate_id, k.image_id, k.first, k.review_id,
    CASE WHEN k.own = 'rejected' THEN 'wrong' WHEN k.instead IS NOT NULL THEN k.instead
      WHEN k.own = 'approved' THEN 'right' END AS now
  FROM (
    SELECT t.sample_id, t.place, t.candidate_id, t.image_id,
      (SELECT r.verdict FROM reviews r
       WHERE r.candidate_id = t.candidate_id AND r.scope = 'one' AND r.id > coalesce(s.review_id, 0)
       ORDER BY r.id DESC LIMIT 1) AS own,
      (SELECT iif(c.alt = d.alt AND c.long_description IS d.long_description, 'right', 'wrong')
       FROM candidates c JOIN reviews r ON r.candidate_id = c.id
       WHERE c.image_id = t.image_id AND c.id > t.candidate_id AND c.origin = 'human' AND r.verdict = 'approved'
         AND r.scope = 'one' AND r.id > coalesce(s.review_id, 0)
         AND r.id = (SELECT max(x.id) FROM reviews x WHERE x.candidate_id = c.id AND x.scope = 'one')
       ORDER BY r.id DESC LIMIT 1) AS instead,
      (SELECT iif(r.verdict = 'approved' AND c.alt = d.alt AND c.long_description IS d.long_description, 'right', 'wrong')
       FROM candidates c JOIN reviews r ON r.candidate_id = c.id
       WHERE c.image_id = t.image_id AND r.scope = 'one' AND r.id > coalesce(s.review_id, 0)
         AND (c.id = t.candidate_id AND r.verdict IN ('approved', 'rejected')
              OR c.id > t.candidate_id AND c.origin = 'human' AND r.verdict = 'approved')
       ORDER BY r.id LIMIT 1) AS first,
      (SELECT r.id
       FROM candidates c JOIN reviews r ON r.candidate_id = c.id
       WHERE c.image_id = t.image_id AND r.scope = 'one' AND r.id > coalesce(s.review_id, 0)
         AND (c.id = t.candidate_id AND r.verdict IN ('approved', 'rejected')
              OR c.id > t.candidate_id AND c.origin = 'human' AND r.verdict = 'approved')
       ORDER BY r.id LIMIT 1) AS review_id
    FROM sample_items t
    JOIN samples s ON s.id = t.sample_id
    JOIN candidates d ON d.id = t.candidate_id) k) j;

-- Order is a number, never a time: clocks go back. Whatever happens is counted here, over all tables, whoever writes it
-- (the journal in head_push_new and head_push, which need the number; pull numbers the many observations of a page itself). A head that is worked out before its candidate
-- is counted takes it for open, which a new one is.
CREATE TRIGGER pull_counted AFTER INSERT ON pulls BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE pulls SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER observation_counted AFTER INSERT ON observations WHEN NEW.seq IS NULL BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE observations SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER run_counted AFTER INSERT ON runs BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE runs SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER page_run_counted AFTER INSERT ON page_runs BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE page_runs SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER candidate_counted AFTER INSERT ON candidates BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE candidates SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER review_counted AFTER INSERT ON reviews BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE reviews SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER seeded_verdict_counted AFTER INSERT ON seeded_verdicts BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE seeded_verdicts SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER packet_counted AFTER INSERT ON packets BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE packets SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER packet_verdict_counted AFTER INSERT ON packet_verdicts BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE packet_verdicts SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER push_counted AFTER INSERT ON pushes BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE pushes SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER handover_counted AFTER INSERT ON handovers BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE handovers SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER failure_counted AFTER INSERT ON failures BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE failures SET seq = (SELECT last FROM sequence) WHERE id = NEW.id;
END;
CREATE TRIGGER gone_counted AFTER UPDATE OF gone_at ON images WHEN NEW.gone_at IS NOT OLD.gone_at BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE images SET gone_seq = iif(gone_at IS NULL, NULL, (SELECT last FROM sequence)) WHERE id = NEW.id;
END;

CREATE TRIGGER head_candidate AFTER INSERT ON candidates BEGIN
  REPLACE INTO image_heads SELECT image_id, state, candidate_id FROM image_heads_now WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER head_review AFTER INSERT ON reviews BEGIN
  REPLACE INTO image_heads SELECT image_id, state, candidate_id FROM image_heads_now
  WHERE image_id = (SELECT image_id FROM candidates WHERE id = NEW.candidate_id);
END;
-- One trigger numbers a row and works out its head: in which order two of them run is not defined.
CREATE TRIGGER head_push_new AFTER INSERT ON push_items BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE push_items
  SET seq = (SELECT last FROM sequence), settled_seq = iif(status = 'intended', NULL, (SELECT last FROM sequence))
  WHERE id = NEW.id;
  REPLACE INTO image_heads SELECT image_id, state, candidate_id FROM image_heads_now
  WHERE NEW.status = 'applied' AND image_id = NEW.image_id;
END;
CREATE TRIGGER head_push AFTER UPDATE OF status ON push_items WHEN NEW.status <> OLD.status BEGIN
  UPDATE sequence SET last = last + 1;
  UPDATE push_items SET settled_seq = (SELECT last FROM sequence) WHERE id = NEW.id;
  REPLACE INTO image_heads SELECT image_id, state, candidate_id FROM image_heads_now WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER head_picture AFTER INSERT ON pictures
  WHEN EXISTS (SELECT 1 FROM image_heads WHERE image_id = NEW.image_id) BEGIN
  REPLACE INTO image_heads SELECT image_id, state, candidate_id FROM image_heads_now WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER head_image AFTER UPDATE OF alt, origin, place, tag ON images
  WHEN (NEW.alt IS NOT OLD.alt OR NEW.origin IS NOT OLD.origin OR NEW.place IS NOT OLD.place OR NEW.tag IS NOT OLD.tag)
  AND EXISTS (SELECT 1 FROM image_heads WHERE image_id = NEW.id) BEGIN
  REPLACE INTO image_heads SELECT image_id, state, candidate_id FROM image_heads_now WHERE image_id = NEW.id;
END;

-- Append-only, in the database itself: sqlite-utils and Datasette connect with foreign keys off. Only a row that has no
-- number yet is given it.
CREATE TRIGGER candidates_kept BEFORE DELETE ON candidates BEGIN SELECT raise(ABORT, 'candidates are append-only'); END;
CREATE TRIGGER candidates_fixed BEFORE UPDATE ON candidates WHEN OLD.seq IS NOT NULL BEGIN
  SELECT raise(ABORT, 'candidates are append-only'); END;
CREATE TRIGGER reviews_kept BEFORE DELETE ON reviews BEGIN SELECT raise(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER reviews_fixed BEFORE UPDATE ON reviews WHEN OLD.seq IS NOT NULL BEGIN
  SELECT raise(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER observations_kept BEFORE DELETE ON observations BEGIN
  SELECT raise(ABORT, 'observations are append-only'); END;
CREATE TRIGGER observations_fixed BEFORE UPDATE ON observations WHEN OLD.seq IS NOT NULL BEGIN
  SELECT raise(ABORT, 'observations are append-only'); END;
CREATE TRIGGER prompts_kept BEFORE DELETE ON prompts BEGIN SELECT raise(ABORT, 'prompts are append-only'); END;
CREATE TRIGGER prompts_fixed BEFORE UPDATE ON prompts BEGIN SELECT raise(ABORT, 'prompts are append-only'); END;
CREATE TRIGGER push_items_kept BEFORE DELETE ON push_items BEGIN
  SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER push_items_fixed BEFORE UPDATE ON push_items
  WHEN OLD.settled_seq IS NOT NULL OR NEW.patch <> OLD.patch OR NEW.image_id <> OLD.image_id
    OR NEW.candidate_id IS NOT OLD.candidate_id OR NEW.push_id <> OLD.push_id OR NEW.created_at <> OLD.created_at
    OR NEW.reverts IS NOT OLD.reverts OR NEW.origin IS NOT OLD.origin OR NEW.was IS NOT OLD.was
    OR (OLD.seq IS NOT NULL AND NEW.seq IS NOT OLD.seq)
  BEGIN SELECT raise(ABORT, 'a journal row is settled once and never changed'); END;
CREATE TRIGGER review_known BEFORE INSERT ON reviews
  WHEN NOT EXISTS (SELECT 1 FROM candidates WHERE id = NEW.candidate_id)
  BEGIN SELECT raise(ABORT, 'no verdict on an unknown candidate'); END;
CREATE TRIGGER candidate_known BEFORE INSERT ON candidates
  WHEN NOT EXISTS (SELECT 1 FROM images WHERE id = NEW.image_id)
  BEGIN SELECT raise(ABORT, 'no candidate for an unknown image'); END;

-- An image is in the review queue as soon as it has a candidate; `risk` is a middling guess until it is worked out.
-- It is worked out anew (`scored_to` 0) for a further candidate, and when something becomes known of the picture or its
-- places.
CREATE TRIGGER risk_unknown AFTER INSERT ON candidates BEGIN
  INSERT INTO image_risks (image_id, risk, scored_to) VALUES (NEW.image_id, 0.5, 0)
    ON CONFLICT (image_id) DO UPDATE SET scored_to = 0;
END;
CREATE TRIGGER risk_used AFTER INSERT ON usages BEGIN
  UPDATE image_risks SET scored_to = 0 WHERE image_id = NEW.image_id AND scored_to <> 0;
END;
CREATE TRIGGER risk_unused AFTER DELETE ON usages BEGIN
  UPDATE image_risks SET scored_to = 0 WHERE image_id = OLD.image_id AND scored_to <> 0;
END;
CREATE TRIGGER risk_pages_read AFTER UPDATE OF finished_at ON page_runs
  WHEN OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL BEGIN
  UPDATE image_risks SET scored_to = 0
    WHERE scored_to <> 0 AND NOT EXISTS (SELECT 1 FROM usages u WHERE u.image_id = image_risks.image_id);
END;

-- Whose words changed, for the search: an image is found by what is said of it now.
CREATE TRIGGER terms_of_new AFTER INSERT ON images BEGIN
  INSERT OR IGNORE INTO terms_due VALUES (NEW.id);
END;
CREATE TRIGGER terms_changed AFTER UPDATE OF id, title, caption, alt ON images
  WHEN NEW.title IS NOT OLD.title OR NEW.caption IS NOT OLD.caption OR NEW.alt IS NOT OLD.alt OR NEW.id <> OLD.id BEGIN
  INSERT OR IGNORE INTO terms_due VALUES (OLD.id), (NEW.id);
END;
CREATE TRIGGER terms_of_none AFTER DELETE ON images BEGIN
  INSERT OR IGNORE INTO terms_due VALUES (OLD.id);
END;
CREATE TRIGGER terms_proposed AFTER INSERT ON candidates BEGIN
  INSERT OR IGNORE INTO terms_due VALUES (NEW.image_id);
END;

-- A sample is drawn once and a comparison is blind: neither is changed afterwards.
CREATE TRIGGER samples_kept BEFORE DELETE ON samples BEGIN SELECT raise(ABORT, 'samples are append-only'); END;
CREATE TRIGGER samples_fixed BEFORE UPDATE ON samples BEGIN SELECT raise(ABORT, 'samples are append-only'); END;
CREATE TRIGGER sample_items_kept BEFORE DELETE ON sample_items BEGIN SELECT raise(ABORT, 'samples are append-only'); END;
CREATE TRIGGER sample_items_fixed BEFORE UPDATE ON sample_items BEGIN
  SELECT raise(ABORT, 'samples are append-only'); END;
CREATE TRIGGER sample_frames_kept BEFORE DELETE ON sample_frames BEGIN
  SELECT raise(ABORT, 'samples are append-only'); END;
CREATE TRIGGER sample_frames_fixed BEFORE UPDATE ON sample_frames BEGIN
  SELECT raise(ABORT, 'samples are append-only'); END;
CREATE TRIGGER seeded_texts_kept BEFORE DELETE ON seeded_texts BEGIN
  SELECT raise(ABORT, 'samples are append-only'); END;
CREATE TRIGGER seeded_texts_fixed BEFORE UPDATE ON seeded_texts BEGIN
  SELECT raise(ABORT, 'samples are append-only'); END;
CREATE TRIGGER seeded_verdicts_kept BEFORE DELETE ON seeded_verdicts BEGIN
  SELECT raise(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER seeded_verdicts_fixed BEFORE UPDATE ON seeded_verdicts WHEN OLD.seq IS NOT NULL BEGIN
  SELECT raise(ABORT, 'reviews are append-only'); END;
-- What was handed out is what verdicts on it are held against; what came back is a person's.
CREATE TRIGGER packets_kept BEFORE DELETE ON packets BEGIN SELECT raise(ABORT, 'packets are append-only'); END;
CREATE TRIGGER packets_fixed BEFORE UPDATE ON packets WHEN OLD.seq IS NOT NULL BEGIN
  SELECT raise(ABORT, 'packets are append-only'); END;
CREATE TRIGGER packet_lines_kept BEFORE DELETE ON packet_lines BEGIN SELECT raise(ABORT, 'packets are append-only'); END;
CREATE TRIGGER packet_lines_fixed BEFORE UPDATE ON packet_lines BEGIN
  SELECT raise(ABORT, 'packets are append-only'); END;
CREATE TRIGGER packet_verdicts_kept BEFORE DELETE ON packet_verdicts BEGIN
  SELECT raise(ABORT, 'packets are append-only'); END;
CREATE TRIGGER packet_verdicts_fixed BEFORE UPDATE ON packet_verdicts WHEN OLD.seq IS NOT NULL BEGIN
  SELECT raise(ABORT, 'packets are append-only'); END;
-- What was handed over is what may have been paid for; each step of it is noted once. A line that was given up, or that
-- broke, may be answered all the same, later; an answer is never changed.
CREATE TRIGGER handovers_kept BEFORE DELETE ON handovers BEGIN SELECT raise(ABORT, 'handovers are append-only'); END;
CREATE TRIGGER handovers_fixed BEFORE UPDATE ON handovers
  WHEN (OLD.seq IS NOT NULL AND NEW.seq IS NOT OLD.seq) OR NEW.run_id IS NOT OLD.run_id OR NEW.way <> OLD.way
    OR NEW.model <> OLD.model OR NEW.options <> OLD.options OR NEW.endpoint IS NOT OLD.endpoint
    OR NEW.token <> OLD.token OR NEW.lines <> OLD.lines OR NEW.created_at <> OLD.created_at
    OR NEW.remote_id IS NOT coalesce(OLD.remote_id, NEW.remote_id)
    OR NEW.sent_at IS NOT coalesce(OLD.sent_at, NEW.sent_at)
    OR NEW.cancelled_at IS NOT coalesce(OLD.cancelled_at, NEW.cancelled_at)
    OR NEW.ended_at IS NOT coalesce(OLD.ended_at, NEW.ended_at)
    OR NEW.fetched_at IS NOT coalesce(OLD.fetched_at, NEW.fetched_at)
    OR NEW.deleted_at IS NOT coalesce(OLD.deleted_at, NEW.deleted_at)
    OR (NEW.deleted_at IS NOT NULL AND NEW.fetched_at IS NULL)
  BEGIN SELECT raise(ABORT, 'a step of a handover is noted once and never changed'); END;
CREATE TRIGGER handover_lines_kept BEFORE DELETE ON handover_lines BEGIN
  SELECT raise(ABORT, 'handovers are append-only'); END;
CREATE TRIGGER handover_lines_fixed BEFORE UPDATE ON handover_lines
  WHEN OLD.came IN ('made', 'unusable', 'refused') OR NEW.came IS NULL OR NEW.handover_id <> OLD.handover_id
    OR NEW.work_key <> OLD.work_key OR NEW.image_id <> OLD.image_id OR NEW.base IS NOT OLD.base
    OR NEW.place IS NOT OLD.place OR NEW.prompt_id <> OLD.prompt_id OR NEW.context <> OLD.context
    OR NEW.image_sha256 <> OLD.image_sha256 OR NEW.question IS NOT OLD.question
    OR NEW.replaces IS NOT OLD.replaces OR NEW.reference <> OLD.reference OR NEW.attempt <> OLD.attempt
  BEGIN SELECT raise(ABORT, 'what came of a line is noted once and never changed'); END;
CREATE TRIGGER comparison_choices_kept BEFORE DELETE ON comparison_choices BEGIN
  SELECT raise(ABORT, 'comparisons are append-only'); END;
CREATE TRIGGER comparison_choices_fixed BEFORE UPDATE ON comparison_choices BEGIN
  SELECT raise(ABORT, 'comparisons are append-only'); END;
CREATE TRIGGER comparison_marks_kept BEFORE DELETE ON comparison_marks BEGIN
  SELECT raise(ABORT, 'comparisons are append-only'); END;
CREATE TRIGGER comparison_marks_fixed BEFORE UPDATE ON comparison_marks BEGIN
  SELECT raise(ABORT, 'comparisons are append-only'); END;

-- What a candidate cost: as it was known at the time, else by the price that altsync.toml has for its model by now; half
-- of it where a provider's batch answered.
CREATE VIEW candidate_costs AS
SELECT c.id,
  coalesce(c.cost_usd, (SELECT (c.input_tokens * p.input + c.output_tokens * p.output) / 1000000.0
                          * iif(h.way <> 'file', 0.5, 1.0)
                        FROM prices p WHERE p.model = c.model)) AS cost_usd
FROM candidates c LEFT JOIN handovers h ON h.id = c.handover_id;

-- What was paid to models: a row for each candidate (made, or reused for nothing) and for each image that a model was
-- paid for in vain (failed). Numbers that no answer can have had, from before they were checked, are not known; a cost
-- that was not known at the time is that of altsync.toml's price by now. NULL is not known, never nothing. `batch`: a
-- provider's batch answered, at half price.
CREATE VIEW payments AS
SELECT kind, model, prompt_id, run_id, created_at, seq, duration_ms, options, lost_calls, input_tokens, output_tokens,
  batch,
  CASE
    WHEN cost_usd IS NOT NULL THEN cost_usd
    WHEN kind = 'reused' THEN 0.0
    ELSE (SELECT (input_tokens * p.input + output_tokens * p.output) / 1000000.0 * iif(checked.batch, 0.5, 1.0)
          FROM prices p WHERE p.model = checked.model)
  END AS cost_usd,
  estimated_usd
FROM (
  SELECT kind, model, prompt_id, run_id, created_at, seq, duration_ms, options,
    coalesce(lost_calls, 0) AS lost_calls,
    coalesce((SELECT h.way <> 'file' FROM handovers h WHERE h.id = handover_id), 0) AS batch,
    iif(sound, input_tokens, NULL) AS input_tokens, iif(sound, output_tokens, NULL) AS output_tokens,
    iif(sound, cost_usd, NULL) AS cost_usd, iif(sound, estimated_usd, NULL) AS estimated_usd
  FROM (
    SELECT *, coalesce(input_tokens, 0) BETWEEN 0 AND 10000000000 AND coalesce(output_tokens, 0) BETWEEN 0 AND 10000000000
      AND coalesce(cost_usd, 0.0) BETWEEN 0.0 AND 1000000000.0 AS sound
    FROM (
      SELECT iif(reused_from IS NULL, 'made', 'reused') AS kind, model, prompt_id, run_id, created_at, seq, duration_ms,
        options, lost_calls, input_tokens, output_tokens, cost_usd, estimated_usd, handover_id
      FROM candidates WHERE origin = 'ai'
      UNION ALL
      SELECT 'failed', model, prompt_id, run_id, created_at, seq, NULL, NULL, lost_calls, input_tokens, output_tokens,
        cost_usd, estimated_usd, handover_id
      FROM failures
      WHERE stage = 'generate' AND model IS NOT NULL
        AND (input_tokens IS NOT NULL OR output_tokens IS NOT NULL OR cost_usd IS NULL OR cost_usd > 0)))) checked;

-- What failed and still fails: for each image and stage (and model) the latest, as long as nothing came of it since. A
-- pull says itself what it has read (passed_seq). An image that got a text since, from whatever model, or a person's
-- words or yes, needs none from the model that failed; a change that was not sent waits as long as it is approved.
CREATE VIEW failures_now AS
SELECT f.seq, f.image_id, f.stage, f.error, f.reason, f.model, f.attempt, f.work_key IS NOT NULL AS in_vain,
  NULL AS push_id, f.created_at
FROM failures f
WHERE f.stage = 'pull' AND f.passed_seq IS NULL
  AND NOT EXISTS (SELECT 1 FROM failures x
                  WHERE x.stage = 'pull' AND x.image_id IS f.image_id AND x.passed_seq IS NULL AND x.id > f.id)
UNION ALL
SELECT f.seq, f.image_id, f.stage, f.error, f.reason, f.model, f.attempt, f.work_key IS NOT NULL,
  NULL, f.created_at
FROM failures f
JOIN images i ON i.id = f.image_id
WHERE f.stage = 'generate' AND i.gone_at IS NULL AND i.out_of_reach IS NULL
  AND NOT EXISTS (SELECT 1 FROM failures x
                  WHERE x.image_id = f.image_id AND x.stage = 'generate' AND x.id > f.id
                    AND (x.model IS f.model OR f.model IS NULL))
  AND NOT EXISTS (SELECT 1 FROM candidates c WHERE c.image_id = f.image_id AND c.seq > f.seq)
  AND NOT EXISTS (SELECT 1 FROM candidates c JOIN reviews r ON r.candidate_id = c.id
                  WHERE c.image_id = f.image_id AND r.verdict = 'approved' AND r.seq > f.seq)
  AND NOT EXISTS (SELECT 1 FROM observations o
                  WHERE o.image_id = f.image_id AND o.seq > f.seq AND o.reread IS NOT 1 AND i.origin IS NOT NULL)
UNION ALL
SELECT coalesce(p.settled_seq, p.seq), p.image_id, 'push', coalesce(p.error, 'The site did not take it.'), NULL, c.model,
  (SELECT count(*) FROM push_items x
   WHERE x.image_id = p.image_id AND x.candidate_id IS p.candidate_id AND x.status = 'failed' AND x.id <= p.id),
  0, p.push_id, coalesce(p.settled_at, p.created_at)
FROM push_items p
JOIN images i ON i.id = p.image_id
LEFT JOIN candidates c ON c.id = p.candidate_id
WHERE p.status = 'failed' AND i.gone_at IS NULL AND i.out_of_reach IS NULL
  AND NOT EXISTS (SELECT 1 FROM push_items x WHERE x.image_id = p.image_id AND x.id > p.id)
  AND iif(p.candidate_id IS NULL,
    NOT EXISTS (SELECT 1 FROM observations o WHERE o.image_id = p.image_id AND o.seq > p.seq AND o.reread IS NOT 1),
    EXISTS (SELECT 1 FROM image_heads h
            WHERE h.image_id = p.image_id AND h.candidate_id = p.candidate_id AND h.state = 'approved'));
