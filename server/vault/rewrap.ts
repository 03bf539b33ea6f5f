import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { VaultStatus } from "../contract/vault.ts";
import type { Logger } from "../logger.ts";
import type { InstallationStore } from "../store/installation.ts";
import type { SecretKey, SecretRow, SecretStore } from "../store/secrets.ts";
import { rewrap } from "./envelope.ts";
import type { KeyRing } from "./key-ring.ts";
import { placeOf } from "./secret-place.ts";
import type { VaultKey } from "./vault-key.ts";

/** Wraps secrets with the key in use, in one process at a time, while everything goes on. */
export interface Rewrap {
  progress(): Promise<VaultStatus["rewrap"]>;
  /** Claims the work, lets `prepare` see to the key, and goes on by itself. Throws `ApiError("conflict")` while one is under way. */
  begin(prepare: () => Promise<VaultKey>): Promise<void>;
  /** Goes on with what was left: by a crash, or by a key that came with the environment. What was cancelled stays so. */
  resume(): Promise<void>;
  cancel(): Promise<void>;
  /** Stops after the batch under way; another process, or the next start, goes on. */
  close(): Promise<void>;
}

export interface RewrapGiven {
  ring: KeyRing;
  store: SecretStore;
  installation: Pick<InstallationStore, "read" | "update">;
  logger: Logger;
  /** Rows in a transaction. */
  batch?: number;
  /** Milliseconds without a sign of life after which another process takes over. */
  staleMs?: number;
}

const ROW = "vault-rewrap";
const time = z.iso.datetime();

/** How far it is, for all processes. */
const recordSchema = z.object({
  state: z.enum(["idle", "running", "done", "failed"]),
  /** The key that everything is to be wrapped with. */
  key: z.string(),
  /** Names the process's claim. */
  claim: z.string(),
  seenAt: time,
  done: z.int(),
  total: z.int(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  problem: z.string().nullable(),
});
type Progress = z.infer<typeof recordSchema>;
const nothing: Progress = {
  ...{ state: "idle", key: "", claim: "", seenAt: new Date(0).toISOString(), done: 0, total: 0, startedAt: null, finishedAt: null, problem: null },
};

export function createRewrap({ ring, store, installation, logger, batch = 50, staleMs = 30_000 }: RewrapGiven): Rewrap {
  let work: Promise<void> | undefined;
  let isClosing = false;
  const read = async (): Promise<Progress> => recordSchema.safeParse(await installation.read(ROW)).data ?? nothing;
  const update = async (change: (progress: Progress) => Progress): Promise<Progress> =>
    recordSchema.parse(await installation.update(ROW, (value) => change(recordSchema.safeParse(value).data ?? nothing)));
  const isLive = ({ state, seenAt }: Progress) => state === "running" && Date.now() - Date.parse(seenAt) < staleMs;

  const claim = async (key: string): Promise<string | undefined> => {
    const mine = randomUUID();
    const now = new Date().toISOString();
    const fresh = { ...nothing, state: "running" as const, key, claim: mine, seenAt: now, startedAt: now };
    const after = await update((progress) => (isLive(progress) ? progress : fresh));
    return after.claim === mine ? mine : undefined;
  };
  /** Notes how far it is; false once it was cancelled, or somebody else took over. */
  const note = async (mine: string, change: Partial<Progress>): Promise<boolean> => {
    const isMine = (progress: Progress) => progress.claim === mine && progress.state === "running";
    let held = false;
    await update((progress) => {
      held = isMine(progress);
      return held ? { ...progress, ...change, seenAt: new Date().toISOString() } : progress;
    });
    return held;
  };
  const run = async (mine: string): Promise<void> => {
    const key = await ring.current();
    if (!key) return;
    const total = (await store.keys()).reduce((sum, { keyId, secrets }) => (keyId === key.id ? sum : sum + secrets), 0);
    let [done, damaged] = [0, 0];
    let after: SecretKey | undefined;
    while (!isClosing && (await note(mine, { total, done }))) {
      const rows = await store.notUnder(key.id, { after, limit: batch });
      if (rows.length === 0) {
        const finishedAt = new Date().toISOString();
        const problem = damaged === 0 ? null : `${damaged} secrets could not be opened: they were changed, or their key is not known. Give them again.`;
        return void (await note(mine, { state: damaged === 0 ? "done" : "failed", done, finishedAt, problem }));
      }
      const { ready, refused } = await rewrapRows(rows, { ring, to: key });
      done += await store.rewrap(ready);
      damaged += refused;
      after = rows.at(-1);
      await delay(1);
    }
  };
  const start = (mine: string): void => {
    work = run(mine)
      .catch(async (error: unknown) => {
        logger.error({ error }, "Wrapping the vault's secrets with its new key has failed. What is left stays readable; the next start goes on.");
        await note(mine, { state: "failed", finishedAt: new Date().toISOString(), problem: "It was cut off; the server's log tells why." }).catch(
          () => undefined,
        );
      })
      .finally(() => {
        work = undefined;
      });
  };
  return {
    progress: async () => {
      const { key: _key, claim: _claim, seenAt: _seenAt, ...progress } = await read();
      return progress;
    },
    begin: async (prepare) => {
      const mine = await claim("");
      if (mine === undefined) throw new ApiError("conflict", "The vault's key is being changed already. Wait for it to end, or cancel it.");
      try {
        await note(mine, { key: (await prepare()).id });
      } catch (error) {
        await note(mine, { state: "failed", finishedAt: new Date().toISOString(), problem: "The new key could not be stored." });
        throw error;
      }
      start(mine);
    },
    resume: async () => {
      if (work) return;
      const [key, used, before] = [await ring.current(), await store.keys(), await read()];
      const isCancelled = before.state === "idle" && before.key === key?.id;
      if (!key || isCancelled || used.every(({ keyId }) => keyId === key.id)) return;
      const mine = await claim(key.id);
      if (mine !== undefined) start(mine);
    },
    cancel: async () => {
      await update((progress) => (progress.state === "running" ? { ...progress, state: "idle", finishedAt: new Date().toISOString() } : progress));
      await work;
    },
    close: async () => {
      isClosing = true;
      await work;
    },
  };
}

async function rewrapRows(rows: readonly SecretRow[], { ring, to }: { ring: KeyRing; to: VaultKey }) {
  const ready: (SecretRow & { newKeyId: string; newWrappedKey: Uint8Array })[] = [];
  for (const row of rows) {
    const from = await ring.find(row.keyId);
    const wrapped = from && tryRewrap(row, { from, to });
    if (wrapped) ready.push({ ...row, newKeyId: to.id, newWrappedKey: wrapped });
  }
  return { ready, refused: rows.length - ready.length };
}

function tryRewrap(row: SecretRow, keys: { from: VaultKey; to: VaultKey }): Uint8Array | undefined {
  try {
    return rewrap(row.wrappedKey, placeOf(row), keys);
  } catch {
    return undefined;
  }
}
