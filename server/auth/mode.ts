import type { Config } from "../config.ts";
import type { Mode } from "../contract/session.ts";
import type { Logger } from "../logger.ts";
import type { InstallationStore } from "../store/installation.ts";

const KEY = "mode";
const LOOK_MS = 2_000;

/** Whether there are accounts. There is a way from `single-user` to `team`, and none back. */
export interface Modes {
  mode(): Mode;
  /** Remembered in the installation. */
  switchToTeam(): Promise<void>;
  /** Hears of the switch, wherever it was made: within two seconds of one by another process. */
  onTeam(listener: () => void): void;
  close(): void;
}

/** Reads what the installation remembers. */
export async function createMode(given: {
  config: Pick<Config, "team" | "databaseUrl">;
  installation: Pick<InstallationStore, "read" | "update">;
  logger: Pick<Logger, "warn">;
  lookMs?: number;
}): Promise<Modes> {
  const { config, installation, logger, lookMs = LOOK_MS } = given;
  const listeners: (() => void)[] = [];
  const remembered = (await installation.read(KEY)) === "team";
  // what people made would otherwise belong to whoever is on the machine when the variable is forgotten
  if (config.team && !remembered) await installation.update(KEY, () => "team");
  let mode: Mode = config.team || remembered ? "team" : "single-user";
  let timer: NodeJS.Timeout | undefined;

  const become = () => {
    if (mode === "team") return;
    mode = "team";
    clearInterval(timer);
    for (const listener of listeners) listener();
  };
  const look = async () => {
    if ((await installation.read(KEY)) === "team") become();
  };
  // the embedded database belongs to this process: nobody else can switch
  if (mode === "single-user" && config.databaseUrl !== undefined) {
    timer = setInterval(() => void look().catch((error: unknown) => logger.warn({ error }, "The mode of this installation could not be read.")), lookMs);
    timer.unref();
  }
  return {
    mode: () => mode,
    switchToTeam: async () => {
      await installation.update(KEY, () => "team");
      become();
    },
    onTeam: (listener) => void listeners.push(listener),
    close: () => clearInterval(timer),
  };
}
