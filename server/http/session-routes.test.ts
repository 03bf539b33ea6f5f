import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { removeEverybody, startAccounts, type TestAccounts, type TestBrowser, TOKEN_FILE } from "../auth/accounts/testing/start-accounts.ts";
import { hashSecret } from "../auth/secrets.ts";
import { createMail } from "../mail/mail.ts";
import { startSmtpServer } from "../mail/testing/smtp-server.ts";
import { createAccountStore } from "../store/accounts.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { postgresForTests } from "../store/database/test-database.ts";
import { userAccounts, userSessions, users, userVerifications } from "../store/schema/people.ts";

const postgres = await postgresForTests();
const KINDS = [{ kind: "PGlite", options: { memory: true } }, ...(postgres ? [{ kind: "Postgres", options: { url: postgres.url } }] : [])];
afterAll(async () => postgres?.drop());

const ADA = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
const WRONG = { ...ADA, password: "wrong horse battery" };
const enter = ({ email, password }: typeof ADA) => ({ email, password });

describe.each(KINDS)("accounts on $kind", ({ options }) => {
  let database: Database;
  let app: TestAccounts;
  beforeAll(async () => {
    database = await openDatabase(options);
  });
  afterEach(async () => {
    await app.close();
    await removeEverybody(database);
  });
  afterAll(() => database.close());

  const start = async (given: Partial<Parameters<typeof startAccounts>[0]> = {}) => {
    app = await startAccounts({ database, ...given });
  };
  /** Ada, the owner, signed in. */
  const startWithAda = async (given: Partial<Parameters<typeof startAccounts>[0]> = {}): Promise<TestBrowser> => {
    await start(given);
    const browser = app.browser();
    expect((await browser.send("POST", "/api/owner", { ...ADA, token: await app.ownerToken() })).status).toBe(201);
    return browser;
  };
  const whoIs = async (browser: TestBrowser) => (await browser.send("GET", "/api/session")).json.caller;
  const actions = () => app.audit.map(({ action, actor }) => `${action} by ${actor.name}`);

  it("begins with an owner, made by the printed link, once", async () => {
    await start();
    expect((await app.browser().send("GET", "/api/session")).json).toMatchObject({
      mode: "team",
      needsOwner: true,
      caller: { kind: "anonymous" },
      workspace: null,
    });
    const token = await app.ownerToken();
    const [ada, eve] = [app.browser(), app.browser()];
    const answers = await Promise.all([
      ada.send("POST", "/api/owner", { ...ADA, token }),
      eve.send("POST", "/api/owner", { ...ADA, email: "eve@example.org", token }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(await database.db.select().from(users)).toHaveLength(1);
    const first = answers[0]?.status === 201 ? ada : eve;
    const session = (await first.send("GET", "/api/session")).json;
    expect(session).toMatchObject({ needsOwner: false, person: true, caller: { kind: "user" }, signIn: { password: true, provider: null, mail: false } });
    expect(session.actions).toContain("workspace.create");
    expect(session.actions).not.toContain("graph.edit");
  });

  it("makes one owner of two whose processes know nothing of each other", async () => {
    await start();
    const store = createAccountStore(database);
    const own = (name: string) =>
      store.createOwner({ ...{ id: createId("user"), name, email: `${name}@example.org` }, emailVerified: true, passwordHash: "none" });
    expect((await Promise.all([own("ada"), own("eve")])).toSorted()).toEqual([false, true]);
    expect(await database.db.select().from(users)).toHaveLength(1);
  });

  it("refuses the owner link's neighbours", async () => {
    await start();
    await app.ownerToken();
    expect(await app.browser().send("POST", "/api/owner", { ...ADA, token: "x".repeat(43) })).toMatchObject({ status: 410 });
    expect(await app.browser().send("POST", "/api/owner", { ...ADA, password: "short", token: await app.ownerToken() })).toMatchObject({ status: 400 });
  });

  it("signs in with a cookie that no script reads and no other site sends, and out again", async () => {
    await startWithAda();
    const browser = app.browser();
    const answer = await browser.send("POST", "/api/session", enter({ ...ADA, email: "ADA@example.org" }));
    expect(answer).toMatchObject({ status: 201, json: { name: "Ada" } });
    expect(answer.headers.getSetCookie()).toHaveLength(1);
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(new RegExp(`^${app.cookieName}=`));
    for (const part of [/; HttpOnly/i, /; SameSite=Strict/i, /; Path=\//i, /; Max-Age=2592000/i]) expect(cookie).toMatch(part);
    expect(cookie).not.toMatch(/; Secure/i);
    expect(await whoIs(browser)).toMatchObject({ kind: "user", name: "Ada", email: "ada@example.org" });
    const stolen = new Map(browser.cookies);
    expect((await browser.send("DELETE", "/api/session")).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    for (const [name, value] of stolen) browser.cookies.set(name, value);
    expect(await whoIs(browser)).toMatchObject({ kind: "anonymous" });
    expect(app.changes()).toBe(1);
    expect(actions()).toEqual(["session.signed-in by Ada", "session.signed-in by Ada", "session.signed-out by Ada"]);
  });

  it("asks for TLS where it is served over TLS", async () => {
    const browser = await startWithAda({ publicUrl: new URL("https://heddle.example") });
    const answer = await browser.send("POST", "/api/session", enter(ADA));
    expect(answer.headers.getSetCookie()[0]).toMatch(/; Secure/i);
  });

  it("answers alike for a wrong password and for an address that nobody has", async () => {
    await startWithAda();
    const [wrong, unknown] = await Promise.all(
      [WRONG, { ...WRONG, email: "nobody@example.org" }].map((who) => app.browser().send("POST", "/api/session", enter(who))),
    );
    expect(wrong).toMatchObject({ status: 401 });
    expect(unknown?.status).toBe(401);
    expect(unknown?.json).toEqual(wrong?.json);
    expect(
      app.audit
        .filter(({ action }) => action === "session.refused")
        .map(({ resource }) => resource.name)
        .toSorted(),
    ).toEqual(["ada@example.org", "nobody@example.org"]);
    expect(JSON.stringify(app.audit)).not.toContain("horse");
  });

  it("lets nobody try for long", async () => {
    await startWithAda();
    for (let count = 0; count < 10; count++) expect((await app.browser().send("POST", "/api/session", enter(WRONG))).status).toBe(401);
    const late = await app.browser().send("POST", "/api/session", enter(ADA));
    expect(late).toMatchObject({ status: 429, json: { code: "rate-limited" } });
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(late.json.retryAfter).toBe(Number(late.headers.get("retry-after")));
  });

  it("keeps no password, and nothing that a thief of the tables could sign in with", async () => {
    const browser = await startWithAda();
    const rows = JSON.stringify([
      await database.db.select().from(users),
      await database.db.select().from(userAccounts),
      await database.db.select().from(userSessions),
    ]);
    expect(rows).toContain("$argon2id$");
    expect(rows).not.toContain(ADA.password);
    expect(rows).not.toContain(browser.cookies.get(app.cookieName));
    const [{ token = "" } = {}] = await database.db.select().from(userSessions);
    for (const value of [token, `${token}.${token}`, encodeURIComponent(`${token}.${Buffer.alloc(32).toString("base64")}`)]) {
      browser.cookies.set(app.cookieName, value);
      expect(await whoIs(browser)).toMatchObject({ kind: "anonymous" });
    }
  });

  it("hashes a password again when its hash is of weaker times", async () => {
    await startWithAda();
    const store = createAccountStore(database);
    const [{ id = "" } = {}] = await database.db.select().from(users);
    // "correct horse battery" with m=64, t=1, and a salt of sevens
    const { argon2Sync } = await import("node:crypto");
    const tag = argon2Sync("argon2id", { message: ADA.password, nonce: Buffer.alloc(16, 7), parallelism: 1, tagLength: 32, memory: 64, passes: 1 });
    const bare = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
    await store.setPasswordHash(id, `$argon2id$v=19$m=64,t=1,p=1$${bare(Buffer.alloc(16, 7))}$${bare(tag)}`);
    expect((await app.browser().send("POST", "/api/session", enter(ADA))).status).toBe(201);
    expect(await store.passwordHash(id)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await app.browser().send("POST", "/api/session", enter(ADA))).status).toBe(201);
  });

  it("lists where one is signed in, and ends one or all of it", async () => {
    const [here, there] = [await startWithAda(), app.browser()];
    await there.send("POST", "/api/session", enter(ADA));
    const { items } = (await here.send("GET", "/api/profile/sessions")).json;
    expect(items).toHaveLength(2);
    expect(items.filter(({ current }: { current: boolean }) => current)).toMatchObject([{ browser: "Test/1", address: "127.0.0.1" }]);
    const other = items.find(({ current }: { current: boolean }) => !current);
    expect((await here.send("DELETE", `/api/profile/sessions/${other.id}`)).status).toBe(204);
    expect((await here.send("DELETE", `/api/profile/sessions/${other.id}`)).status).toBe(404);
    expect(await whoIs(there)).toMatchObject({ kind: "anonymous" });
    await there.send("POST", "/api/session", enter(ADA));
    expect((await here.send("DELETE", "/api/profile/sessions")).status).toBe(204);
    expect([await whoIs(here), await whoIs(there)]).toMatchObject([{ kind: "anonymous" }, { kind: "anonymous" }]);
    expect(here.cookies.has(app.cookieName)).toBe(false);
    expect(app.changes()).toBe(2);
  });

  it("ends a session of somebody else's for nobody", async () => {
    const ada = await startWithAda();
    const bob = { id: "user_bob" as never, name: "Bob", email: "bob@example.org", emailVerified: false, passwordHash: "none" };
    await createAccountStore(database).create(bob);
    await database.db.insert(userSessions).values({ id: "of-bob", userId: bob.id, token: "t", expiresAt: new Date(Date.now() + 60_000) });
    expect((await ada.send("DELETE", "/api/profile/sessions/of-bob")).status).toBe(404);
    expect(await createAccountStore(database).sessions(bob.id)).toHaveLength(1);
  });

  it("changes name and password; the other sessions end", async () => {
    const [here, there] = [await startWithAda(), app.browser()];
    await there.send("POST", "/api/session", enter(ADA));
    expect((await here.send("PATCH", "/api/profile", { name: "Ada L." })).status).toBe(204);
    expect((await here.send("GET", "/api/profile")).json).toMatchObject({ name: "Ada L.", email: "ada@example.org", hasPassword: true });
    const change = (current: string) => here.send("POST", "/api/profile/password", { current, password: "another horse battery" });
    expect((await change("wrong")).status).toBe(403);
    expect((await change(ADA.password)).status).toBe(204);
    expect([await whoIs(here), await whoIs(there)]).toMatchObject([{ kind: "user", name: "Ada L." }, { kind: "anonymous" }]);
    expect((await there.send("POST", "/api/session", enter(ADA))).status).toBe(401);
    expect((await there.send("POST", "/api/session", enter({ ...ADA, password: "another horse battery" }))).status).toBe(201);
  });

  it("sets a new password by a link from the log, once; every session and every other link ends", async () => {
    const browser = await startWithAda();
    const ask = async () => {
      const before = app.log.length;
      expect(await app.browser().send("POST", "/api/password/forgotten", { email: ADA.email })).toMatchObject({ status: 202, json: { mail: false } });
      await expect.poll(() => app.log.length).toBe(before + 1);
      return /\/reset\/([\w-]+)/.exec(app.log.at(-1) ?? "")?.[1] ?? "";
    };
    const [older, token] = [await ask(), await ask()];
    const kept = JSON.stringify(await database.db.select().from(userVerifications));
    expect(kept).not.toContain(token);
    const reset = (with_: string) => app.browser().send("POST", "/api/password/reset", { token: with_, password: "another horse battery" });
    expect((await reset(hashSecret(token))).status).toBe(410);
    const both = await Promise.all([reset(token), reset(token)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 410]);
    expect((await reset(older)).status).toBe(410);
    expect(await whoIs(browser)).toMatchObject({ kind: "anonymous" });
    expect(app.changes()).toBe(1);
    expect((await browser.send("POST", "/api/session", enter(ADA))).status).toBe(401);
    expect((await browser.send("POST", "/api/session", enter({ ...ADA, password: "another horse battery" }))).status).toBe(201);
  });

  it("lets a link run out after half an hour", async () => {
    await startWithAda();
    await app.browser().send("POST", "/api/password/forgotten", { email: ADA.email });
    await expect.poll(() => app.log).toHaveLength(1);
    const [row] = await database.db.select().from(userVerifications);
    const left = Number(row?.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(25 * 60_000);
    expect(left).toBeLessThanOrEqual(30 * 60_000);
    await database.db.update(userVerifications).set({ expiresAt: new Date(Date.now() - 1) });
    const token = /\/reset\/([\w-]+)/.exec(app.log[0] ?? "")?.[1] ?? "";
    expect((await app.browser().send("POST", "/api/password/reset", { token, password: "another horse battery" })).status).toBe(410);
  });

  it("mails the link where there is a mail server, and says nothing of it in the log", async () => {
    const smtp = await startSmtpServer();
    const mail = createMail({ smtpUrl: smtp.url, from: "heddle@example.org", logger: { debug() {}, info() {}, warn() {}, error() {}, fatal() {} } });
    await startWithAda({ mail });
    for (const email of [ADA.email, "nobody@example.org"])
      expect(await app.browser().send("POST", "/api/password/forgotten", { email })).toMatchObject({ status: 202, json: { mail: true } });
    await expect.poll(() => smtp.mails.length).toBe(1);
    await app.accounts.close();
    expect(smtp.mails).toMatchObject([{ to: [ADA.email] }]);
    expect(smtp.mails[0]?.content).toMatch(new RegExp(`${app.url}/reset/[\\w-]{20,}`));
    expect(app.log).toEqual([]);
    await smtp.close();
  });

  it("slides a session that is used", async () => {
    const browser = await startWithAda();
    const soon = new Date(Date.now() + 24 * 3_600_000);
    await database.db.update(userSessions).set({ expiresAt: soon });
    const answer = await browser.send("GET", "/api/session");
    expect(answer.headers.getSetCookie()[0]).toMatch(/Max-Age=2592000/i);
    const [row] = await database.db.select().from(userSessions);
    expect(Number(row?.expiresAt)).toBeGreaterThan(Number(soon));
    await database.db.update(userSessions).set({ expiresAt: new Date(Date.now() - 1) });
    expect(await whoIs(browser)).toMatchObject({ kind: "anonymous" });
  });

  it("has no accounts with one user, until it is switched", async () => {
    await start({ team: false });
    const browser = app.browser();
    expect((await browser.send("GET", "/api/session")).json).toMatchObject({
      ...{ mode: "single-user", needsOwner: false, caller: { kind: "local" }, workspace: { id: "workspace_default", role: "owner" } },
      signIn: { password: false, provider: null },
    });
    expect((await browser.send("POST", "/api/session", enter(ADA))).status).toBe(409);
    expect((await browser.send("POST", "/api/installation/team")).status).toBe(403);
    const answer = await fetch(`${app.url}/api/installation/team`, { method: "POST", headers: { authorization: `Bearer ${TOKEN_FILE}` } });
    const { ownerUrl } = (await answer.json()) as { ownerUrl: string };
    expect(ownerUrl).toMatch(new RegExp(`^${app.url}/owner/[\\w-]{43}$`));
    expect(await whoIs(browser)).toMatchObject({ kind: "anonymous" });
    expect((await browser.send("POST", "/api/owner", { ...ADA, token: ownerUrl.split("/").at(-1) })).status).toBe(201);
    expect(actions()).toEqual(["installation.team by You", "session.signed-in by Ada"]);
  });
});
