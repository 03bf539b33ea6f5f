import { createServer } from "node:http";
import express, { type ErrorRequestHandler } from "express";
import type { AuditBy, AuditFact } from "../../../audit/audit-log.ts";
import type { OidcConfig } from "../../../config.ts";
import { createActorLimits } from "../../../http/actor-limits.ts";
import { createLimits } from "../../../http/guards.ts";
import { mountRoute } from "../../../http/mount-route.ts";
import { asApiError, problemOf } from "../../../http/problem.ts";
import { sessionRoutes } from "../../../http/session-routes.ts";
import { type Logger, silentLogger } from "../../../logger.ts";
import { createMail, type Mail } from "../../../mail/mail.ts";
import type { Database } from "../../../store/database/open-database.ts";
import { createInstallationStore } from "../../../store/installation.ts";
import { invitations, members, userAccounts, userSessions, users, userVerifications } from "../../../store/schema/people.ts";
import { installation } from "../../../store/schema/workspaces.ts";
import { createAccess } from "../../access.ts";
import type { Actor } from "../../actor.ts";
import { cookieNameFor, createAuthenticate } from "../../authenticate.ts";
import { createCallerAddress } from "../../caller-address.ts";
import { createMode } from "../../mode.ts";
import { createSessions } from "../../sessions.ts";
import { type Accounts, CALLBACK_PATH, createAccounts } from "../accounts.ts";
import { createOwnerLink } from "../owner-link.ts";

export interface Recorded extends AuditFact {
  actor: Actor;
}

/** The routes of accounts on a free port, over a real database. */
export interface TestAccounts {
  url: string;
  cookieName: string;
  accounts: Accounts;
  audit: Recorded[];
  /** What the log says at info. */
  log: string[];
  /** How often open sockets would have been judged again. */
  changes(): number;
  ownerToken(): Promise<string>;
  browser(): TestBrowser;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Answer = { status: number; headers: Headers; json: any };

/** Keeps its cookies. */
export interface TestBrowser {
  cookies: Map<string, string>;
  send(method: string, path: string, body?: unknown): Promise<Answer>;
}

const OWNER: Actor = { kind: "local", id: "local", name: "You", person: true };
export const TOKEN_FILE = "the-token-of-the-data-directory";
/** As a vault would derive it. */
const SIGNING_KEY = "q".repeat(43);

export async function startAccounts(given: { database: Database; oidc?: OidcConfig; mail?: Mail; team?: boolean; publicUrl?: URL }): Promise<TestAccounts> {
  const { database, oidc, publicUrl } = given;
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  const audit: Recorded[] = [];
  const log: string[] = [];
  const logger: Logger = { ...silentLogger, info: (_details, message) => log.push(message) };
  const mail = given.mail ?? createMail({ smtpUrl: undefined, from: undefined, logger });
  const facts = createInstallationStore(database);
  const modes = await createMode({ config: { team: given.team ?? true, databaseUrl: undefined }, installation: facts, logger });
  const callerAddress = createCallerAddress({ publicUrl });
  const actorLimits = createActorLimits();
  let changed = 0;
  const record = async (fact: AuditFact, by: AuditBy) => void audit.push({ ...fact, actor: by.actor });
  const cookieName = cookieNameFor(port);
  const accounts = createAccounts({
    ...{ database, url, cookieName, isSecure: publicUrl?.protocol === "https:", mail, oidc, logger, audit: { record } },
    signingKey: async () => SIGNING_KEY,
    callerAddress,
    accessChanged: async () => {
      changed++;
    },
    egress: { allow: [], ownListeners: () => [{ host: "127.0.0.1", port }] },
  });
  const ownerLink = createOwnerLink({ url, mode: modes.mode, hasUsers: accounts.hasUsers, onChange: () => undefined });
  const sessions = createSessions(facts);
  const rules = { isOwnHost: () => true, isOwnOrigin: () => true, isTrustedPeer: () => true, isSecure: false };
  const standing = async ({ kind }: Actor) => (kind === "local" ? { role: "owner" as const, installation: true } : {});
  const access = createAccess({
    mode: modes.mode,
    placeOf: async () => undefined,
    standing,
    homeOf: async () => "workspace_default",
    ownersOf: async () => [],
  });
  const handlings = sessionRoutes({
    ...{
      modes,
      accounts,
      sessions,
      cookieName,
      isSecure: false,
      ownerLink,
      guesses: createLimits(callerAddress).guesses,
      facts: { standing },
      audit: { record },
    },
    ...{ version: "1.2.3", provider: oidc?.name ?? null, mail: mail.isConfigured },
    membershipsOf: async (actor) => (actor.kind === OWNER.kind ? [{ id: "workspace_default" as never, name: "Workspace", role: "owner" }] : []),
  });
  const authenticate = createAuthenticate({ mode: modes.mode, token: TOKEN_FILE, sessions, rules, cookieName, userOf: accounts.userOf });
  app.get(CALLBACK_PATH, (request, response) => accounts.answerProvider(request, response));
  for (const handling of handlings) mountRoute(app, handling, { authenticate, access, actorLimits, audit: { record }, checkAnswers: true });
  // biome-ignore lint/complexity/useMaxParams: express knows an error handler by its four parameters
  const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
    const problem = problemOf(asApiError(error, logger));
    response.status(problem.status).json(problem);
  };
  app.use(answerErrors);
  return {
    ...{ url, cookieName, accounts, audit, log },
    changes: () => changed,
    ownerToken: async () => (await ownerLink.offer())?.split("/").at(-1) ?? "",
    browser: () => createBrowser(url),
    close: async () => {
      ownerLink.close();
      modes.close();
      await accounts.close();
      mail.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function createBrowser(url: string): TestBrowser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    send: async (method, path, body) => {
      const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
      const headers = { ...(cookie !== "" && { cookie }), ...(body !== undefined && { "content-type": "application/json" }), "user-agent": "Test/1" };
      const answer = await fetch(new URL(path, url), { method, headers, redirect: "manual", ...(body !== undefined && { body: JSON.stringify(body) }) });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        const name = pair.slice(0, pair.indexOf("="));
        if (/max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, pair.slice(pair.indexOf("=") + 1));
      }
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, json: /json/.test(answer.headers.get("content-type") ?? "") ? JSON.parse(text) : undefined };
    },
  };
}

/** Nobody is there any more: quicker than to empty every table. */
export async function removeEverybody({ db }: Database): Promise<void> {
  for (const table of [users, userSessions, userAccounts, userVerifications, members, invitations, installation]) await db.delete(table);
}
