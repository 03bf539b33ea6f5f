import type { CredentialClient } from "#nodes/kit/credentials/service.ts";
import type { HttpRequest, HttpResponse } from "#nodes/kit/http/service.ts";
import { hashJson } from "#runtime/graph/hash.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ServiceScope } from "#runtime/node/service.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import { portOf, showHost } from "../egress/guard.ts";
import type { GuardedFetch } from "../egress/guarded-fetch.ts";
import type { Hop } from "../egress/redirect.ts";
import type { Logger } from "../logger.ts";
import type { CredentialRow, CredentialStore } from "../store/credentials.ts";
import type { Vault } from "../vault/vault.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { dresser } from "./attachment.ts";
import { isBound } from "./bound-hosts.ts";
import { boundsOf, SECRET, settingsOf } from "./credential-view.ts";

export interface CredentialUse {
  /** For the attempts of a workspace's runs. */
  clientFor(scope: Pick<ServiceScope, "workspace" | "nodeType" | "conceal">): CredentialClient;
  /**
   * For the connection of a workspace that names a credential: as the web's `fetch`, with the credential in what goes to its hosts. Rejects as
   * `CredentialClient.request` throws.
   */
  fetchFor(scope: { workspace: string; credential: string }): GuardedFetch;
  /** Another text after everything that changes what it opens or where it may go. Throws `NodeError("not-found")`. */
  stateOf(scope: { workspace: string; credential: string }): Promise<string>;
  /** What must not be seen of the credential of a connection; nothing when there is none any more. */
  secretsOf(scope: { workspace: string; credential: string }): Promise<string[]>;
  /** Sends a credential whatever node types it is bound to: its test. Throws `NodeError`. */
  send(row: CredentialRow, request: HttpRequest): Promise<HttpResponse>;
}

export interface CredentialUseGiven {
  store: Pick<CredentialStore, "read" | "touch">;
  vault: Pick<Vault, "get">;
  egress: Pick<EgressClient, "request" | "requestDressed" | "fetchDressed">;
  logger: Logger;
  now?: () => number;
}

const MINUTE_MS = 60_000;

/** A request that is sent once it has its credential. */
interface Dressed<Answer> {
  url: string;
  signal: AbortSignal;
  conceal: (secret: string) => void;
  exchange: (dress: (hop: Hop) => Hop) => Promise<Answer>;
}

/** The one place where secrets of credentials are put into requests. */
export function createCredentialUse({ store, vault, egress, logger, now = Date.now }: CredentialUseGiven): CredentialUse {
  const tokens = createAccessTokens({ http: egress, now });
  const noteUse = createUseNotes({ store, logger, now });

  const secretOf = async (row: CredentialRow) => {
    const kept = await vault.get({ workspace: row.workspaceId, owner: row.id, name: SECRET }).catch((cause: unknown) => {
      throw new NodeError("auth", `The secret of the credential "${row.name}" cannot be used: it was changed in the database. Give it again.`, {
        happened: "no",
        cause,
      });
    });
    if (!kept) throw new NodeError("auth", `The credential "${row.name}" has lost its secret. Give it again on the credentials page.`, { happened: "no" });
    return kept;
  };

  const sendDressed = async <Answer extends { status: number }>(row: CredentialRow, { url, signal, conceal, exchange }: Dressed<Answer>): Promise<Answer> => {
    requireBound(row, url);
    const settings = settingsOf(row);
    const kept = await secretOf(row);
    conceal(kept.value);
    noteUse(row.id);
    if (settings.kind !== "oauth2-client") return exchange(dresser(settings, { secret: kept.value, url }));

    const wanted = { key: `${row.id}/${kept.version}/${hashJson(settings)}`, settings, secret: kept.value };
    const sendToken = async () => {
      const { token, isFresh } = await untilAborted(tokens.tokenFor(wanted), signal);
      conceal(token);
      const answer = await exchange(dresser(settings, { secret: token, url }));
      if (answer.status === 401) tokens.forget(wanted.key, token);
      return { answer, isFresh };
    };
    const first = await sendToken();
    // a token may be taken back before it runs out; whoever refuses a call has not carried it out
    return first.answer.status === 401 && !first.isFresh ? (await sendToken()).answer : first.answer;
  };
  const send = (row: CredentialRow, { request, conceal }: { request: HttpRequest; conceal: (secret: string) => void }): Promise<HttpResponse> =>
    sendDressed(row, { url: request.url, signal: request.signal, conceal, exchange: (dress) => egress.requestDressed(request, dress) });

  const inWorkspace = async (id: string, workspace: string): Promise<CredentialRow> => {
    const row = await store.read(id);
    if (row?.workspaceId === workspace) return row;
    throw new NodeError("not-found", "There is no such credential here any more. Choose another one.", { happened: "no" });
  };
  /** Tokens that connections were given, by credential: the newest few. */
  const given = new Map<string, string[]>();

  const find = async (id: string, { workspace, nodeType }: { workspace: string; nodeType: string }): Promise<CredentialRow> => {
    const row = await inWorkspace(id, workspace);
    const { nodeTypes } = boundsOf(row);
    if (nodeTypes.length === 0 || nodeTypes.includes(nodeType)) return row;
    throw new NodeError("policy", `The credential "${row.name}" is not for nodes of the type "${nodeType}". It can be allowed on the credentials page.`, {
      happened: "no",
      details: { credential: row.id },
    });
  };
  return {
    fetchFor:
      ({ workspace, credential }) =>
      async (input, init) => {
        const row = await inWorkspace(credential, workspace);
        if (boundsOf(row).nodeTypes.length > 0) {
          const message = `The credential "${row.name}" is for some types of nodes only, and a connection serves all. Choose another one.`;
          throw new NodeError("policy", message, { happened: "no", details: { credential } });
        }
        return sendDressed(row, {
          url: input instanceof Request ? input.url : String(input),
          signal: init?.signal ?? new AbortController().signal,
          conceal: (secret) => void given.set(credential, [...(given.get(credential) ?? []).filter((known) => known !== secret), secret].slice(-4)),
          exchange: (dress) => egress.fetchDressed(dress)(input instanceof Request ? input.clone() : input, init),
        });
      },
    stateOf: async ({ workspace, credential }) => stateOfRow(await inWorkspace(credential, workspace)),
    secretsOf: async ({ workspace, credential }) => {
      const row = await store.read(credential);
      if (row?.workspaceId !== workspace) return [];
      return [...new Set([(await secretOf(row)).value, ...(given.get(credential) ?? [])])];
    },
    send: (row, request) => send(row, { request, conceal: () => undefined }),
    clientFor: (scope) => ({
      request: async ({ credential, ...request }) => send(await find(credential, scope), { request, conceal: scope.conceal }),
      stateOf: async (credential) => stateOfRow(await find(credential, scope)),
    }),
  };
}

function stateOfRow({ version, settings, hosts, nodeTypes }: CredentialRow): string {
  return hashJson({ version, settings, hosts, nodeTypes });
}

/** Throws `NodeError("policy")`. */
export function requireBound(row: CredentialRow, address: string): void {
  const url = URL.parse(address);
  if (url && isBound(boundsOf(row).hosts, url)) return;
  const host = url ? showHost({ host: url.hostname.replace(/^\[|\]$/g, ""), port: portOf(url) }) : "this address";
  throw new NodeError(
    "policy",
    `The credential "${row.name}" may not be sent to ${host}${url?.protocol === "http:" ? " without encryption" : ""}. Whoever manages it can name the host on the credentials page.`,
    { happened: "no", details: { credential: row.id } },
  );
}

/** Notes uses to the minute: not every call is worth a write. */
function createUseNotes({ store, logger, now }: { store: Pick<CredentialStore, "touch">; logger: Logger; now: () => number }): (id: string) => void {
  const noted = new Map<string, number>();
  return (id) => {
    const at = now();
    if (at - (noted.get(id) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS) return;
    noted.set(id, at);
    store
      .touch(id, { at: new Date(at), unlessAfter: new Date(at - MINUTE_MS) })
      .catch((error: unknown) => logger.warn({ error, credential: id }, "The use of a credential was not noted."));
  };
}

/** The token is fetched for others as well: whoever stops waiting does not stop that. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(new NodeError("cancelled", "The call was cancelled.", { happened: "no" }));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
