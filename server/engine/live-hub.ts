import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { EphemeralEvent, RunEvent } from "#runtime/run/events.ts";
import type { RunSummary } from "../contract/runs.ts";

export interface RunListener {
  event(event: RunEvent): void;
  ephemeral(event: EphemeralEvent): void;
}

/** Who is looking at which run, in this process. Events are published after they are committed, in order. */
export interface LiveHub {
  publish(run: RunId, events: readonly RunEvent[]): void;
  /** Coalesced to 10 a second for each node run; dropped when nobody looks. */
  publishEphemeral(run: RunId, event: EphemeralEvent): void;
  publishRun(summary: RunSummary): void;
  /**
   * Hands over the events after a number, from the database first and then as they are committed, each once and in order.
   * Returns how to stop.
   */
  follow(run: RunId, given: { after: number; listener: RunListener }): () => void;
  followGraph(graph: GraphId, listener: (run: RunSummary) => void): () => void;
}

const PAGE = 1_000;
const EPHEMERAL_MS = 100;

export function createLiveHub(given: {
  readEvents: (run: RunId, after: number, limit: number) => Promise<readonly RunEvent[]>;
  onError: (error: unknown) => void;
}): LiveHub {
  const followers = new Map<RunId, Set<Follower>>();
  const graphs = new Map<GraphId, Set<(run: RunSummary) => void>>();
  const quiet = new Map<string, { timer: NodeJS.Timeout; latest: EphemeralEvent | undefined; texts: string[] }>();

  const sendEphemeral = (run: RunId, event: EphemeralEvent) => {
    for (const follower of followers.get(run) ?? []) follower.listener.ephemeral(event);
  };
  const throttle = (run: RunId, event: EphemeralEvent) => {
    if (event.type === "log") return sendEphemeral(run, event);
    const key = `${run}/${event.node}/${event.path.join(",")}/${event.type}`;
    const open = quiet.get(key);
    if (open) {
      open.latest = event;
      if (event.type === "token") open.texts.push(event.text);
      return;
    }
    sendEphemeral(run, event);
    const timer = setTimeout(() => {
      const held = quiet.get(key);
      quiet.delete(key);
      if (held?.latest) throttle(run, held.latest.type === "token" ? { ...held.latest, text: held.texts.join("") } : held.latest);
    }, EPHEMERAL_MS);
    timer.unref();
    quiet.set(key, { timer, latest: undefined, texts: [] });
  };

  return {
    publish: (run, events) => {
      for (const follower of followers.get(run) ?? []) follower.offer(events);
    },
    publishEphemeral: (run, event) => {
      if (followers.has(run)) throttle(run, event);
    },
    publishRun: (summary) => {
      for (const listener of graphs.get(summary.graph) ?? []) listener(summary);
    },
    follow: (run, { after, listener }) => {
      const follower = createFollower({ after, listener, onError: given.onError, read: (position) => given.readEvents(run, position, PAGE) });
      return register(followers, run, follower);
    },
    followGraph: (graph, listener) => register(graphs, graph, listener),
  };
}

interface Follower {
  listener: RunListener;
  offer(events: readonly RunEvent[]): void;
}

/** Reads the past until it meets the present; what is published meanwhile waits. A gap sends it back to the database. */
function createFollower(given: {
  after: number;
  listener: RunListener;
  read: (after: number) => Promise<readonly RunEvent[]>;
  onError: (error: unknown) => void;
}): Follower {
  let position = given.after;
  let reading: Promise<void> | undefined;
  let waiting: RunEvent[] = [];
  const deliver = (events: readonly RunEvent[]): boolean => {
    for (const event of events) {
      if (event.seq <= position) continue;
      if (event.seq !== position + 1) return false;
      position = event.seq;
      given.listener.event(event);
    }
    return true;
  };
  const catchUp = async () => {
    for (;;) {
      const page = await given.read(position);
      deliver(page);
      if (page.length > 0) continue;
      const offered = waiting;
      waiting = [];
      if (deliver(offered)) break;
    }
  };
  const read = () => {
    reading ??= catchUp()
      .catch(given.onError)
      .finally(() => {
        reading = undefined;
      });
  };
  read();
  return {
    listener: given.listener,
    offer: (events) => {
      if (reading) waiting.push(...events);
      else if (!deliver(events)) read();
    },
  };
}

function register<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value): () => void {
  const set = map.get(key) ?? new Set();
  map.set(key, set.add(value));
  return () => {
    set.delete(value);
    if (set.size === 0 && map.get(key) === set) map.delete(key);
  };
}
