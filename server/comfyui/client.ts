import { createHash } from "node:crypto";
import type { ComfyClient, ComfyEnd, ComfyServer } from "#nodes/kit/comfyui/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Logger } from "../logger.ts";
import type { ModelHealth } from "../models/health.ts";
import { type ComfyServerHold, type HoldGiven, holdServer } from "./comfy-server.ts";
import { downloadFile, uploadFile } from "./files.ts";
import { type FollowTiming, followPrompt } from "./follow.ts";
import type { Known } from "./look-up.ts";
import { movePrompt } from "./move-prompt.ts";
import { listComfyServers, type OpenComfyGiven, openComfyConnection } from "./open-connection.ts";
import { cancelPrompt, clearOwnPrompts, listJobs, submitPrompt } from "./prompts.ts";

export interface ComfyClients {
  /** For the attempts of a workspace's runs, or for whoever was let into the workspace. */
  clientFor(scope: { workspace: string; conceal?: (secret: string) => void }): ComfyClient;
  /** What this process holds of a server, whatever its workspace. Throws `NodeError`. */
  hold(id: string): Promise<ComfyServerHold>;
  close(): void;
}

export interface ComfyClientsGiven extends OpenComfyGiven, Omit<HoldGiven, "logger"> {
  /** Told how the servers fare. */
  health: ModelHealth;
  /** Tells installations apart that use the same server. */
  installation: () => Promise<string>;
  logger: Logger;
  followTiming?: Partial<FollowTiming> | undefined;
}

const CHOOSING_MS = 5_000;

export function createComfyClients(given: ComfyClientsGiven): ComfyClients {
  const holds = new Map<string, ComfyServerHold>();
  /** When each server was last chosen: of equals, the one that had the longest rest. */
  const chosen = new Map<string, number>();
  const holdOf = async (place: { workspace?: string; id: string }): Promise<ComfyServerHold> => {
    const connection = await openComfyConnection(given, place);
    const before = holds.get(connection.id);
    const isSame = before && JSON.stringify(before.connection) === JSON.stringify(connection);
    if (isSame) return before;
    before?.close();
    const opened = holdServer(connection, given);
    holds.set(connection.id, opened);
    return opened;
  };
  const ownerOf = async (workspace: string) =>
    createHash("sha256")
      .update(JSON.stringify([await given.installation(), workspace]))
      .digest("hex")
      .slice(0, 16);

  return {
    hold: (id) => holdOf({ id }),
    clientFor: ({ workspace, conceal }) => {
      const open = async (id: string): Promise<ComfyServerHold> => {
        const hold = await holdOf({ workspace, id });
        for (const secret of hold.connection.secrets) conceal?.(secret);
        return hold;
      };
      const on = async <T>(id: string, work: (hold: ComfyServerHold) => Promise<T>): Promise<T> => {
        const hold = await open(id);
        try {
          const answer = await work(hold);
          given.health.answered(id);
          return answer;
        } catch (error) {
          given.health.failed(id, error);
          throw error;
        }
      };
      const owned = async <T>(id: string, work: (hold: ComfyServerHold, owner: string) => Promise<T>): Promise<T> => {
        const owner = await ownerOf(workspace);
        return on(id, (hold) => work(hold, owner));
      };
      return {
        servers: () => listComfyServers(given, workspace),
        choose: async ({ label, signal }) => {
          const server = await chooseServer({ servers: await listComfyServers(given, workspace), label, chosen, signal, open });
          chosen.set(server.connection, performance.now());
          return server;
        },
        objectInfo: ({ connection, ...asked }) => on(connection, (hold) => hold.objectInfo(asked)),
        upload: ({ connection, ...file }) => on(connection, (hold) => uploadFile(hold, file)),
        submit: (submission) => owned(submission.connection, (hold, owner) => submitPrompt(hold, { ...submission, owner })),
        follow: async function* ({ connection, ...following }) {
          const { socket, look, http } = await open(connection);
          const timing = given.followTiming;
          yield* followPrompt({ ...following, socket, look: (signal) => look(following.promptId, signal), who: `"${http.address.name}"`, timing });
        },
        end: ({ connection, promptId, signal }) => on(connection, async (hold) => endOf(await hold.look(promptId, signal))),
        download: ({ connection, ...asked }) => on(connection, (hold) => downloadFile(hold, asked)),
        forgetCached: ({ connection, signal }) =>
          on(connection, async ({ http }) => void (await http.call({ method: "POST", path: "/free", json: { free_memory: true }, signal }))),
        cancel: ({ connection, ...asked }) => on(connection, (hold) => cancelPrompt(hold, asked)),
        queue: ({ connection, signal }) => owned(connection, (hold, owner) => listJobs(hold, { owner, signal })),
        move: ({ connection, ...asked }) => owned(connection, (hold, owner) => movePrompt(hold, { ...asked, owner })),
        clearOwn: ({ connection, signal }) => owned(connection, (hold, owner) => clearOwnPrompts(hold, { owner, signal })),
      };
    },
    close: () => {
      for (const hold of holds.values()) hold.close();
      holds.clear();
    },
  };
}

function endOf(known: Known): ComfyEnd | undefined {
  if (known.state === "over") return known.end;
  return known.state === "unknown" ? { type: "lost", reason: "forgotten" } : undefined;
}

interface ChooseGiven {
  servers: readonly ComfyServer[];
  label: string | undefined;
  chosen: ReadonlyMap<string, number>;
  signal: AbortSignal;
  open(id: string): Promise<ComfyServerHold>;
}

/** As `ComfyClient.choose`. */
async function chooseServer({ servers, label, chosen, signal, open }: ChooseGiven): Promise<ComfyServer> {
  const fitting = servers.filter(({ labels }) => label === undefined || labels.includes(label));
  if (fitting.length === 0) {
    const message =
      label === undefined
        ? "There is no ComfyUI server yet. Add one on the connections page."
        : `No ComfyUI server has the label "${label}". Give it to one on the connections page, or choose another label.`;
    throw new NodeError("not-found", message, { happened: "no" });
  }
  const limited = AbortSignal.any([signal, AbortSignal.timeout(CHOOSING_MS)]);
  const asked = await Promise.all(
    fitting.map(async (server) => {
      const remaining = await open(server.connection)
        .then((hold) => hold.remaining(limited))
        .catch((error: unknown) => error);
      return { server, remaining };
    }),
  );
  if (signal.aborted) throw new NodeError("cancelled", "The run was stopped.", { happened: "no" });
  const answering = asked.flatMap(({ server, remaining }) => (typeof remaining === "number" ? [{ server, remaining }] : []));
  const rested = (server: ComfyServer) => chosen.get(server.connection) ?? Number.NEGATIVE_INFINITY;
  const [best] = answering.sort((a, b) => a.remaining - b.remaining || rested(a.server) - rested(b.server));
  if (best) return best.server;
  const failure = asked.map(({ remaining }) => remaining).find((error) => error instanceof NodeError);
  if (fitting.length === 1 && failure) throw failure;
  const names = fitting.map(({ name }) => `"${name}"`).join(", ");
  throw new NodeError("network", `No ComfyUI server answers: ${names}. Start one, or look at the connections page.`, { happened: "no", cause: failure });
}
