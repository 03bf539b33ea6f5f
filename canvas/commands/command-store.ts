import { useEffect, useState } from "react";
import { createStore } from "zustand";
import type { Command } from "./command.ts";
import { keyConflicts } from "./key-conflicts.ts";

interface CommandState {
  /** The lists that parts of the editor have given, in the order they came. */
  lists: ReadonlyMap<object, readonly Command[]>;
}

/** What can be done in the editor at present. */
export const commandStore = createStore<CommandState>()(() => ({ lists: new Map() }));

/** All commands; of two with one id the later counts. */
export function currentCommands(): Command[] {
  const byId = new Map<string, Command>();
  for (const list of commandStore.getState().lists.values()) for (const command of list) byId.set(command.id, command);
  return [...byId.values()];
}

/**
 * Offers commands for as long as the calling component stands. The list has to keep its identity while it says the same. Of two commands with one
 * key that of the component which came last counts.
 */
export function useProvideCommands(commands: readonly Command[]): void {
  const [key] = useState(() => ({}));
  useEffect(() => {
    // a list that is there already keeps its place
    commandStore.setState(({ lists }) => ({ lists: new Map(lists).set(key, commands) }));
    if (import.meta.env?.DEV) for (const conflict of keyConflicts(currentCommands())) console.warn(conflict);
  }, [key, commands]);
  useEffect(
    () => () =>
      commandStore.setState(({ lists }) => {
        const rest = new Map(lists);
        rest.delete(key);
        return { lists: rest };
      }),
    [key],
  );
}
