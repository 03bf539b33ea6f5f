/** One part of the statement: the rows it works on, and what it does with them. */
interface Part {
  /** Name of the common table expression. */
  name: string;
  /**
   * Types of the columns, each one parameter: a JSON array with one value for each row, which costs less than an array of the database. Of
   * `json` columns the elements are taken as they stand: they may hold \\u0000 and half of a surrogate pair, which no text may.
   */
  types: readonly string[];
  /** Names of the columns, where `rows` is to be read as a table. */
  columns: readonly string[];
  sql: (rows: string) => string;
}

const RUN = ["id", "workspace", "graph", "revision", "plan", "input", "actor", "started_by", "idempotency_key", "parent", "purpose", "worker"] as const;
const RUN_TYPES = ["text", "text", "text", "int", "text", "json", "text", "text", "text", "text", "text", "text"] as const;
const SHOWN = ["state", "started_at", "finished_at", "output", "failure", "reason", "wake_at", "cost"] as const;
const SHOWN_TYPES = ["text", "timestamptz", "timestamptz", "json", "json", "text", "timestamptz", "numeric"] as const;
const RUN_COLUMNS = "id, workspace_id, graph_id, revision, plan, input, actor, started_by, idempotency_key, parent_run, purpose, worker";
const RUN_VALUES = "n.id, n.workspace, n.graph, n.revision, n.plan, n.input, n.actor, n.started_by, n.idempotency_key, n.parent, n.purpose, n.worker";

/** A JSON null is stored as SQL null. */
const orNull = (column: string) => `CASE WHEN json_typeof(${column}) = 'null' THEN NULL ELSE ${column} END`;

/** Appends the events of runs that another part has let through. */
function eventsOf(runs: "taken" | "opened") {
  return {
    columns: ["run_id", "seq", "type", "event", "at"],
    types: ["text", "int", "text", "json", "timestamptz"],
    sql: (rows: string) => `
      INSERT INTO run_events (run_id, workspace_id, seq, type, event, at)
      SELECT n.run_id, ${runs}.workspace_id, n.seq, n.type, n.event, n.at FROM ${rows} AS n JOIN ${runs} ON ${runs}.id = n.run_id`,
  } as const;
}

/** In their order; `taken` (the runs whose fence let the commit through) stands between those that make it and those that use it. */
export const commitParts = {
  created: {
    name: "created",
    columns: [...RUN, "lease_owner", "lease_ms", "last_seq", ...SHOWN],
    types: [...RUN_TYPES, "text", "int", "int", ...SHOWN_TYPES],
    sql: (rows) => `
      INSERT INTO runs (${RUN_COLUMNS}, lease_owner, lease_epoch, lease_until, last_seq, state, started_at, finished_at, output, failure, held_reason, wake_at, cost)
      SELECT ${RUN_VALUES}, n.lease_owner, CASE WHEN n.lease_ms IS NULL THEN 0 ELSE 1 END,
        CASE WHEN n.lease_owner IS NULL THEN NULL ELSE now() + n.lease_ms * interval '1 millisecond' END, n.last_seq,
        n.state, n.started_at, n.finished_at, ${orNull("n.output")}, ${orNull("n.failure")}, n.reason, n.wake_at, n.cost
      FROM ${rows} AS n ON CONFLICT DO NOTHING RETURNING id, workspace_id`,
  },
  updated: {
    name: "updated",
    columns: ["id", "epoch", "added", "first", "release", ...SHOWN],
    types: ["text", "int", "int", "int", "boolean", ...SHOWN_TYPES],
    sql: (rows) => `
      UPDATE runs SET state = n.state, started_at = n.started_at, finished_at = n.finished_at, output = ${orNull("n.output")}, failure = ${orNull("n.failure")},
        held_reason = n.reason, wake_at = n.wake_at, last_seq = runs.last_seq + n.added, cost = n.cost,
        lease_owner = CASE WHEN n.release THEN NULL ELSE runs.lease_owner END, lease_until = CASE WHEN n.release THEN NULL ELSE runs.lease_until END
      FROM ${rows} AS n WHERE runs.id = n.id AND runs.lease_epoch = n.epoch AND runs.lease_owner IS NOT NULL AND (n.added = 0 OR runs.last_seq = n.first - 1)
      RETURNING runs.id, runs.workspace_id`,
  },
  opened: {
    name: "opened",
    columns: [...RUN, "last_seq", "opener"],
    types: [...RUN_TYPES, "int", "text"],
    sql: (rows) => `
      INSERT INTO runs (${RUN_COLUMNS}, state, last_seq) SELECT ${RUN_VALUES}, 'queued', n.last_seq
      FROM ${rows} AS n JOIN taken ON taken.id = n.opener ON CONFLICT DO NOTHING RETURNING id, workspace_id`,
  },
  consumed: {
    name: "consumed",
    columns: ["id"],
    types: ["bigint"],
    sql: (rows) => `DELETE FROM run_inbox USING ${rows} AS n, taken WHERE run_inbox.id = n.id AND run_inbox.run_id = taken.id`,
  },
  logged: { name: "logged", ...eventsOf("taken") },
  begun: { name: "begun", ...eventsOf("opened") },
  shown: {
    name: "shown",
    columns: ["run_id", "node_key", "node_id", "type", "state", "attempts", "started_at", "finished_at", "failure"],
    types: ["text", "text", "text", "text", "text", "int", "timestamptz", "timestamptz", "text"],
    sql: (rows) => `
      INSERT INTO node_runs (run_id, workspace_id, node_key, node_id, type, state, attempts, started_at, finished_at, failure)
      SELECT n.run_id, taken.workspace_id, n.node_key, n.node_id, n.type, n.state, n.attempts, n.started_at, n.finished_at, n.failure
      FROM ${rows} AS n JOIN taken ON taken.id = n.run_id
      ON CONFLICT (run_id, node_key) DO UPDATE SET state = excluded.state, attempts = excluded.attempts, started_at = excluded.started_at,
        finished_at = excluded.finished_at, failure = excluded.failure`,
  },
  // a run that the same statement begins is no row of `runs` yet
  told: {
    name: "told",
    columns: ["run_id", "message", "actor", "dedupe_key", "sender", "is_new"],
    types: ["text", "json", "text", "text", "text", "boolean"],
    sql: (rows) => `
      INSERT INTO run_inbox (run_id, workspace_id, message, actor, dedupe_key)
      SELECT n.run_id, taken.workspace_id, n.message, n.actor, n.dedupe_key FROM ${rows} AS n JOIN taken ON taken.id = n.sender
      LEFT JOIN runs AS target ON target.id = n.run_id
      WHERE target.state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out') OR (n.is_new AND target.id IS NULL) ON CONFLICT DO NOTHING`,
  },
  cached: {
    name: "cached",
    columns: ["key", "run_id", "node_id", "outputs"],
    types: ["text", "text", "text", "json"],
    sql: (rows) => `
      INSERT INTO result_cache (workspace_id, key, run_id, node_id, outputs)
      SELECT DISTINCT ON (taken.workspace_id, n.key) taken.workspace_id, n.key, n.run_id, n.node_id, n.outputs FROM ${rows} AS n JOIN taken ON taken.id = n.run_id
      ON CONFLICT (workspace_id, key) DO UPDATE SET run_id = excluded.run_id, node_id = excluded.node_id, outputs = excluded.outputs, created_at = now(), used_at = now()`,
  },
  kept: {
    name: "kept",
    columns: ["run_id", "seq", "state"],
    types: ["text", "int", "text"],
    sql: (rows) => `
      INSERT INTO run_snapshots (run_id, workspace_id, seq, state) SELECT n.run_id, taken.workspace_id, n.seq, n.state FROM ${rows} AS n JOIN taken ON taken.id = n.run_id
      ON CONFLICT (run_id) DO UPDATE SET seq = excluded.seq, state = excluded.state`,
  },
  // files and large values that the log refers to, of the run itself or of one that it begins
  referring: {
    name: "referring",
    columns: ["run_id", "holder", "hash"],
    types: ["text", "text", "text"],
    sql: (rows) => `
      INSERT INTO asset_uses (workspace_id, hash, holder, holder_id) SELECT DISTINCT taken.workspace_id, n.hash, 'run', n.holder
      FROM ${rows} AS n JOIN taken ON taken.id = n.run_id ON CONFLICT DO NOTHING`,
  },
} as const satisfies Record<string, Part>;

export type CommitPart = keyof typeof commitParts;
export type CommitRows = Record<CommitPart, readonly (readonly unknown[])[]>;

const PARTS = Object.keys(commitParts) as CommitPart[];

/** By name, which numbers the set of parts: the database cuts a name after 63 characters, so it cannot list them. */
const texts = new Map<string, string>();

/**
 * The statement that records these rows: one for each set of parts that have some, prepared once by each connection. What a commit does not
 * have is left out, because the database would begin and end each part all the same. Its columns are its parameters.
 */
export function commitStatement(rows: CommitRows): { name: string; text: string; values: unknown[] } {
  const present = PARTS.filter((part) => rows[part].length > 0);
  const name = `commit-${present.reduce((sum, part) => sum + 2 ** PARTS.indexOf(part), 0).toString(36)}`;
  const text = texts.get(name) ?? makeText(present);
  texts.set(name, text);
  const values = present.flatMap((part) => {
    const { types }: Part = commitParts[part];
    return types.map((_, column) => JSON.stringify(rows[part].map((row) => row[column])));
  });
  return { name, text, values };
}

function makeText(present: readonly CommitPart[]): string {
  let parameters = 0;
  const tables: string[] = [];
  const makers = present.filter((part) => part === "created" || part === "updated");
  const add = (part: CommitPart) => {
    const { name, types, columns, sql }: Part = commitParts[part];
    const first = parameters + 1;
    parameters += types.length;
    const lists = types.map((type, at) => `${type === "json" ? "json_array_elements" : "json_array_elements_text"}($${first + at}::json)`);
    const cast = types.map((type, at) => (type === "json" || type === "text" ? columns[at] : `${columns[at]}::${type} AS ${columns[at]}`));
    tables.push(`${name} AS (${sql(`(SELECT ${cast.join(", ")} FROM ROWS FROM (${lists.join(", ")}) AS t(${columns.join(", ")}))`)})`);
  };
  for (const part of makers) add(part);
  tables.push(`taken AS (${makers.map((part) => `SELECT id, workspace_id FROM ${part}`).join(" UNION ALL ")})`);
  for (const part of present) if (part !== "created" && part !== "updated") add(part);
  return `WITH ${tables.join(",\n")}\nSELECT id FROM taken`;
}
