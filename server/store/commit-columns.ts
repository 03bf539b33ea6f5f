import type { RunEvent } from "#runtime/run/events.ts";
import type { RunCommit, RunProjection } from "../engine/committer.ts";
import type { NewRun } from "../engine/new-run.ts";

type Row = readonly unknown[];

/** Commits as the columns that the statement of `commit-runs.ts` unnests, in the order of its parameters. */
export function commitColumns(commits: readonly RunCommit[]): unknown[][] {
  const created = commits.flatMap((commit) => [
    ...(commit.create ? [createdRow(commit.create, commit)] : []),
    ...(commit.children ?? []).map((child) => openedRow(child, commit.run)),
  ]);
  const updated = commits.flatMap((commit) => (commit.create ? [] : [updatedRow(commit)]));
  const logged = commits.flatMap((commit) => [
    ...commit.events.map((event) => eventRow(commit.run, event)),
    ...(commit.children ?? []).flatMap(({ id, events }) => events.map((event) => eventRow(id, event))),
  ]);
  const shown = commits.flatMap(({ run, nodes = [] }) =>
    nodes.map(({ key, node, type, state, attempts, startedAt, finishedAt, failure }) => [
      run,
      key,
      node,
      type,
      state,
      attempts,
      startedAt,
      finishedAt,
      failure,
    ]),
  );
  const told = commits.flatMap(({ run, messages = [] }) =>
    messages.map(({ run: target, message, actor, dedupeKey }) => [target, JSON.stringify(message), actor, dedupeKey ?? null, run]),
  );
  const cached = commits.flatMap(({ run, results = [] }) => results.map(({ key, node, outputs }) => [key, run, node, JSON.stringify(outputs)]));
  const kept = commits.flatMap(({ run, snapshot }) => (snapshot ? [[run, snapshot.seq, snapshot.state]] : []));
  const consumed = commits.flatMap((commit) => commit.consumed);
  return [
    ...columns(created, 23),
    ...columns(updated, 13),
    [...consumed],
    ...columns(logged, 5),
    ...columns(shown, 9),
    ...columns(told, 5),
    ...columns(cached, 4),
    ...columns(kept, 3),
  ];
}

function columns(rows: readonly Row[], width: number): unknown[][] {
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
}

function aboutRun(run: NewRun): Row {
  const { id, workspace, graph, revision, plan, input, actor, idempotencyKey, parent, worker } = run;
  return [id, workspace, graph, revision, plan, json(input), actor, idempotencyKey ?? null, parent?.run ?? null, parent?.purpose ?? null, worker ?? null];
}

function createdRow(create: NonNullable<RunCommit["create"]>, { projection, events }: RunCommit): Row {
  // a run that has ended, or waits, needs nobody
  const owner = projection.release ? null : (create.lease?.owner ?? null);
  const shown = projected(projection);
  return [...aboutRun(create), owner, create.lease?.leaseMs ?? null, ...shown.slice(0, 7), events.length, shown[7], null];
}

function openedRow(child: NewRun, opener: string): Row {
  return [...aboutRun(child), null, null, "queued", null, null, null, null, null, null, child.events.length, 0, opener];
}

function updatedRow({ run, epoch, events, projection }: RunCommit): Row {
  const shown = projected(projection);
  // without events the first number is not looked at
  return [run, epoch, events.length, events[0]?.seq ?? 0, ...shown.slice(0, 7), projection.release, shown[7]];
}

/** State, times, output, failure, reason, timer, cost. */
function projected({ state, startedAt, finishedAt, output, failure, reason, wakeAt, cost }: RunProjection): Row {
  // a text of the database cannot hold NUL; JSON can
  return [state, startedAt, finishedAt, json(output), json(failure), reason?.replaceAll("\0", "\ufffd") ?? null, wakeAt, cost];
}

function eventRow(run: string, { seq, at, ...body }: RunEvent): Row {
  return [run, seq, body.type, JSON.stringify(body), at];
}

function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
