import type { RunId } from "#runtime/graph/ids.ts";
import { applyEvent } from "#runtime/run/apply-event.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import { type NodeKey, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { type Committer, LeaseLostError, type RunCommit } from "./committer.ts";
import { nodeRowOf, projectRun } from "./project-run.ts";

export interface RunLogGiven {
  run: RunId;
  epoch: number;
  state: RunState;
  /** The run and its first events, when nothing of it is recorded yet: they go with its first commit, and are in `state` already. */
  create?: { run: NonNullable<RunCommit["create"]>; events: readonly RunEvent[] } | undefined;
  committer: Committer;
  /** The fold as text, when so many events have been recorded that it is worth keeping. */
  snapshot: (state: RunState) => RunCommit["snapshot"];
  /** A commit was refused. */
  onRefused: (error: unknown) => void;
  now: () => number;
}

/** What is recorded and not sent yet. */
interface Draft {
  events: RunEvent[];
  consumed: number[];
  changed: Set<NodeKey>;
  children: NonNullable<RunCommit["children"]>[number][];
  messages: NonNullable<RunCommit["messages"]>[number][];
  results: NonNullable<RunCommit["results"]>[number][];
  release: boolean;
  committed: Promise<void>;
}

export interface RecordOptions extends Partial<Pick<RunCommit, "children" | "messages" | "results">> {
  /** A row of the inbox that the events answer. */
  consumed?: number;
  /** Gives the lease back. */
  release?: boolean;
}

/** The log of one run as its driver writes it: the state runs ahead, the database follows. */
export class RunLog {
  readonly #given: RunLogGiven;
  #state: RunState;
  #draft: Draft | undefined;
  #lastCommit: Promise<void> = Promise.resolve();
  #closed = false;
  /** Settles when the run itself is recorded. */
  readonly created: Promise<void>;

  constructor(given: RunLogGiven) {
    this.#given = given;
    this.#state = given.state;
    this.created = given.create ? this.#openDraft(given.create.events).committed : Promise.resolve();
  }

  /** With all that has been recorded here, durable or not. */
  get state(): RunState {
    return this.#state;
  }

  /** Settles when all that has been recorded so far is durable. */
  get lastCommit(): Promise<void> {
    return this.#lastCommit;
  }

  /** Nothing more is recorded. */
  close(): void {
    this.#closed = true;
  }

  /** Applies events here and hands them to the committer; resolves when they are durable. Nobody has to wait for that. */
  readonly record = (bodies: readonly RunEventBody[], options: RecordOptions = {}): Promise<void> => {
    if (this.#closed) return refused();
    const draft = this.#draft ?? this.#openDraft([]);
    const at = toIso(this.#given.now());
    for (const body of bodies) {
      const event: RunEvent = { ...body, seq: this.#state.seq + 1, at };
      this.#state = applyEvent(this.#state, event);
      note(draft, event);
    }
    const { consumed, children = [], messages = [], results = [], release = false } = options;
    if (consumed !== undefined) draft.consumed.push(consumed);
    draft.children.push(...children);
    draft.messages.push(...messages);
    draft.results.push(...results);
    draft.release ||= release;
    return draft.committed;
  };

  /** What is recorded until the committer sends it becomes one commit. */
  #openDraft(first: readonly RunEvent[]): Draft {
    const committed = this.#given.committer.submit(() => {
      this.#draft = undefined;
      return this.#closed ? undefined : this.#commitOf(draft);
    });
    const draft: Draft = { events: [], consumed: [], changed: new Set(), children: [], messages: [], results: [], release: false, committed };
    for (const event of first) note(draft, event);
    committed.catch(this.#given.onRefused);
    this.#lastCommit = committed;
    this.#draft = draft;
    return draft;
  }

  #commitOf({ changed, release, committed: _, ...recorded }: Draft): RunCommit {
    const { run, epoch, create } = this.#given;
    const isFirst = create && recorded.events[0]?.seq === 1;
    const snapshot = this.#given.snapshot(this.#state);
    return {
      run,
      epoch,
      ...recorded,
      projection: projectRun(this.#state, release),
      nodes: [...changed].flatMap((key) => nodeRowOf(this.#state, key) ?? []),
      ...(isFirst && { create: create.run }),
      ...(snapshot && { snapshot }),
    };
  }
}

let latest = { milliseconds: Number.NaN, text: "" };

/** Most events come within the millisecond of the one before, and to write an instant takes as long as to apply an event. */
function toIso(milliseconds: number): string {
  if (milliseconds !== latest.milliseconds) latest = { milliseconds, text: new Date(milliseconds).toISOString() };
  return latest.text;
}

function note(draft: Draft, event: RunEvent): void {
  draft.events.push(event);
  if ("node" in event && event.node !== undefined && "path" in event) draft.changed.add(nodeKey(event.node, event.path));
}

function refused(): Promise<never> {
  const rejected = Promise.reject(new LeaseLostError("The run is no longer driven here."));
  rejected.catch(() => undefined);
  return rejected;
}
