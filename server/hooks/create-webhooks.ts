import type { IncomingMessage, ServerResponse } from "node:http";
import type { GraphId } from "#runtime/graph/ids.ts";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import type { Blobs } from "../assets/blob-store.ts";
import type { Documents } from "../documents/documents.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import type { Logger } from "../logger.ts";
import type { Database } from "../store/database/open-database.ts";
import { createHookStore } from "../store/hooks.ts";
import type { Vault } from "../vault/vault.ts";
import { type BeginRunPort, guardedBegin } from "./begin-run.ts";
import { type CallLimits, createCallLimits } from "./call-limits.ts";
import { createCallRecord } from "./call-record.ts";
import { createCallbackAddresses } from "./callback-address.ts";
import { createHookCalls } from "./hook-calls.ts";
import { createHookListener, type HookListenerGiven } from "./hook-listener.ts";
import { createHookTargets } from "./hook-targets.ts";
import { createHooks, type Hooks } from "./hooks.ts";
import { createSigningSecrets } from "./signing-secrets.ts";

/** All that runs are begun and answered by from outside. */
export interface Webhooks {
  /** As people handle them. */
  hooks: Hooks;
  /** Answers requests below `/hooks/`; false for others. */
  listener(given: { isOwnHost: (request: IncomingMessage) => boolean }): (request: IncomingMessage, response: ServerResponse) => boolean;
  /** What the graph has published has changed. */
  publishedChanged(graph: GraphId): void;
  close(): Promise<void>;
}

export interface WebhooksGiven {
  database: Database;
  documents: Pick<Documents, "summary" | "readDraft" | "readRevision">;
  catalog: Catalog;
  hub: Pick<LiveHub, "follow">;
  blobs: Blobs;
  begin: BeginRunPort;
  /** Why runs cannot be recorded, while they cannot. */
  problem: () => unknown;
  deliverCallback: HookListenerGiven["deliverCallback"];
  installationKey: Uint8Array;
  vault: Pick<Vault, "get" | "put" | "remove">;
  logger: Logger;
  limits?: CallLimits;
}

export function createWebhooks(given: WebhooksGiven): Webhooks {
  const { documents, catalog, installationKey, logger, limits = createCallLimits() } = given;
  const store = createHookStore(given.database);
  const record = createCallRecord({ store, logger });
  const signing = createSigningSecrets({ vault: given.vault, installationKey });
  const targets = createHookTargets({ byToken: store.byToken, readRevision: documents.readRevision, catalog, signing });
  const calls = createHookCalls({
    ...{ targets, store, catalog, signing, limits, record, logger },
    readDraft: (graph) => documents.readDraft(graphIdSchema.parse(graph)),
    begin: guardedBegin(given.begin, given.problem),
    hub: given.hub,
    blobs: given.blobs,
  });
  const callbacks = createCallbackAddresses(installationKey);
  return {
    hooks: createHooks({ store, targets, graphs: documents, catalog, signing }),
    listener: ({ isOwnHost }) => createHookListener({ calls, callbacks, deliverCallback: given.deliverCallback, limits, isOwnHost, logger }),
    publishedChanged: targets.forget,
    close: record.close,
  };
}
