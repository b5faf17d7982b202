-- Answers to creates: when it was known that nobody had one. Without either mark nobody can tell, as after a crash; of
-- what earlier versions left unmarked, nobody can.
ALTER TABLE operation ADD COLUMN answer_lost_at INTEGER;
CREATE INDEX operation_answer_lost ON operation (account, answer_lost_at) WHERE answer_lost_at IS NOT NULL;
CREATE INDEX operation_delete ON operation (conference) WHERE kind = 'delete';
