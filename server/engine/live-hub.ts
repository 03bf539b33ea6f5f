import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { EphemeralEvent, RunEvent } from "#runtime/run/events.ts";
import type { LiveEphemeral } from "../contract/live.ts";
import type { RunSummary } from "../contract/runs.ts";
import type { LiveFanout } from "./live-fanout.ts";
import { createRunFollower, type RunFollower } from "./run-follower.ts";
import { createWatchers } from "./watchers.ts";
import { createWrittenTexts } from "./written-texts.ts";

export interface RunListener {
  event(event: RunEvent): void;
  /** Once the past is there, also all that was written before anybody looked: it stands in place of what was told of it meanwhile. */
  ephemeral(event: LiveEphemeral): void;
  /** Asked after each event of the past: what it returns is awaited before the next one. */
  ready?(): Promise<void> | undefined;
}

/** Who is looking at which run, in this process. Events are published after they are committed, in order; the other processes hear of them. */
export interface LiveHub {
  publish(run: RunId, events: readonly RunEvent[]): void;
  /** Coalesced to 10 a second for each node run; dropped when nobody can look. */
  publishEphemeral(run: RunId, event: EphemeralEvent): void;
  publishRun(summary: RunSummary): void;
  /** Whether anybody can look at the runs of a graph: if not, nobody has to be told of them. */
  isGraphWatched(graph: GraphId): boolean;
  /**
   * Hands over the events after a number, from the database first and then as they are committed, each once and in order.
   * `isNew`: nothing is recorded yet, so there is no past to read. Returns how to stop.
   */
  follow(run: RunId, given: { after: number; listener: RunListener; isNew?: boolean }): () => void;
  followGraph(graph: GraphId, listener: (run: RunSummary) => void): () => void;
}

const PAGE = 1_000;
const EPHEMERAL_MS = 100;

export interface LiveHubGiven {
  readEvents: (run: RunId, after: number, limit: number) => Promise<readonly RunEvent[]>;
  onError: (error: unknown) => void;
  /** Where there are other processes. */
  others?: LiveFanout | undefined;
}

export function createLiveHub({ readEvents, onError, others }: LiveHubGiven): LiveHub {
  const quiet = new Map<string, { timer: NodeJS.Timeout; latest: EphemeralEvent | undefined; texts: string[] }>();
  const followers = createWatchers<RunId, { follower: RunFollower; listener: RunListener }>((run) => {
    const listener = {
      look: (seq?: number) => {
        for (const { follower } of followers.of(run)) follower.look(seq);
      },
      ephemeral: (event: LiveEphemeral) => tellEphemeral(run, event),
    };
    return others?.followRun(run, listener) ?? (() => undefined);
  });
  const graphs = createWatchers<GraphId, (run: RunSummary) => void>((graph) => others?.followGraph(graph, tellRun) ?? (() => undefined));

  const written = createWrittenTexts((run) => others?.onAskWritten(run, () => tellOthersWritten(run)) ?? (() => undefined));
  const tellOthersWritten = (run: RunId) => {
    for (const text of written.of(run)) others?.ephemeral(run, text);
  };
  const tellEphemeral = (run: RunId, event: LiveEphemeral) => {
    for (const { listener } of followers.of(run)) listener.ephemeral(event);
  };
  const tellRun = (summary: RunSummary) => {
    for (const listener of graphs.of(summary.graph)) listener(summary);
  };
  const sendEphemeral = (run: RunId, event: EphemeralEvent) => {
    if (event.type === "token") written.add(run, event);
    tellEphemeral(run, event);
    others?.ephemeral(run, event);
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
      written.settle(run, events);
      for (const { follower } of followers.of(run)) follower.offer(events);
      const last = events.at(-1);
      if (last) others?.committed(run, last.seq);
    },
    publishEphemeral: (run, event) => {
      if (others || followers.has(run) || event.type === "token") throttle(run, event);
    },
    isGraphWatched: (graph) => others !== undefined || graphs.has(graph),
    publishRun: (summary) => {
      tellRun(summary);
      others?.runChanged(summary);
    },
    follow: (run, { after, listener, isNew = false }) => {
      const read = (position: number) => readEvents(run, position, PAGE);
      const ready = () => listener.ready?.();
      const onPresent = () => {
        for (const text of written.of(run)) listener.ephemeral(text);
        others?.askWritten(run);
      };
      const follower = createRunFollower({ after, isNew, deliver: (event) => listener.event(event), ready, onPresent, read, pageSize: PAGE, onError });
      const leave = followers.add(run, { follower, listener });
      return () => {
        leave();
        follower.stop();
      };
    },
    followGraph: (graph, listener) => graphs.add(graph, listener),
  };
}
