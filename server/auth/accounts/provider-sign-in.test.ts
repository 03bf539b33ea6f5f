import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { createAccountStore } from "../../store/accounts.ts";
import { type Database, openDatabase } from "../../store/database/open-database.ts";
import { invitations, userAccounts, userSessions, users, userVerifications } from "../../store/schema/people.ts";
import { hashSecret } from "../secrets.ts";
import { type FakeProvider, startFakeProvider } from "./testing/fake-provider.ts";
import { removeEverybody, startAccounts, type TestAccounts, type TestBrowser } from "./testing/start-accounts.ts";

let database: Database;
let provider: FakeProvider;
let app: TestAccounts;
beforeAll(async () => {
  database = await openDatabase({ memory: true });
});
beforeEach(async () => {
  provider = await startFakeProvider();
});
afterEach(async () => {
  await app.close();
  await provider.close();
  await removeEverybody(database);
});
afterAll(() => database.close());

const BOB = { id: createId("user"), name: "Bob", email: "bob@example.org", emailVerified: true, passwordHash: "none" };

async function start(signUp: "invited" | "anyone" = "anyone", more: { issuer?: string } = {}) {
  const { issuer, clientId, clientSecret } = provider;
  app = await startAccounts({ database, oidc: { ...{ issuer, clientId, clientSecret, name: "Example", signUp }, ...more } });
  await createAccountStore(database).create({ ...BOB, id: createId("user") });
}

async function invite(given: { email: string | null; token: string; expiresAt?: Date }) {
  const row = {
    id: createId("invite"),
    workspaceId: "workspace_default",
    role: "viewer",
    createdBy: "local",
    expiresAt: new Date(Date.now() + 60_000),
  } as const;
  const { token, ...rest } = given;
  await database.db.insert(invitations).values({ ...row, ...rest, tokenHash: hashSecret(token) });
}

/** To the provider, and back as it sends one. */
async function go(browser: TestBrowser, body: object = {}): Promise<URL> {
  const answer = await browser.send("POST", "/api/session/provider", body);
  expect(answer.status).toBe(200);
  return provider.consent(answer.json.url);
}
const comeBack = async (browser: TestBrowser, back: URL) => (await browser.send("GET", back.pathname + back.search)).headers.get("location");
const whoIs = async (browser: TestBrowser) => (await browser.send("GET", "/api/session")).json.caller;
const signIn = async (browser: TestBrowser, body: object = {}) => comeBack(browser, await go(browser, body));

describe("signing in with an OpenID Connect provider", () => {
  it.each(["RS256", "ES256"] as const)("makes an account, signed with %s, and knows it again", async (algorithm) => {
    await start();
    provider.algorithm = algorithm;
    const browser = app.browser();
    expect(await signIn(browser, { returnTo: "/graphs?sort=name" })).toBe(`${app.url}/graphs?sort=name`);
    expect(await whoIs(browser)).toMatchObject({ kind: "user", name: "Ada", email: "ada@example.org" });
    provider.person = { ...provider.person, email: "elsewhere@example.org", email_verified: false };
    const again = app.browser();
    await signIn(again);
    expect(await whoIs(again)).toEqual(await whoIs(browser));
    expect(await database.db.select().from(users)).toHaveLength(2);
    expect(app.audit.map(({ action, detail }) => [action, detail])).toEqual([
      ["session.signed-in", { provider: "Example" }],
      ["session.signed-in", { provider: "Example" }],
    ]);
  });

  it("keeps none of the provider's tokens", async () => {
    await start();
    await signIn(app.browser());
    await signIn(app.browser());
    const rows = await Promise.all([userAccounts, userSessions, userVerifications].map((table) => database.db.select().from(table)));
    expect(JSON.stringify(rows)).not.toMatch(/canary|eyJ/);
    expect(rows[2]).toEqual([]);
  });

  it("tells the provider what it must, in the address", async () => {
    await start();
    const { url } = (await app.browser().send("POST", "/api/session/provider", {})).json;
    const query = Object.fromEntries(new URL(url).searchParams);
    expect(query).toMatchObject({
      ...{ response_type: "code", client_id: "heddle", scope: "openid email profile", code_challenge_method: "S256" },
      redirect_uri: `${app.url}/api/auth/callback/oidc`,
    });
    for (const name of ["state", "nonce", "code_challenge"]) expect(query[name]?.length).toBeGreaterThanOrEqual(32);
  });

  it.each([
    ["of another sign-in", { nonce: "another" }],
    ["without a nonce", { nonce: undefined }],
    ["for another client", { aud: "another" }],
    ["for several clients, not issued to us", { aud: ["heddle", "another"], azp: "another" }],
    ["that has expired", { exp: Math.floor(Date.now() / 1_000) - 120 }],
    ["that never expires", { exp: undefined }],
    ["of another issuer", { iss: "https://another.example" }],
    ["without a subject", { sub: undefined }],
  ])("refuses an ID token %s", async (_name, lie) => {
    await start();
    provider.lie = lie;
    const browser = app.browser();
    expect(await signIn(browser)).toBe("/sign-in?refused=failed");
    expect(await whoIs(browser)).toMatchObject({ kind: "anonymous" });
    expect(await database.db.select().from(users)).toHaveLength(1);
    expect(app.audit).toMatchObject([{ action: "session.refused", detail: { reason: "failed" } }]);
  });

  it("refuses a signature by a key that is not the provider's, or none; takes a new key of its", async () => {
    await start();
    expect(await signIn(app.browser())).toBe(`${app.url}/`);
    provider.useKey("foreign");
    expect(await signIn(app.browser())).toBe("/sign-in?refused=failed");
    provider.algorithm = "none";
    expect(await signIn(app.browser())).toBe("/sign-in?refused=failed");
  });

  it("asks for the keys again when one is new", async () => {
    await start();
    provider.useKey("next");
    expect(await signIn(app.browser())).toBe(`${app.url}/`);
  });

  it("refuses a state that was used, is another browser's, or nobody's", async () => {
    await start();
    const browser = app.browser();
    const back = await go(browser);
    expect(await comeBack(app.browser(), back)).toBe("/sign-in?refused=expired");
    expect(await comeBack(browser, back)).toBe(`${app.url}/`);
    await browser.send("DELETE", "/api/session");
    expect(await comeBack(browser, back)).toBe("/sign-in?refused=expired");
    expect(await comeBack(browser, new URL("/api/auth/callback/oidc?code=x&state=made-up", app.url))).toBe("/sign-in?refused=expired");
    expect(await comeBack(browser, new URL("/api/auth/callback/oidc", app.url))).toBe("/sign-in?refused=expired");
    expect(await whoIs(browser)).toMatchObject({ kind: "anonymous" });
    expect(app.audit.filter(({ action }) => action === "session.refused")).toEqual([]);
  });

  it("writes down no more than some refusals of one address, and answers all the same", async () => {
    await start();
    provider.person = { sub: "subject-3", email: "carol@example.org" };
    const browser = app.browser();
    for (let count = 0; count < 33; count++) expect(await signIn(browser)).toBe("/sign-in?refused=unverified");
    expect(app.audit).toHaveLength(30);
  });

  it("refuses the answer of another issuer, and a code of another sign-in", async () => {
    await start();
    const browser = app.browser();
    const back = await go(browser);
    back.searchParams.set("iss", "https://another.example");
    expect(await comeBack(browser, back)).toBe("/sign-in?refused=failed");
    const [mine, theirs] = [await go(browser), await go(app.browser())];
    mine.searchParams.set("code", theirs.searchParams.get("code") ?? "");
    expect(await comeBack(browser, mine)).toBe("/sign-in?refused=failed");
  });

  it("says it was called off, and repeats no word of the provider's", async () => {
    await start();
    const browser = app.browser();
    const back = await go(browser);
    back.search = new URLSearchParams({ state: back.searchParams.get("state") ?? "", error: "access_denied", error_description: "<b>call 555</b>" }).toString();
    expect(await comeBack(browser, back)).toBe("/sign-in?refused=cancelled");
  });

  it("takes nobody's word for an unverified address", async () => {
    await start();
    provider.person = { sub: "subject-2", email: BOB.email, email_verified: false };
    expect(await signIn(app.browser())).toBe("/sign-in?refused=not-linked");
    provider.person = { sub: "subject-3", email: "carol@example.org" };
    expect(await signIn(app.browser())).toBe("/sign-in?refused=unverified");
    expect(await database.db.select().from(userAccounts)).toHaveLength(1);
  });

  it("joins an account that was shown to have the address, and no other", async () => {
    await start();
    provider.person = { sub: "subject-bob", email: BOB.email, email_verified: true, name: "Robert" };
    const browser = app.browser();
    expect(await signIn(browser)).toBe(`${app.url}/`);
    expect(await whoIs(browser)).toMatchObject({ name: "Bob", email: BOB.email });
    await createAccountStore(database).create({ ...BOB, id: createId("user"), email: "squatter@example.org", emailVerified: false });
    provider.person = { sub: "subject-4", email: "squatter@example.org", email_verified: true };
    expect(await signIn(app.browser())).toBe("/sign-in?refused=not-linked");
  });

  it("lets in who was invited, where only those may have an account", async () => {
    await start("invited");
    expect(await signIn(app.browser())).toBe("/sign-in?refused=not-invited");
    await invite({ email: null, token: "a-link-for-whoever-has-it" });
    await invite({ email: "ada@example.org", token: "late", expiresAt: new Date(Date.now() - 1) });
    expect(await signIn(app.browser())).toBe("/sign-in?refused=not-invited");
    expect(await signIn(app.browser(), { invitation: "not-the-link-for-whoever" })).toBe("/sign-in?refused=not-invited");
    expect(await signIn(app.browser(), { invitation: "a-link-for-whoever-has-it" })).toBe(`${app.url}/`);
    provider.person = { sub: "subject-6", email: "dan@example.org", email_verified: true };
    expect(await signIn(app.browser(), { invitation: "a-link-for-whoever-has-it" })).toBe("/sign-in?refused=not-invited");
    const [link] = await database.db
      .select()
      .from(invitations)
      .where(eq(invitations.tokenHash, hashSecret("a-link-for-whoever-has-it")));
    expect(link).toMatchObject({ email: "ada@example.org", acceptedAt: null });
    provider.person = { sub: "subject-5", email: "Carol@example.org", email_verified: true };
    await invite({ email: "carol@example.org", token: "for-carol" });
    expect(await signIn(app.browser())).toBe(`${app.url}/`);
  });

  it("makes no first account: that is the owner's", async () => {
    await start();
    await removeEverybody(database);
    expect(await signIn(app.browser())).toBe("/sign-in?refused=no-owner");
    expect(await database.db.select().from(users)).toEqual([]);
  });

  it.each(["//evil.example/x", "/\\evil.example", "/\t/evil.example"])("goes back to no other site: %j", async (returnTo) => {
    await start();
    expect(new URL((await signIn(app.browser(), { returnTo })) ?? "", app.url).origin).toBe(app.url);
  });

  it("says when the provider does not answer, or is another than was named", async () => {
    await start("anyone", { issuer: `${provider.issuer}/realm` });
    expect(await app.browser().send("POST", "/api/session/provider", {})).toMatchObject({ status: 503 });
    await app.close();
    app = await startAccounts({ database });
    expect(await app.browser().send("POST", "/api/session/provider", {})).toMatchObject({ status: 409 });
  });

  it("offers nothing else of the library's", async () => {
    await start();
    for (const path of ["/api/auth/get-session", "/api/auth/sign-up/email", "/api/auth/sign-in/email", "/api/auth/callback/github", "/api/auth/ok"])
      for (const method of ["GET", "POST"]) expect((await app.browser().send(method, path, method === "POST" ? {} : undefined)).status, path).toBe(404);
  });
});
