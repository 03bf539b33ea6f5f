import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type AccessVersionStore, createAccessVersionStore } from "../store/access-version.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "../store/database/test-database.ts";
import { type AccessChanges, createAccessChanges } from "./access-changes.ts";

const scratch = await postgresForTests();
const kinds = [{ kind: "pglite", open: createTestDatabase }, ...(scratch ? [{ kind: "postgres", open: () => openDatabase({ url: scratch.url }) }] : [])];
afterAll(() => scratch?.drop());

let database: Database;
const open: AccessChanges[] = [];

/** One process of several over one database. */
function start(given: { isOn?: () => boolean; version?: AccessVersionStore } = {}) {
  const heard = vi.fn();
  const changes = createAccessChanges({ version: createAccessVersionStore(database), everyMs: 10, isOn: () => true, ...given });
  open.push(changes);
  changes.listen(heard);
  return { changes, heard };
}

describe.each(kinds)("changes of access ($kind)", ({ open: openKind }) => {
  beforeAll(async () => {
    database = await openKind();
  });
  beforeEach(() => truncateAll(database));
  afterEach(() => {
    for (const changes of open.splice(0)) changes.close();
  });
  afterAll(() => database.close());

  it("tells its own listeners before it resolves, and those of other processes soon", async () => {
    const [first, second] = [start(), start()];
    await vi.waitFor(() => expect(second.heard).toHaveBeenCalled(), { timeout: 10_000 });
    first.heard.mockClear();
    second.heard.mockClear();
    await first.changes.changed();
    expect(first.heard).toHaveBeenCalled();
    await vi.waitFor(() => expect(second.heard).toHaveBeenCalledTimes(1), { timeout: 10_000 });
  });

  it("counts changes that happen at once", async () => {
    const version = createAccessVersionStore(database);
    const before = await version.read();
    await Promise.all(Array.from({ length: 20 }, () => version.raise()));
    expect(await version.read()).toBe(before + 20);
  });

  it("does not look while it is off", async () => {
    let isOn = false;
    const { heard } = start({ isOn: () => isOn });
    await start().changes.changed();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(heard).not.toHaveBeenCalled();
    isOn = true;
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1), { timeout: 10_000 });
  });

  it("looks again after a look that failed", async () => {
    const version = createAccessVersionStore(database);
    let failures = 3;
    const read = async () => {
      if (failures-- > 0) throw new Error("The database is away.");
      return version.read();
    };
    const { heard } = start({ version: { ...version, read } });
    await start().changes.changed();
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), { timeout: 10_000 });
    expect(failures).toBeLessThanOrEqual(0);
  });

  it("tells nobody who has stopped listening", async () => {
    const { changes } = start({ isOn: () => false });
    const heard = vi.fn();
    changes.listen(heard)();
    await changes.changed();
    expect(heard).not.toHaveBeenCalled();
  });
});
