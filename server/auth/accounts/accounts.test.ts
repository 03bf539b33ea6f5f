import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Exchange } from "../../http/handle.ts";
import { createAccountStore } from "../../store/accounts.ts";
import { type Database, openDatabase } from "../../store/database/open-database.ts";
import { members, users } from "../../store/schema/people.ts";
import { hashPassword } from "./passwords.ts";
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
function exchangeWith(cookie?: string, remoteAddress = "127.0.0.1"): Exchange & { cookies: string[] } {
  const cookies: string[] = [];
  const response = { appendHeader: (_name: string, value: string) => cookies.push(value), setHeader: vi.fn() };
  const request = { headers: { ...(cookie !== undefined && { cookie }) }, socket: { remoteAddress } };
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

  it("hashes nothing for an address that is taken, and tells who has one to nobody for long", async () => {
    app = await startAccounts({ database });
    await app.accounts.create(ADA, exchangeWith());
    const also = vi.fn(async () => undefined);
    const again = (address: string) => app.accounts.create({ ...ADA, about: "an invitation", also }, exchangeWith(undefined, address));
    const tried = await Promise.allSettled(Array.from({ length: 12 }, () => again("127.0.0.2")));
    expect(tried.filter((one) => one.status === "rejected" && one.reason.code === "conflict")).toHaveLength(10);
    const late = exchangeWith(undefined, "127.0.0.2");
    await expect(app.accounts.create({ ...ADA, email: "eve@example.org", about: "an invitation" }, late)).rejects.toMatchObject({ code: "rate-limited" });
    expect(late.response.setHeader).toHaveBeenCalledWith("retry-after", expect.any(Number));
    expect(also).not.toHaveBeenCalled();
    await app.accounts.create({ ...ADA, email: "eve@example.org", about: "an invitation" }, exchangeWith(undefined, "127.0.0.3"));
  });

  it("keeps an account open to its owner while somebody elsewhere guesses its password", async () => {
    app = await startAccounts({ database });
    await app.accounts.create(ADA, exchangeWith());
    const guess = { ...ADA, password: "wrong horse battery" };
    for (let count = 0; count < 10; count++)
      await expect(app.accounts.signIn(guess, exchangeWith(undefined, "127.0.0.2"))).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(app.accounts.signIn(ADA, exchangeWith(undefined, "127.0.0.2"))).rejects.toMatchObject({ code: "rate-limited" });
    await expect(app.accounts.signIn(ADA, exchangeWith(undefined, "127.0.0.3"))).resolves.toMatchObject({ name: "Ada" });
  });

  it("leaves no session by a password that was set anew while it was being verified", async () => {
    app = await startAccounts({ database });
    const { id } = await app.accounts.create(ADA, exchangeWith());
    const store = createAccountStore(database);
    await store.endSessions(id);
    const reset = await hashPassword("another horse battery");
    // as a reset does, at the latest time it can: the old password was found right, and the session is about to be made
    await database.db.execute(`
      create function reset_now() returns trigger language plpgsql as $$ begin
        update user_accounts set password = '${reset}' where user_id = new.user_id;
        return new;
      end $$;
      create trigger reset_now before insert on user_sessions for each row execute function reset_now();`);
    const exchange = exchangeWith();
    await expect(app.accounts.signIn(ADA, exchange)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(exchange.cookies).toEqual([]);
    expect(await store.sessions(id)).toEqual([]);
    await database.db.execute("drop trigger reset_now on user_sessions; drop function reset_now;");
    await expect(app.accounts.signIn({ ...ADA, password: "another horse battery" }, exchangeWith())).resolves.toMatchObject({ id });
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
