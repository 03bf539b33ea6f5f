import { sql } from "drizzle-orm";
import * as Y from "yjs";
import { type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import { planSchema } from "#runtime/plan/plan.ts";
import { RunLogError } from "#runtime/run/run-log-error.ts";
import type { RunState } from "#runtime/run/run-state.ts";
import { createRunLogCheck } from "./check-run-log.ts";
import type { Database } from "./database/open-database.ts";
import { createDocumentUpdateStore } from "./document-updates.ts";
import { readEvents } from "./run-events.ts";

/** What holds at every moment, whatever was killed on the way (`quality.md`, how we test it). */
export type Invariant =
  /** From 1 without gaps, and as many as `last_seq` says. */
  | "event-numbers"
  /** The log can be folded; `run-created` is its first event, and `run-finished` the last one of a run that has ended. */
  | "log"
  /** No lease that has run out stays for long. */
  | "lease"
  /** A run that is alive has something to do, a timer, a message, something it waits for, or an end. */
  | "next-step"
  /** An effect has one result. */
  | "effect"
  /** A snapshot and the updates after it, without gaps, make a whole document. */
  | "document";

export interface Violation {
  invariant: Invariant;
  run?: string;
  document?: string;
  detail: string;
}

export interface InvariantOptions {
  /** Milliseconds a lease may be over, or a timer be due, before that is a violation. */
  lateMs: number;
  /** Runs that ended and documents that were last changed before this instant are left out; runs that are alive never are. */
  since?: Date;
}

const PAGE = 100;
const EVENTS_PAGE = 500;
/** Enough to see what is wrong; the rest would only fill memory. */
const MAX_VIOLATIONS = 1_000;

/** Looks through runs and documents page by page and says what is wrong. Reads only; may run while everything else does. */
export async function checkInvariants(database: Database, options: InvariantOptions): Promise<Violation[]> {
  const violations: Violation[] = [];
  for await (const run of pagesOf((after) => runPage(database, after, options))) {
    if (violations.length >= MAX_VIOLATIONS) return violations;
    violations.push(...checkRow(run), ...(await checkLog(database, run)));
  }
  for await (const document of pagesOf((after) => documentPage(database, after, options))) {
    if (violations.length >= MAX_VIOLATIONS) return violations;
    violations.push(...(await checkDocument(database, document)));
  }
  return violations;
}

async function* pagesOf<Row extends { id: string }>(read: (after: string) => Promise<Row[]>): AsyncGenerator<Row> {
  for (let after = ""; ; ) {
    const rows = await read(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}

/** A run's row, and what one look at the other tables tells of it at the same instant. */
type RunFacts = {
  id: string;
  state: string;
  final: boolean;
  last_seq: number;
  leased: boolean;
  lease_over: boolean;
  timer: boolean;
  timer_over: boolean;
  mail: boolean;
  events: number;
  first: number;
  last: number;
};

async function runPage(database: Database, after: string, { lateMs, since }: InvariantOptions): Promise<RunFacts[]> {
  const late = sql`now() - ${lateMs} * interval '1 millisecond'`;
  const wanted = since ? sql`AND (NOT fact.final OR runs.finished_at >= ${since.toISOString()}::timestamptz)` : sql``;
  const { rows } = await database.db.execute<RunFacts>(sql`
    SELECT runs.id, runs.state, fact.final, runs.last_seq, runs.lease_until IS NOT NULL AS leased, coalesce(runs.lease_until < ${late}, false) AS lease_over,
      runs.wake_at IS NOT NULL AS timer, coalesce(runs.wake_at < ${late}, false) AS timer_over,
      EXISTS (SELECT 1 FROM run_inbox WHERE run_id = runs.id) AS mail, log.events, log.first, log.last
    FROM runs
      CROSS JOIN LATERAL (SELECT runs.state IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out') AS final) AS fact
      CROSS JOIN LATERAL (SELECT count(*)::int AS events, coalesce(min(seq), 0) AS first, coalesce(max(seq), 0) AS last FROM run_events WHERE run_id = runs.id) AS log
    WHERE runs.id > ${after} ${wanted} ORDER BY runs.id LIMIT ${PAGE}`);
  return rows;
}

function checkRow(run: RunFacts): Violation[] {
  const found: Violation[] = [];
  const say = (invariant: Invariant, detail: string) => found.push({ invariant, run: run.id, detail });
  const { events, first, last, last_seq } = run;
  if (first !== 1 || last !== events || last_seq !== events)
    say("event-numbers", `There are ${events} events, from ${first} to ${last}; the run's row says ${last_seq}.`);
  if (run.lease_over) say("lease", `Its lease is over, and nobody has taken the run up (it is ${run.state}).`);
  if (run.final && run.leased) say("lease", `It is ${run.state}, and holds a lease.`);
  if (!run.final && !run.leased && run.timer_over) say("next-step", "Its timer is due, and nobody has taken the run up.");
  return found;
}

/** Folds the log as far as the row said it goes: what is appended meanwhile is left for the next look. */
async function checkLog(database: Database, run: RunFacts): Promise<Violation[]> {
  const found: Violation[] = [];
  const say = (invariant: Invariant, detail: string) => found.push({ invariant, run: run.id, detail });
  const id = runIdSchema.parse(run.id);
  try {
    const check = createRunLogCheck(planSchema.parse(JSON.parse(await planOf(database, id))));
    for (let seq = 0; seq < run.last_seq && found.length < MAX_VIOLATIONS; ) {
      const page = await readEvents(database, { run: id, after: seq, limit: Math.min(EVENTS_PAGE, run.last_seq - seq) });
      if (page.length === 0) break;
      for (const event of page) for (const { invariant, detail } of check.see(event)) say(invariant, detail);
      seq = page.at(-1)?.seq ?? run.last_seq;
    }
    found.push(...checkEnd(run, check.state()));
  } catch (error) {
    // a gap is told by the numbers already
    if (!(error instanceof RunLogError)) say("log", `It cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    else if (run.last === run.events) say("log", error.message);
  }
  return found;
}

async function planOf(database: Database, run: RunId): Promise<string> {
  const { rows } = await database.db.execute<{ plan: string }>(sql`
    SELECT plans.plan FROM runs JOIN plans ON plans.workspace_id = runs.workspace_id AND plans.hash = runs.plan WHERE runs.id = ${run}`);
  if (!rows[0]) throw new Error("its plan is not stored.");
  return rows[0].plan;
}

function checkEnd(run: RunFacts, state: RunState): Violation[] {
  const { phase } = state;
  const ended = phase.type === "finished" ? phase.state : undefined;
  if (run.final || ended !== undefined) {
    if (ended === run.state) return [];
    return [{ invariant: "log", run: run.id, detail: `The run is ${run.state}, and its log ends ${ended === undefined ? "before run-finished" : ended}.` }];
  }
  const isClaimable = run.state === "queued" || run.state === "running";
  if (isClaimable || run.leased || run.timer || run.mail || phase.type === "held" || waitsForOutside(state)) return [];
  return [
    { invariant: "next-step", run: run.id, detail: `It is ${run.state}, and nothing will ever take it up: no lease, no timer, no message, no open question.` },
  ];
}

/** Whether something is to come from outside: a person, a call, another run. */
function waitsForOutside(state: RunState): boolean {
  return [...state.waiting].some((key) => {
    const node = state.nodes.get(key);
    return node !== undefined && node.state !== "retrying" && !(node.state === "waiting" && node.request.kind === "time");
  });
}

type DocumentFacts = { id: string; counter: number; snapshot: number; updates: number; first: number; last: number };

async function documentPage(database: Database, after: string, { since }: InvariantOptions): Promise<DocumentFacts[]> {
  const wanted = since ? sql`AND documents.updated_at >= ${since.toISOString()}::timestamptz` : sql``;
  const { rows } = await database.db.execute<DocumentFacts>(sql`
    SELECT documents.id, documents.last_number::int AS counter, stored.snapshot, log.updates, log.first, log.last FROM documents
      CROSS JOIN LATERAL (SELECT coalesce(max(number), 0)::int AS snapshot FROM document_snapshots WHERE document_id = documents.id) AS stored
      CROSS JOIN LATERAL (SELECT count(*)::int AS updates, coalesce(min(number), 0)::int AS first, coalesce(max(number), 0)::int AS last
        FROM document_updates WHERE document_id = documents.id AND number > stored.snapshot) AS log
    WHERE documents.id > ${after} ${wanted} ORDER BY documents.id LIMIT ${PAGE}`);
  return rows;
}

async function checkDocument(database: Database, { id, counter, snapshot, updates, first, last }: DocumentFacts): Promise<Violation[]> {
  const broken = (detail: string): Violation[] => [{ invariant: "document", document: id, detail }];
  if (snapshot === 0 && updates === 0) return broken("Nothing of it is stored.");
  if (updates > 0 && (first !== snapshot + 1 || last !== snapshot + updates))
    return broken(`After the snapshot ${snapshot} there are ${updates} updates, from ${first} to ${last}.`);
  if (counter !== snapshot + updates) return broken(`Its counter is at ${counter}, and what is stored ends with ${snapshot + updates}.`);
  const doc = new Y.Doc();
  try {
    for (const part of (await createDocumentUpdateStore(database).load(id)).parts) Y.applyUpdate(doc, part);
    const isWhole = doc.store.pendingStructs === null && doc.store.pendingDs === null;
    return isWhole ? [] : broken("Its updates build on others that are not stored.");
  } catch (error) {
    return broken(`It cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    doc.destroy();
  }
}
