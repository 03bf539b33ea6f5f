import { NodeError } from "#runtime/node/node-error.ts";
import type { Logger } from "../logger.ts";
import type { ConnectionStore } from "../store/connections.ts";

/** How the providers fare, as calls show it. */
export interface ModelHealth {
  answered(connection: string): void;
  failed(connection: string, error: unknown): void;
}

type State = "green" | "yellow" | "red";
/** Nobody can use the connection until somebody does something. */
const RED: ReadonlySet<string> = new Set(["auth", "policy", "budget", "network"]);
/** It may go away by itself. */
const YELLOW: ReadonlySet<string> = new Set(["timeout", "http-status"]);

/** Writes down what has changed since this process last wrote: a busy provider costs no write for each call. */
export function createModelHealth({ store, logger }: { store: Pick<ConnectionStore, "setState">; logger: Logger }): ModelHealth {
  const known = new Map<string, State>();
  const tell = (connection: string, state: State, detail: string) => {
    if (known.get(connection) === state) return;
    known.set(connection, state);
    store
      .setState(connection, { state, detail: detail.slice(0, 2_000), checkedAt: new Date().toISOString() })
      .catch((error: unknown) => logger.warn({ error, connection }, "How a model provider fares was not recorded."));
  };
  return {
    answered: (connection) => tell(connection, "green", "Answered the last call."),
    failed: (connection, error) => {
      if (!(error instanceof NodeError)) return;
      if (RED.has(error.code)) tell(connection, "red", error.message);
      else if (YELLOW.has(error.code)) tell(connection, "yellow", error.message);
    },
  };
}
