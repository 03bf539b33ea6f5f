import { createId, tokenIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { Scope } from "../contract/access.ts";
import type { Token } from "../contract/tokens.ts";
import { createDailyCaps, type DailyCaps } from "../people/daily-caps.ts";
import type { InstallationStore } from "../store/installation.ts";
import type { TokenQuery, TokenRow, TokenStore } from "../store/tokens.ts";
import type { AccessFacts } from "./access.ts";
import type { AccessChanges } from "./access-changes.ts";
import type { Actor } from "./actor.ts";
import { createRemembered } from "./remembered.ts";
import { createSecret, hashSecret } from "./secrets.ts";

const PREFIX = "heddle_";
const TOKEN = /^heddle_[A-Za-z0-9_-]{43}$/;
const HINT_LENGTH = PREFIX.length + 4;
/** Of the installation: those of single-user mode have ended. */
const ENDED = "single-user-tokens-ended";
const REMEMBERED_MS = 5_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

export interface Tokens {
  /** An actor's own; an owner sees everybody's. */
  list(query: Omit<TokenQuery, "user">, actor: Actor): Promise<{ items: Token[]; nextCursor?: string }>;
  /** `token` is shown this once. `days`: until it expires, null for never. */
  create(given: { workspace: string; actor: Actor; name: string; scopes: readonly Scope[]; days: number | null }): Promise<Token & { token: string }>;
  /** It stops working at once. One's own, or as an owner anybody's; throws `ApiError("not-found")`. */
  revoke(given: { workspace: string; id: string; actor: Actor }): Promise<Token>;
  /**
   * In team mode, once: tokens of single-user mode, each of which is an owner for as long as it lasts, stop working. To be called when that mode
   * begins, and at every start in it: it may have been switched on by the configuration.
   */
  endSingleUser(): Promise<void>;
  /** Who sends it; undefined for what is no token that works. */
  tokenOf(token: string): Promise<Actor | undefined>;
}

export interface TokensGiven {
  store: TokenStore;
  changes: Pick<AccessChanges, "changed" | "listen">;
  facts: Pick<AccessFacts, "standing">;
  installation: Pick<InstallationStore, "read" | "update">;
  /** What went wrong where nobody waits for it. */
  onError(error: unknown): void;
  caps?: DailyCaps;
}

export function createTokens({ store, changes, facts, installation, onError, caps = createDailyCaps() }: TokensGiven): Tokens {
  const known = createRemembered<TokenRow | undefined>({ most: 10_000, forMs: REMEMBERED_MS, isKept: (row) => row !== undefined });
  changes.listen(known.clear);
  const used = createUseRecord(store, onError);
  /** Whose tokens an actor has to do with; undefined: everybody's. */
  const reach = async (actor: Actor, workspace: string): Promise<string | undefined> => {
    const { role } = await facts.standing(actor, { workspace });
    return role === "owner" ? undefined : actor.id;
  };
  return {
    list: async (query, actor) => {
      const { items, ...rest } = await store.list({ ...query, user: await reach(actor, query.workspace) });
      return { items: items.map(toToken), ...rest };
    },
    create: async ({ workspace, actor, name, scopes, days }) => {
      if (actor.kind !== "user" && actor.kind !== "local") throw new ApiError("person-required", "Sign in as a person, in a browser, to make API tokens.");
      await caps.take("API token", actor);
      const token = `${PREFIX}${createSecret()}`;
      const row = await store.create({
        ...{ id: createId("token"), workspace, user: actor.id, name, scopes: [...new Set(scopes)] },
        ...{ hash: hashSecret(token), hint: token.slice(0, HINT_LENGTH), expiresAt: days === null ? null : new Date(Date.now() + days * DAY_MS) },
      });
      if (!row) throw new ApiError("forbidden", "You are not in this workspace any more.");
      return { ...toToken(row), token };
    },
    revoke: async ({ workspace, id, actor }) => {
      const row = await store.revoke({ workspace, id, user: await reach(actor, workspace) });
      if (!row) throw new ApiError("not-found", "There is no token with this id that you may revoke, or it was revoked already.");
      await changes.changed();
      return toToken(row);
    },
    endSingleUser: async () => {
      if ((await installation.read(ENDED)) === true) return;
      await store.revokeAllOf("local");
      await installation.update(ENDED, () => true);
      await changes.changed();
    },
    tokenOf: async (token) => {
      if (!TOKEN.test(token)) return undefined;
      const hash = hashSecret(token);
      const row = await known.get(hash, () => store.find(hash));
      if (!row || (row.expiresAt && row.expiresAt.getTime() <= Date.now())) return undefined;
      used(row.id);
      const { id, user, userName, workspace, scopes } = row;
      return { kind: "token", id: user, name: userName, token: tokenIdSchema.parse(id), workspace, scopes, person: false };
    },
  };
}

/** Writes down the use of a token, at most once a minute, and keeps nobody waiting for it. */
function createUseRecord(store: Pick<TokenStore, "used">, onError: (error: unknown) => void): (id: string) => void {
  let minute = 0;
  const written = new Set<string>();
  return (id) => {
    const now = Math.floor(Date.now() / MINUTE_MS);
    if (now !== minute) written.clear();
    minute = now;
    if (written.has(id)) return;
    written.add(id);
    store.used(id).catch((error: unknown) => {
      written.delete(id);
      onError(error);
    });
  };
}

function toToken({ id, user, userName, name, scopes, hint, createdAt, expiresAt, lastUsedAt, state }: TokenRow): Token {
  return {
    ...{ id: tokenIdSchema.parse(id), name, scopes, hint, state, createdBy: { id: user, name: userName } },
    ...{ createdAt: createdAt.toISOString(), expiresAt: expiresAt?.toISOString() ?? null, lastUsedAt: lastUsedAt?.toISOString() ?? null },
  };
}
