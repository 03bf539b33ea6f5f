import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Exchange } from "../../http/handle.ts";
import { createAccountStore } from "../../store/accounts.ts";
import { type Database, openDatabase } from "../../store/database/open-database.ts";
import { members, users } from "../../store/schema/people.ts";
import { removeEverybody, startAccounts, type TestAccounts } from "./testing/start-accounts.ts";

let database: Database;
let app: TestAccounts;
beforeAll(async () => {
  database = await openDatabase({ memory: true });
});
afterEach(async () => {
  await app.close();
  await removeEverybody(database);
});
afterAll(() => database.close());

const ADA = { name: "Ada", email: "ada@example.org", password: "correct horse battery", isTheirs: false };

/** A request of a browser, and what it is answered. */
function exchangeWith(cookie?: string): Exchange & { cookies: string[] } {
  const cookies: string[] = [];
  const response = { appendHeader: (_name: string, value: string) => cookies.push(value), setHeader: vi.fn() };
  const request = { headers: { ...(cookie !== undefined && { cookie }) }, socket: { remoteAddress: "127.0.0.1" } };
  return { request, response, cookies } as unknown as Exchange & { cookies: string[] };
}
const cookieOf = ({ cookies }: { cookies: string[] }) => cookies.at(-1)?.split(";")[0] ?? "";

describe("createAccounts", () => {
  it("makes an account and what it is made for together, and signs in", async () => {
    app = await startAccounts({ database });
    const exchange = exchangeWith();
    const made = await app.accounts.create(
      {
        ...ADA,
        also: async (tx, userId) => void (await tx.insert(members).values({ workspaceId: "workspace_default", userId, role: "viewer", createdBy: "local" })),
      },
      exchange,
    );
    expect(await app.accounts.userOf(exchangeWith(cookieOf(exchange)).request)).toEqual(made);
    expect(await database.db.select().from(members)).toMatchObject([{ userId: made.id, role: "viewer" }]);
  });

  it("makes neither when one fails", async () => {
    app = await startAccounts({ database });
    const also = () => Promise.reject(new Error("the invitation is over"));
    await expect(app.accounts.create({ ...ADA, also }, exchangeWith())).rejects.toThrow("over");
    expect(await database.db.select().from(users)).toEqual([]);
    await app.accounts.create(ADA, exchangeWith());
    await expect(app.accounts.create({ ...ADA, name: "Eve" }, exchangeWith())).rejects.toMatchObject({ code: "conflict" });
  });

  it("ends the session that a browser had when it signs in anew", async () => {
    app = await startAccounts({ database });
    const first = exchangeWith();
    const { id } = await app.accounts.create(ADA, first);
    const second = exchangeWith(cookieOf(first));
    await app.accounts.signIn(ADA, second);
    expect(await createAccountStore(database).sessions(id)).toHaveLength(1);
    expect(await app.accounts.userOf(exchangeWith(cookieOf(first)).request)).toBeUndefined();
    expect(app.changes()).toBe(1);
  });

  it("says that the database is away, not that nobody is signed in", async () => {
    const away = await openDatabase({ memory: true });
    const lost = await startAccounts({ database: away });
    const exchange = exchangeWith();
    await lost.accounts.create(ADA, exchange);
    await away.close();
    await expect(lost.accounts.userOf(exchangeWith(cookieOf(exchange)).request)).rejects.toMatchObject({ code: "unavailable" });
    await lost.close();
    app = await startAccounts({ database });
  });
});
