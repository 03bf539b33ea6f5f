import { OAuthClientInformationFullSchema, OAuthClientInformationSchema, OAuthTokensSchema } from "@modelcontextprotocol/sdk/shared/auth.js";
import { z } from "zod";
import type { RemoteMcpSettings } from "../../contract/mcp-settings.ts";
import type { Vault } from "../../vault/vault.ts";

/** What a connection's authorization is kept of: who Heddle is to the authorization server, and what it was given. */
const grantSchema = z.object({
  /** What it is for; another server or client never gets to see it. */
  audience: z.string(),
  /** Where `client` is registered to send people back to. */
  redirectUrl: z.string().optional(),
  client: z.union([OAuthClientInformationFullSchema, OAuthClientInformationSchema]).optional(),
  tokens: OAuthTokensSchema.optional(),
  /** Milliseconds since the epoch at which `tokens` came. */
  receivedAt: z.number().optional(),
  /** Milliseconds since the epoch at which a person authorized Heddle. */
  authorizedAt: z.number().optional(),
  /** What was found out about the authorization server; the SDK reads it back. */
  discovery: z.looseObject({ authorizationServerUrl: z.string() }).optional(),
});
export type Grant = z.infer<typeof grantSchema>;

/** An authorization that somebody has begun. */
const pendingSchema = z.object({
  audience: z.string(),
  state: z.string(),
  verifier: z.string(),
  /** Id of who began it. */
  by: z.string(),
  /** Milliseconds since the epoch. */
  until: z.number(),
});
export type Pending = z.infer<typeof pendingSchema>;

export interface Owner {
  /** Id of the connection. */
  id: string;
  workspace: string;
  settings: RemoteMcpSettings;
}

/** Grants of connections, in the vault. */
export interface GrantStore {
  /** Undefined when there is none for these settings: one for others is destroyed. */
  read(owner: Owner): Promise<Grant | undefined>;
  /** Goes over what is there. */
  update(owner: Owner, change: Partial<Omit<Grant, "audience">>): Promise<void>;
  readPending(owner: Owner): Promise<Pending | undefined>;
  putPending(owner: Owner, pending: Omit<Pending, "audience">): Promise<void>;
  removePending(owner: Owner): Promise<void>;
}

/** The owner of a connection's grant in the vault: it outlives changes of settings that have nothing to do with it. */
export const grantOwner = (connection: string) => `${connection}/oauth`;

export function createGrantStore(vault: Pick<Vault, "get" | "put" | "remove">): GrantStore {
  const placeOf = ({ id, workspace }: Owner, name: "grant" | "pending") => ({ workspace, owner: grantOwner(id), name });
  const readAs = async <T extends { audience: string }>(owner: Owner, { name, schema }: { name: "grant" | "pending"; schema: z.ZodType<T> }) => {
    const kept = await vault.get(placeOf(owner, name));
    if (!kept) return undefined;
    const parsed = schema.safeParse(JSON.parse(kept.value)).data;
    if (parsed?.audience === audienceOf(owner.settings)) return parsed;
    await vault.remove(placeOf(owner, name));
    return undefined;
  };
  const read = (owner: Owner) => readAs(owner, { name: "grant", schema: grantSchema });
  return {
    read,
    update: async (owner, change) => {
      const before = (await read(owner)) ?? { audience: audienceOf(owner.settings) };
      await vault.put({ ...placeOf(owner, "grant"), value: JSON.stringify({ ...before, ...change }) });
    },
    readPending: (owner) => readAs(owner, { name: "pending", schema: pendingSchema }),
    putPending: async (owner, pending) => {
      await vault.put({ ...placeOf(owner, "pending"), value: JSON.stringify({ ...pending, audience: audienceOf(owner.settings) }) });
    },
    removePending: (owner) => vault.remove(placeOf(owner, "pending")),
  };
}

/** Who is spoken to, and as whom. */
function audienceOf({ url, auth }: RemoteMcpSettings): string {
  return JSON.stringify([new URL(url).origin, auth.type === "oauth" ? (auth.clientId ?? null) : null]);
}
