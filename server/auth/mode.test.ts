import { describe, expect, it, vi } from "vitest";
import { silentLogger } from "../logger.ts";
import { createMode } from "./mode.ts";

function memory() {
  const values = new Map<string, unknown>();
  return {
    read: async (key: string) => values.get(key),
    update: async (key: string, change: (value: unknown) => unknown) => {
      values.set(key, change(values.get(key)));
      return values.get(key);
    },
  };
}
const given = (installation: ReturnType<typeof memory>, config: { team?: boolean; databaseUrl?: string } = {}) => ({
  config: { team: false, databaseUrl: undefined, ...config },
  ...{ installation, logger: silentLogger, lookMs: 5 },
});

describe("createMode", () => {
  it("begins with one user, and remembers a switch", async () => {
    const installation = memory();
    const modes = await createMode(given(installation));
    const heard = vi.fn();
    modes.onTeam(heard);
    expect(modes.mode()).toBe("single-user");
    await modes.switchToTeam();
    await modes.switchToTeam();
    expect(modes.mode()).toBe("team");
    expect(heard).toHaveBeenCalledTimes(1);
    expect((await createMode(given(installation))).mode()).toBe("team");
  });

  it("is told by the configuration", async () => {
    expect((await createMode(given(memory(), { team: true }))).mode()).toBe("team");
  });

  it("notices another process' switch", async () => {
    const installation = memory();
    const here = await createMode(given(installation, { databaseUrl: "postgres://db/heddle" }));
    const told = new Promise<void>((resolve) => here.onTeam(resolve));
    await (await createMode(given(installation))).switchToTeam();
    await told;
    expect(here.mode()).toBe("team");
    here.close();
  });
});
