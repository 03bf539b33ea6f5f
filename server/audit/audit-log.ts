import type { IncomingMessage } from "node:http";
import type { Json } from "#runtime/graph/json.ts";
import type { Actor } from "../auth/actor.ts";
import type { CallerAddress } from "../auth/caller-address.ts";
import { type AuditAction, type AuditEntry, type AuditFilter, auditActionSchema } from "../contract/audit.ts";
import type { Logger } from "../logger.ts";
import type { AuditRow, AuditStore } from "../store/audit.ts";

/** What was done to what. */
export interface AuditFact {
  action: AuditAction;
  /** `name` as it was then; what is about nothing in particular names the workspace. */
  resource: { kind: string; id: string; name: string };
  /** Helps to understand it; never a secret. */
  detail?: Record<string, Json>;
}

/** Who did it, where, and from which address. */
export interface AuditBy {
  actor: Actor;
  workspace: string;
  exchange?: { request: Pick<IncomingMessage, "headers" | "socket"> } | undefined;
}

/** Who did what to which resource when. Entries are only ever added; each day is closed by a keyed hash over it and the day before. */
export interface AuditLog {
  /** Committed when it resolves. */
  record(fact: AuditFact, by: AuditBy): Promise<void>;
  list(query: AuditFilter & { workspace: string }): Promise<{ items: AuditEntry[]; nextCursor?: string }>;
  verify: AuditStore["verify"];
  /** Closes the days that are over and writes their hashes to the server's log, where a change of the database does not reach. Answers how many. */
  closeDays(): Promise<number>;
}

/** What is about the installation, or about somebody who is in no workspace, stands in the log of the first one. */
const FIRST_WORKSPACE = "workspace_default";
const MAX_NAME = 300;

export interface AuditLogGiven {
  store: AuditStore;
  callerAddress: CallerAddress;
  logger: Pick<Logger, "info">;
}

export function createAuditLog({ store, callerAddress, logger }: AuditLogGiven): AuditLog {
  return {
    record: ({ action, resource, detail = {} }, { actor, workspace, exchange }) =>
      store.add({
        workspaceId: workspace === "" ? FIRST_WORKSPACE : workspace,
        actor: actor.id,
        actorName: actor.name.slice(0, MAX_NAME),
        token: actor.kind === "token" ? actor.token : null,
        action,
        resourceKind: resource.kind,
        resourceId: resource.id,
        resourceName: resource.name.slice(0, MAX_NAME),
        detail,
        address: exchange ? callerAddress(exchange.request) : "",
      }),
    list: async (query) => {
      const { items, ...rest } = await store.list(query);
      return { items: items.map(toEntry), ...rest };
    },
    verify: store.verify,
    closeDays: async () => {
      const closed = await store.closeDays();
      for (const { workspaceId, day, lastNumber, hash } of closed) {
        logger.info({ workspace: workspaceId, day, lastNumber, hash }, "A day of the audit log was closed.");
      }
      return closed.length;
    },
  };
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    number: row.number,
    at: row.at.toISOString(),
    actor: { id: row.actor, name: row.actorName, token: row.token },
    action: auditActionSchema.parse(row.action),
    resource: { kind: row.resourceKind, id: row.resourceId, name: row.resourceName },
    detail: (row.detail ?? {}) as AuditEntry["detail"],
    address: row.address,
  };
}
