import { useState } from "react";
import type { z } from "zod";
import type { Connection, ConnectionKind } from "#server/contract/connections.ts";
import type { Route } from "#server/contract/route.ts";
import { errorsAt } from "../api/api-problem.ts";
import { faultsOf } from "../api/use-route-form.ts";
import { useSaveConnection } from "./connection-form.tsx";

type SaveArguments = Parameters<ReturnType<typeof useSaveConnection>["save"]>[0];

export interface CheckedSaveGiven {
  kind: ConnectionKind;
  /** Of its settings: what is wrong with them is told before they are sent. */
  schema: z.ZodType;
  stale: readonly Route[];
  onSaved(saved: Connection): void;
}

/** As `useSaveConnection`, for settings that are checked here first. */
export function useCheckedSave(connection: Connection | undefined, { kind, schema, stale, onSaved }: CheckedSaveGiven) {
  const [faults, setFaults] = useState<ReturnType<typeof faultsOf>>([]);
  const { save: send, reset, error, isBusy } = useSaveConnection(connection, { stale, onSaved });
  const save = ({ name, settings }: Pick<SaveArguments, "name" | "settings">) => {
    const found = settings === undefined ? [] : faultsOf(schema, settings).map((fault) => ({ ...fault, path: `/settings${fault.path}` }));
    setFaults(found);
    reset();
    if (found.length === 0) send({ kind, name, settings });
  };
  const errorsOf = (path: string) => [...faults.filter((fault) => fault.path === path).map(({ message }) => message), ...errorsAt(error, path)];
  return { save, error, isBusy, errorsOf };
}
