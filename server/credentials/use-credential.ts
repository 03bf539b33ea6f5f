import type { CredentialClient } from "#nodes/kit/credentials/service.ts";
import type { HttpRequest, HttpResponse } from "#nodes/kit/http/service.ts";
import { hashJson } from "#runtime/graph/hash.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ServiceScope } from "#runtime/node/service.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import { portOf, showHost } from "../egress/guard.ts";
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
  /** Sends a credential whatever node types it is bound to: its test. Throws `NodeError`. */
  send(row: CredentialRow, request: HttpRequest): Promise<HttpResponse>;
}

export interface CredentialUseGiven {
  store: Pick<CredentialStore, "read" | "touch">;
  vault: Pick<Vault, "get">;
  egress: Pick<EgressClient, "request" | "requestDressed">;
  logger: Logger;
  now?: () => number;
}

const MINUTE_MS = 60_000;

/** The one place where secrets of credentials are put into requests. */
export function createCredentialUse({ store, vault, egress, logger, now = Date.now }: CredentialUseGiven): CredentialUse {
  const tokens = createAccessTokens({ http: egress, now });
  const noteUse = createUseNotes({ store, logger, now });

  const send = async (row: CredentialRow, { request, conceal }: { request: HttpRequest; conceal: (secret: string) => void }): Promise<HttpResponse> => {
    requireBound(row, request.url);
    const settings = settingsOf(row);
    const kept = await vault.get({ workspace: row.workspaceId, owner: row.id, name: SECRET }).catch((cause: unknown) => {
      throw new NodeError("auth", `The secret of the credential "${row.name}" cannot be used: it was changed in the database. Give it again.`, {
        happened: "no",
        cause,
      });
    });
    if (!kept) throw new NodeError("auth", `The credential "${row.name}" has lost its secret. Give it again on the credentials page.`, { happened: "no" });
    conceal(kept.value);
    noteUse(row.id);
    if (settings.kind !== "oauth2-client") return egress.requestDressed(request, dresser(settings, { secret: kept.value, url: request.url }));

    const wanted = { key: `${row.id}/${kept.version}/${hashJson(settings)}`, settings, secret: kept.value };
    const sendToken = async () => {
      const { token, isFresh } = await untilAborted(tokens.tokenFor(wanted), request.signal);
      conceal(token);
      const answer = await egress.requestDressed(request, dresser(settings, { secret: token, url: request.url }));
      if (answer.status === 401) tokens.forget(wanted.key, token);
      return { answer, isFresh };
    };
    const first = await sendToken();
    // a token may be taken back before it runs out; whoever refuses a call has not carried it out
    return first.answer.status === 401 && !first.isFresh ? (await sendToken()).answer : first.answer;
  };

  const find = async (id: string, { workspace, nodeType }: { workspace: string; nodeType: string }): Promise<CredentialRow> => {
    const row = await store.read(id);
    if (row?.workspaceId !== workspace) throw new NodeError("not-found", "There is no such credential here any more. Choose another one.", { happened: "no" });
    const { nodeTypes } = boundsOf(row);
    if (nodeTypes.length === 0 || nodeTypes.includes(nodeType)) return row;
    throw new NodeError("policy", `The credential "${row.name}" is not for nodes of the type "${nodeType}". It can be allowed on the credentials page.`, {
      happened: "no",
      details: { credential: row.id },
    });
  };
  return {
    send: (row, request) => send(row, { request, conceal: () => undefined }),
    clientFor: (scope) => ({
      request: async ({ credential, ...request }) => send(await find(credential, scope), { request, conceal: scope.conceal }),
      stateOf: async (credential) => {
        const { version, settings, hosts, nodeTypes } = await find(credential, scope);
        return hashJson({ version, settings, hosts, nodeTypes });
      },
    }),
  };
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
