import type { Logger } from "../logger.ts";
import { StartError } from "../start/start-error.ts";
import type { SecretStore } from "../store/secrets.ts";
import { seal, unseal } from "./envelope.ts";
import type { KeyRing } from "./key-ring.ts";
import { placeOf, rowOf } from "./secret-place.ts";

export interface CheckGiven {
  store: SecretStore;
  ring: KeyRing;
  logger: Logger;
  keyFile: string;
  /** What cannot be opened may be thrown away. */
  isReset: boolean;
}

const CANARY = { workspace: "workspace_default", owner: "installation", name: "canary", version: 1 };
const SONG = "The vault opens.";

/** On the first start makes a key; on every start sees that the keys at hand open what is stored. Throws StartError. */
export async function checkKeys(given: CheckGiven): Promise<void> {
  try {
    await check(given);
  } catch (error) {
    if (!given.isReset || !(error instanceof StartError)) throw error;
    given.logger.warn({}, "HEDDLE_VAULT_RESET=1: every stored secret was thrown away. Give credentials and connections their secrets again, and unset it.");
    await given.store.removeAll();
    await check(given);
  }
}

async function check({ store, ring, keyFile }: CheckGiven): Promise<void> {
  const used = await store.keys();
  if (used.length === 0) await ring.create();
  const current = await ring.current();
  if (!current) {
    throw new StartError(
      `There are ${sum(used)} secrets in the database, and the vault's key is missing: ${keyFile} does not exist.`,
      `Put your copy of the file in its place, or set HEDDLE_VAULT_KEY to the key that this installation uses. ${LOST}`,
    );
  }
  for (const { keyId, secrets } of used) {
    if (await ring.find(keyId)) continue;
    const [where, cure] =
      ring.source === "file"
        ? [`${keyFile} does not hold that key`, "Put the file that belongs to this database in its place."]
        : ["it is neither in HEDDLE_VAULT_KEY nor in HEDDLE_VAULT_OLD_KEYS", "Set HEDDLE_VAULT_KEY to it, or add it to HEDDLE_VAULT_OLD_KEYS."];
    throw new StartError(`${secrets} secrets in the database need the vault's key ${keyId}, and ${where}.`, `${cure} ${LOST}`);
  }
  await checkCanary(store, ring);
}

const LOST =
  "When the key is lost, what it protects is lost as well: start once with HEDDLE_VAULT_RESET=1, which throws all stored secrets away, and give them again.";

async function checkCanary(store: SecretStore, ring: KeyRing): Promise<void> {
  const at = { workspaceId: CANARY.workspace, ownerId: CANARY.owner, name: CANARY.name };
  const current = await ring.current();
  if (!(await store.read(at)) && current) await store.insert(rowOf(CANARY, seal(SONG, CANARY, current)));
  const row = await store.read(at);
  const key = row && (await ring.find(row.keyId));
  if (row && key && tryUnseal(() => unseal(row, placeOf(row), key)) === SONG) return;
  throw new StartError(
    "The vault's key does not open what is stored: the secrets in the database belong to another key, or were changed.",
    `Put back the key (vault.key, or HEDDLE_VAULT_KEY) and the database that belong together. ${LOST}`,
  );
}

function tryUnseal(open: () => string): string | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

function sum(used: readonly { secrets: number }[]): number {
  return used.reduce((total, { secrets }) => total + secrets, 0);
}
