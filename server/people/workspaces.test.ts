import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createAccessFacts } from "../auth/access-facts.ts";
import { LOCAL_PERSON } from "../auth/actor.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createPlaceStore } from "../store/places.ts";
import { createStandingStore } from "../store/standings.ts";
import { createWorkspaceStore } from "../store/workspaces.ts";
import { createDailyCaps } from "./daily-caps.ts";
import { addUser } from "./testing/add-people.ts";
import { createWorkspaces } from "./workspaces.ts";

describe("a new workspace", () => {
  let database: Database;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(() => truncateAll(database));
  afterAll(() => database.close());

  function start(most?: number) {
    const listeners = new Set<() => void>();
    const changed = vi.fn(async () => {
      for (const listener of listeners) listener();
    });
    const changes = {
      changed,
      listen: (listener: () => void) => {
        listeners.add(listener);
        return () => undefined;
      },
    };
    const facts = createAccessFacts({ stores: { places: createPlaceStore(database), standings: createStandingStore(database) }, changes, mode: () => "team" });
    const caps = createDailyCaps(most === undefined ? {} : { workspace: most });
    return { workspaces: createWorkspaces({ store: createWorkspaceStore(database), changes, facts, caps }), facts, changed };
  }

  it("is its maker's at once, though they were known to be in none", async () => {
    const { workspaces, facts } = start();
    const ann = await addUser(database, "Ann");
    expect(await facts.homeOf(ann)).toBeUndefined();
    const { id } = await workspaces.create("First", ann);
    expect(await facts.homeOf(ann)).toBe(id);
    expect(await workspaces.read(id, ann)).toMatchObject({ name: "First", role: "owner" });
  });

  it("makes nobody look again at what they may do, beyond the first", async () => {
    const { workspaces, changed } = start();
    const ann = await addUser(database, "Ann");
    await workspaces.create("First", ann);
    changed.mockClear();
    const { id } = await workspaces.create("Second", ann);
    await workspaces.create("Third", LOCAL_PERSON);
    expect(changed).not.toHaveBeenCalled();
    expect(await workspaces.read(id, ann)).toMatchObject({ role: "owner" });
  });

  it("is one of so many that a person may make in a day", async () => {
    const { workspaces } = start(1);
    const ann = await addUser(database, "Ann");
    await workspaces.create("First", ann);
    await expect(workspaces.create("Second", ann)).rejects.toMatchObject({ code: "rate-limited" });
    expect(await workspaces.of(ann)).toHaveLength(1);
  });
});
