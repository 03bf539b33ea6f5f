import { toast } from "sonner";
import type { Command } from "./command.ts";
import { currentCommands } from "./command-store.ts";

/** Runs a command, or says why it cannot be done. The notice is read out by its own region. */
export function runCommand(command: Command): void {
  const reason = command.blocked?.();
  if (reason === undefined) command.run();
  else toast.info(reason, { id: "blocked-command" });
}

/** Runs the command of this id, where it is offered at present. */
export function runNamed(id: string): void {
  const command = currentCommands().find((each) => each.id === id);
  if (command) runCommand(command);
}
