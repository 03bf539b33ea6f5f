import type { z } from "zod";
import { type CredentialId, createId } from "#runtime/graph/ids.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { ApiError } from "../api-error.ts";
import type { Credential, CredentialSettings, changeCredential, createCredential, testCredential } from "../contract/credentials.ts";
import type { GraphUses } from "../contract/graph-uses.ts";
import type { CredentialChange, CredentialRow, CredentialStore } from "../store/credentials.ts";
import type { Vault } from "../vault/vault.ts";
import { problemOf } from "./attachment.ts";
import { addressOf, furtherHosts } from "./bound-hosts.ts";
import { findUses, type UsesGiven } from "./credential-uses.ts";
import { boundsOf, SECRET, settingsOf, viewOf } from "./credential-view.ts";
import { problemOfTokenAddress } from "./token-address.ts";
import { type CredentialUse, requireBound } from "./use-credential.ts";

type BodyOf<R extends { body?: z.ZodType }> = z.output<NonNullable<R["body"]>>;
export type NewCredential = BodyOf<typeof createCredential>;
export type CredentialPatch = BodyOf<typeof changeCredential>;
export type CredentialTest = z.output<typeof testCredential.answer>;

/** Credentials as the API offers them; no answer holds a secret. Whatever names one throws `ApiError("not-found")` when there is none. */
export interface Credentials {
  list(query: { workspace: string; search?: string | undefined; cursor?: string | undefined; limit: number }): Promise<{
    items: Credential[];
    nextCursor?: string;
  }>;
  create(given: NewCredential & { workspace: string; actor: string }): Promise<Credential>;
  read(id: CredentialId): Promise<Credential>;
  /** Throws `ApiError("unprocessable")` for a further host or another way to send the secret, unless the secret is given again. */
  change(id: CredentialId, patch: CredentialPatch): Promise<Credential>;
  rotate(id: CredentialId, secret: string): Promise<Credential>;
  /** Throws `ApiError("conflict")` while graphs name it, unless `anyway`. */
  destroy(id: CredentialId, given: { anyway: boolean }): Promise<void>;
  test(id: CredentialId, given: { url?: string | undefined; signal: AbortSignal }): Promise<CredentialTest>;
  uses(id: CredentialId): Promise<GraphUses>;
}

export interface CredentialsGiven {
  store: CredentialStore;
  vault: Pick<Vault, "seal">;
  use: Pick<CredentialUse, "send">;
  updates: UsesGiven["updates"];
}

const TEST_TIMEOUT_MS = 20_000;
const TEST_BYTES = 1024 * 1024;

export function createCredentials({ store, vault, use, updates }: CredentialsGiven): Credentials {
  const find = async (id: string) => found(await store.read(id), id);
  const uses = async (id: string) => findUses({ store, updates }, { workspace: (await find(id)).workspaceId, id });
  const sealed = ({ id, workspaceId }: Pick<CredentialRow, "id" | "workspaceId">, { version, secret }: { version: number; secret: string }) =>
    vault.seal({ workspace: workspaceId, owner: id, name: SECRET, version }, secret);

  const change = async (id: CredentialId, { secret, ...patch }: CredentialPatch): Promise<Credential> => {
    const seen = await find(id);
    const settings = patch.settings ?? settingsOf(seen);
    if (secret !== undefined) checkSecret(settings, secret);
    else if (patch.settings) checkSettings(patch.settings);
    const renewed = secret === undefined ? undefined : await sealed(seen, { version: seen.version + 1, secret });
    const changed = await store.change(id, (row) => {
      if (renewed && row.version !== seen.version) throw new ApiError("conflict", "This credential has just got another secret. Look at it again.");
      if (!renewed) requireSameReach(row, patch);
      return { ...definedOf(patch), ...(renewed && { secret: renewed }) };
    });
    return viewOf(found(changed, id));
  };
  return {
    list: async (query) => {
      const { items, ...rest } = await store.list(query);
      return { items: items.map(viewOf), ...rest };
    },
    create: async ({ workspace, actor, secret, name, description, settings, hosts, nodeTypes }) => {
      checkSecret(settings, secret);
      const id = createId("cred");
      const row = { id, workspaceId: workspace, name, description, settings, hosts, nodeTypes, createdBy: actor };
      return viewOf(await store.create(row, await sealed(row, { version: 1, secret })));
    },
    read: async (id) => viewOf(await find(id)),
    change,
    rotate: (id, secret) => change(id, { secret }),
    destroy: async (id, { anyway }) => {
      const named = anyway ? undefined : await uses(id);
      await find(id);
      if (named && (named.items.length > 0 || named.more)) {
        const graphs = [...named.items.slice(0, 5).map(({ graphName }) => `"${graphName}"`), ...(named.more || named.items.length > 5 ? ["others"] : [])];
        throw new ApiError("conflict", `Graphs use this credential: ${graphs.join(", ")}. Change them first, or destroy it all the same with anyway=1.`);
      }
      await store.remove(id);
    },
    test: async (id, given) => {
      const row = await find(id);
      const result = await testAgainst(row, { ...given, send: use.send });
      await store.setState(id, { state: result.ok ? "green" : "red", detail: result.message, checkedAt: new Date().toISOString() });
      return result;
    },
    uses,
  };
}

function found(row: CredentialRow | undefined, id: string): CredentialRow {
  if (!row) throw new ApiError("not-found", `There is no credential ${id}.`);
  return row;
}

/** Throws `ApiError("bad-request")`. */
function checkSecret(settings: CredentialSettings, secret: string): void {
  checkSettings(settings);
  const message = problemOf(settings, secret);
  if (message !== undefined) throw new ApiError("bad-request", "This cannot be the secret of such a credential.", { errors: [{ path: "/secret", message }] });
}

function checkSettings(settings: CredentialSettings): void {
  const refuse = (member: string, message: string) =>
    new ApiError("bad-request", "Such a credential cannot be kept.", { errors: [{ path: `/settings/${member}`, message }] });
  // RFC 7617: the name ends at the first colon
  if (settings.kind === "basic" && settings.username.includes(":")) throw refuse("username", "A user name of this kind cannot hold a colon.");
  const problem = settings.kind === "oauth2-client" ? problemOfTokenAddress(settings.tokenUrl) : undefined;
  if (problem !== undefined) throw refuse("tokenUrl", problem);
}

/** Whoever does not know the secret may narrow where it goes, and no more: nobody gets it sent to where they can read it. */
function requireSameReach(row: CredentialRow, patch: CredentialPatch): void {
  const errors: { path: string; message: string }[] = [];
  const further = patch.hosts ? furtherHosts(patch.hosts, boundsOf(row).hosts) : [];
  if (further.length > 0) errors.push({ path: "/hosts", message: `Further hosts need the secret again: ${further.join(", ")}.` });
  if (patch.settings && sendingOf(patch.settings) !== sendingOf(settingsOf(row))) {
    errors.push({ path: "/settings", message: "Sending it in another way, or to another address, needs the secret again." });
  }
  if (errors.length > 0) throw new ApiError("unprocessable", "Give the secret again: this changes where it is sent.", { errors });
}

/** How and to where the secret is sent, apart from the hosts. */
function sendingOf(settings: CredentialSettings): string {
  switch (settings.kind) {
    case "api-key":
      return JSON.stringify([settings.kind, settings.in, settings.name.toLowerCase()]);
    case "header":
      return JSON.stringify([settings.kind, settings.name.toLowerCase()]);
    case "oauth2-client":
      return JSON.stringify([settings.kind, settings.tokenUrl]);
    case "bearer":
    case "basic":
      return JSON.stringify([settings.kind]);
  }
}

function definedOf({ name, description, settings, hosts, nodeTypes }: CredentialPatch): CredentialChange {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(settings && { settings }),
    ...(hosts && { hosts }),
    ...(nodeTypes && { nodeTypes }),
  };
}

interface TestGiven {
  url?: string | undefined;
  signal: AbortSignal;
  send: CredentialUse["send"];
}

/** What the other side says is not told: it may be what it was sent. */
async function testAgainst(row: CredentialRow, { url: given, signal, send }: TestGiven): Promise<CredentialTest> {
  const url = given ?? addressOf(boundsOf(row).hosts);
  const refuse = (message: string) => new ApiError("unprocessable", message, { errors: [{ path: "/url", message }] });
  if (url === undefined) throw refuse("Give an address to test it against: the first of its hosts stands for many.");
  try {
    requireBound(row, url);
  } catch (error) {
    throw error instanceof NodeError ? refuse(error.message) : error;
  }
  const began = performance.now();
  const answer = (ok: boolean, message: string, status: number | null = null) => ({ ok, status, message, durationMs: performance.now() - began });
  try {
    const { status } = await send(row, { method: "GET", url, timeoutMs: TEST_TIMEOUT_MS, maxBytes: TEST_BYTES, maxRedirects: 5, signal });
    if (status === 401 || status === 403) return answer(false, `Refused, with status ${status}.`, status);
    if (status >= 500) return answer(false, `The host has trouble of its own: status ${status}. This says nothing about the credential.`, status);
    return answer(true, `Not refused: status ${status}.`, status);
  } catch (error) {
    if (error instanceof NodeError) return answer(false, error.message);
    throw error;
  }
}
