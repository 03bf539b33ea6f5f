import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { APIRequestContext, Page } from "playwright/test";
import type { Role } from "#server/contract/access.ts";
import { invite } from "#server/contract/workspaces.ts";
import type { EchoServer } from "./echo-server.ts";
import { startEchoServer } from "./echo-server.ts";
import type { HeddleServer } from "./heddle-server.ts";
import { createHeddleServer } from "./heddle-server.ts";
import { test as base, expect } from "./journey.ts";

export interface Account {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Whoever makes the first account of the journeys' server. */
export const OWNER: Account = { name: "Ada Weaver", email: "ada@example.org", password: "warp and weft and reed" };

/** Somebody whose browser is signed in. */
export interface Person extends Account {
  readonly page: Page;
}

interface Invited {
  readonly role: Role;
  /** Another workspace than the first. */
  readonly workspace?: string;
}

interface TeamFixtures {
  /** The owner, in a browser of their own. */
  readonly owner: Person;
  /** Somebody new with a role, in a browser of their own. */
  readonly newcomer: (name: string, invited: Invited) => Promise<Person>;
  /** Another browser of somebody who has an account. */
  readonly signedIn: (account: Account) => Promise<Person>;
}

interface TeamWorker {
  readonly echo: EchoServer;
  /** Calls the API with the token file of the installation's owner. */
  readonly installation: APIRequestContext;
}

/** Journeys of people: one server in team mode for all of them, which may call the echo server. `request` speaks as the installation's owner. */
export const test = base.extend<TeamFixtures, TeamWorker>({
  echo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needed fixtures from this pattern
    async ({}, use) => {
      const echo = await startEchoServer();
      await use(echo);
      await echo.close();
    },
    { scope: "worker" },
  ],
  heddle: [
    async ({ echo }, use) => {
      const server = await createHeddleServer({ HEDDLE_TEAM: "1", HEDDLE_EGRESS_ALLOW: echo.host });
      await use(server);
      await server.dispose();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  installation: [
    async ({ heddle, playwright }, use) => {
      const token = (await readFile(join(heddle.dataDirectory, "token"), "utf8")).trim();
      const context = await playwright.request.newContext({ baseURL: heddle.url, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
      await use(context);
      await context.dispose();
    },
    { scope: "worker" },
  ],
  request: async ({ installation }, use) => use(installation),
  signedIn: async ({ openWindow, heddle }, use) => {
    await use(async (account) => {
      const page = await openWindow();
      const { email, password } = account;
      await expectStatus(page.request.post("/api/session", { data: { email, password }, headers: { origin: heddle.url } }), 201);
      return { ...account, page };
    });
  },
  owner: async ({ openWindow, heddle, signedIn, request }, use) => {
    const { needsOwner } = await (await request.get("/api/session")).json();
    if (!needsOwner) return use(await signedIn(OWNER));
    const page = await openWindow();
    await expectStatus(page.request.post("/api/owner", { data: { token: tokenOf(ownerLink(heddle)), ...OWNER } }), 201);
    await use({ ...OWNER, page });
  },
  // the owner comes first: whom would the others ask?
  newcomer: async ({ openWindow, request, owner: _owner }, use) => {
    let count = 0;
    await use(async (name, { role, workspace }) => {
      const headers = workspace === undefined ? {} : { "heddle-workspace": workspace };
      const { url } = invite.answer.parse(await expectStatus(request.post("/api/invitations", { data: { role }, headers }), 201));
      const account = accountOf(name, `${Date.now()}-${++count}`);
      const page = await openWindow();
      await expectStatus(page.request.post("/api/invitations/accept", { data: { token: tokenOf(url), account } }), 200);
      return { ...account, page };
    });
  },
});

export { expect };

/** The link that the server printed for the first owner. */
export function ownerLink({ output }: HeddleServer): string {
  const link = /Make the first owner, once, .*: (http\S+\/owner\/[\w-]+)/.exec(output)?.[1];
  if (link === undefined) throw new Error("The server printed no link for the first owner.");
  return link;
}

/** An account that nobody has yet. */
export function accountOf(name: string, unique: string | number = Date.now()): Account {
  return { name, email: `${name.toLowerCase()}-${unique}@example.org`, password: `${name} keeps the loom` };
}

/** Fills in the form of a new account. */
export async function fillAccount(page: Page, { name, email, password }: Account): Promise<void> {
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("textbox", { name: "E-mail" }).fill(email);
  await page.getByLabel("Password").fill(password);
}

/** Calls the API as the page's person, as the canvas would: with their cookie and from its origin. */
export function callAs({ page }: Pick<Person, "page">, method: string, path: string) {
  return page.evaluate(
    async ([how, where]) => {
      const answer = await fetch(where, { method: how, headers: { "content-type": "application/json" }, ...(how !== "GET" && { body: "{}" }) });
      return answer.status;
    },
    [method, path] as const,
  );
}

/** What the API answered, which has to be with this status. */
async function expectStatus(answering: ReturnType<APIRequestContext["post"]>, status: number) {
  const answer = await answering;
  expect(answer.status(), await answer.text()).toBe(status);
  return answer.json();
}

function tokenOf(link: string): string {
  return link.split("/").at(-1) ?? "";
}
