import type { RunEvent } from "#runtime/run/events.ts";
import type { RunCommit, RunProjection } from "../engine/committer.ts";
import type { NewRun } from "../engine/new-run.ts";
import type { CommitPart, CommitRows } from "./commit-statement.ts";
import { referredHashes } from "./referred-hashes.ts";
import { storableText } from "./storable-text.ts";

type Row = readonly unknown[];

/** Commits as the rows that the parts of the statement work on. */
export function commitRows(commits: readonly RunCommit[]): CommitRows {
  const rows = {
    created: [],
    updated: [],
    opened: [],
    consumed: [],
    logged: [],
    begun: [],
    shown: [],
    told: [],
    cached: [],
    kept: [],
    referring: [],
  } as Record<CommitPart, Row[]>;
  const begun = new Set(commits.flatMap(({ create, children = [] }) => [...(create ? [create.id] : []), ...children.map(({ id }) => id)]));
  for (const commit of commits) {
    const { run, events, consumed, children = [], nodes = [], messages = [], results = [], snapshot } = commit;
    if (commit.create) rows.created.push(createdRow(commit.create, commit));
    else rows.updated.push(updatedRow(commit));
    for (const event of events) rows.logged.push(eventRow(run, event));
    for (const id of consumed) rows.consumed.push([id]);
    for (const child of children) {
      rows.opened.push([...aboutRun(child), child.events.length, run]);
      for (const event of child.events) rows.begun.push(eventRow(child.id, event));
    }
    for (const { key, node, type, state, attempts, startedAt, finishedAt, failure } of nodes)
      rows.shown.push([run, key, node, type, state, attempts, startedAt, finishedAt, failure]);
    for (const { run: target, message, actor, dedupeKey } of messages)
      rows.told.push([target, message, storableText(actor), dedupeKey, run, begun.has(target)]);
    for (const { key, node, outputs } of results) rows.cached.push([key, run, node, outputs]);
    if (snapshot) rows.kept.push([run, snapshot.seq, snapshot.state]);
  }
  return rows;
}

/** Adds what the logged events refer to. Costs a walk through them: to be called where there is something. */
export function withReferences(rows: CommitRows, commits: readonly RunCommit[]): CommitRows {
  const of = (run: string, holder: string, events: readonly RunEvent[]) => [...referredHashes(events)].map((hash) => [run, holder, hash]);
  return {
    ...rows,
    referring: commits.flatMap(({ run, events, children = [] }) => [...of(run, run, events), ...children.flatMap((child) => of(run, child.id, child.events))]),
  };
}

function aboutRun(run: NewRun): Row {
  const { id, workspace, graph, revision, plan, input, actor, startedBy, idempotencyKey, parent, worker } = run;
  const starter = startedBy === undefined ? null : storableText(startedBy ?? "");
  const key = idempotencyKey === undefined ? null : storableText(idempotencyKey);
  return [id, workspace, graph, revision, plan, input, storableText(actor), starter, key, parent?.run ?? null, parent?.purpose ?? null, worker ?? null];
}

function createdRow(create: NonNullable<RunCommit["create"]>, { projection, events }: RunCommit): Row {
  // a run that has ended, or waits, needs nobody
  const owner = projection.release ? null : (create.lease?.owner ?? null);
  return [...aboutRun(create), owner, create.lease?.leaseMs, events.length, ...projected(projection)];
}

function updatedRow({ run, epoch, events, projection }: RunCommit): Row {
  // without events the first number is not looked at
  return [run, epoch, events.length, events[0]?.seq ?? 0, projection.release, ...projected(projection)];
}

/** State, times, output, failure, reason, timer, cost. */
function projected({ state, startedAt, finishedAt, output, failure, reason, wakeAt, cost }: RunProjection): Row {
  return [state, startedAt, finishedAt, output, failure, reason === null ? null : storableText(reason), wakeAt, cost];
}

function eventRow(run: string, { seq, at, ...body }: RunEvent): Row {
  return [run, seq, body.type, body, at];
}
