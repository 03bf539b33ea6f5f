import { createServer, type IncomingHttpHeaders, request as sendRequest } from "node:http";
import { createCatalog } from "#runtime/node/catalog.ts";
import type { AuditLog } from "../../audit/audit-log.ts";
import { createAccess } from "../../auth/access.ts";
import { createAccessRules } from "../../auth/access-rules.ts";
import type { Accounts } from "../../auth/accounts/accounts.ts";
import type { OwnerLink } from "../../auth/accounts/owner-link.ts";
import type { Actor } from "../../auth/actor.ts";
import { cookieNameFor, createAuthenticate } from "../../auth/authenticate.ts";
import { createCallerAddress } from "../../auth/caller-address.ts";
import type { May } from "../../auth/may.ts";
import { createOneTimeLink, type OneTimeLink } from "../../auth/one-time-link.ts";
import { createSessions } from "../../auth/sessions.ts";
import { singleUserFacts } from "../../auth/testing/single-user-facts.ts";
import type { Tokens } from "../../auth/tokens.ts";
import type { Chats } from "../../chats/chats.ts";
import type { Comments } from "../../comments/comments.ts";
import type { Inbox } from "../../comments/inbox.ts";
import type { Config } from "../../config.ts";
import type { Connections } from "../../connections/connections.ts";
import type { McpConnections } from "../../connections/mcp-connections.ts";
import type { Credentials } from "../../credentials/credentials.ts";
import type { Documents } from "../../documents/documents.ts";
import type { GateService } from "../../engine/gate-service.ts";
import { createLiveHub } from "../../engine/live-hub.ts";
import type { RunService } from "../../engine/run-service.ts";
import type { Hooks } from "../../hooks/hooks.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import type { Knowledge } from "../../knowledge/knowledge.ts";
import { type Logger, silentLogger } from "../../logger.ts";
import type { Invitations } from "../../people/invitations.ts";
import type { Members } from "../../people/members.ts";
import type { Shares } from "../../people/shares.ts";
import type { Workspaces } from "../../people/workspaces.ts";
import type { InstallationStore } from "../../store/installation.ts";
import type { Tools } from "../../tools/tools.ts";
import type { WorkspaceVariables } from "../../variables/variables.ts";
import type { Vault } from "../../vault/vault.ts";
import type { WorkflowLibrary } from "../../workflows/library.ts";
import { createActorLimits } from "../actor-limits.ts";
import { agentRoutes } from "../agent-routes.ts";
import { createApp } from "../app.ts";
import { approvalRoutes } from "../approval-routes.ts";
import { type AssetRoutesGiven, assetRoutes } from "../asset-routes.ts";
import { auditRoutes } from "../audit-routes.ts";
import { chatRoutes } from "../chat-routes.ts";
import { comfyQueueRoutes } from "../comfy-queue-routes.ts";
import { comfyWorkflowRoutes } from "../comfy-workflow-routes.ts";
import { commentRoutes } from "../comment-routes.ts";
import { connectionRoutes } from "../connection-routes.ts";
import { type CostRoutesGiven, costRoutes } from "../cost-routes.ts";
import { credentialRoutes } from "../credential-routes.ts";
import { type FormRoutesGiven, formRoutes } from "../form-routes.ts";
import { graphRoutes } from "../graph-routes.ts";
import { createLimits } from "../guards.ts";
import { hookRoutes } from "../hook-routes.ts";
import { inboxRoutes } from "../inbox-routes.ts";
import { jobRoutes } from "../job-routes.ts";
import { knowledgeRoutes } from "../knowledge-routes.ts";
import { mcpRoutes } from "../mcp-routes.ts";
import { type ModelRoutesGiven, modelRoutes } from "../model-routes.ts";
import { runRoutes } from "../run-routes.ts";
import { sessionRoutes } from "../session-routes.ts";
import { sharingRoutes } from "../sharing-routes.ts";
import { systemRoutes } from "../system-routes.ts";
import { tokenRoutes } from "../token-routes.ts";
import { toolRoutes } from "../tool-routes.ts";
import { variableRoutes } from "../variable-routes.ts";
import { vaultRoutes } from "../vault-routes.ts";
import { workspaceRoutes } from "../workspace-routes.ts";

export interface TestAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Of a JSON body; undefined for another one. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
}

export interface TestRequest {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
}

export interface TestApp {
  port: number;
  token: string;
  link: OneTimeLink;
  /** Names of the services' methods that were called. */
  calls: string[];
  /** What a service's method answers, or throws; otherwise it answers undefined. */
  answers: Record<string, (...given: unknown[]) => unknown>;
  send(path: string, request?: TestRequest): Promise<TestAnswer>;
  /** A cookie of a new session. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

/** The app on a free port, over services that only remember that they were called. */
export async function startTestApp(
  given: {
    may?: May;
    config?: Partial<Config>;
    canvasDirectory?: string;
    points?: number;
    /** Of a token's requests in a minute. */
    requests?: number;
    /** Callers by the token they send. */
    callers?: Record<string, Actor>;
    logger?: Logger /** A route that is left without a handler. */;
    without?: string;
  } = {},
): Promise<TestApp> {
  const calls: string[] = [];
  const answers: TestApp["answers"] = {};
  const fake = <T extends object>(): T =>
    new Proxy({} as T, {
      get:
        (_target, name) =>
        async (...parameters: unknown[]) => {
          calls.push(String(name));
          return answers[String(name)]?.(...parameters) ?? {};
        },
    });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const rules = createAccessRules({ host: "127.0.0.1", publicUrl: undefined, devOrigin: undefined, ...given.config }, port);
  const sessions = createSessions(memoryInstallation());
  const link = createOneTimeLink({ lifetimeMs: 60_000, onChange: () => undefined });
  const token = "a-token-of-the-data-directory";
  const cookieName = cookieNameFor(port);
  const hub = createLiveHub({ readEvents: async () => [], onError: () => undefined });
  const callerAddress = createCallerAddress({ publicUrl: undefined });
  const limits = createLimits(callerAddress, given.points === undefined ? {} : { points: given.points });
  const graphs = graphRoutes({ documents: fake<Documents>(), uses: async () => ({ items: [], more: false }) });
  const app = createApp({
    handlings: [
      ...systemRoutes({
        health: { version: "1.2.3", database: "pglite", queue: "memory", problems: async () => ((await answers.problems?.()) ?? []) as string[] },
        catalog: createCatalog([]),
        references: async () => ({}),
      }),
      ...graphs,
      ...agentRoutes({ documents: fake<Documents>(), graphs }),
      ...chatRoutes(fake<Chats>()),
      ...formRoutes({
        ...{ forms: fake<FormRoutesGiven["forms"]>(), submissions: fake<FormRoutesGiven["submissions"]>(), assets: fake<FormRoutesGiven["assets"]>() },
        ...{ access: fake<FormRoutesGiven["access"]>(), callerAddress },
      }),
      ...commentRoutes({ comments: fake<Comments>(), audit: { record: async () => undefined } }),
      ...inboxRoutes(fake<Inbox>()),
      ...hookRoutes({ hooks: fake<Hooks>(), origin: `http://127.0.0.1:${port}` }),
      ...runRoutes({ runs: fake<RunService>(), hub, callbackUrl: () => "" }),
      ...approvalRoutes(fake<GateService>()),
      ...costRoutes(fake<CostRoutesGiven>()),
      ...connectionRoutes(fake<Connections>(), fake<Tools>()),
      ...modelRoutes({ clients: fake<ModelRoutesGiven["clients"]>(), catalogue: fake<ModelRoutesGiven["catalogue"]>() }),
      ...mcpRoutes(fake<McpConnections>()),
      ...jobRoutes(fake<Jobs>()),
      ...knowledgeRoutes({ knowledge: fake<Knowledge>(), find: async () => ({ items: [], mode: "text" as const }) }),
      ...comfyWorkflowRoutes(fake<WorkflowLibrary>()),
      ...comfyQueueRoutes({ comfy: () => fake() }),
      ...variableRoutes(fake<WorkspaceVariables>()),
      ...toolRoutes({ tools: fake<Tools>(), uses: async () => ({ items: [], more: false }) }),
      ...assetRoutes({
        ...{ assets: fake<AssetRoutesGiven["assets"]>(), thumbnails: fake<AssetRoutesGiven["thumbnails"]>() },
        library: fake<AssetRoutesGiven["library"]>(),
      }),
      ...sessionRoutes({
        modes: { mode: () => "single-user", switchToTeam: async () => undefined },
        accounts: { ...fake<Accounts>(), hasUsers: async () => false },
        ...{ sessions, cookieName, isSecure: rules.isSecure, guesses: limits.guesses, facts: singleUserFacts },
        ownerLink: fake<OwnerLink>(),
        membershipsOf: async () => [],
        audit: { record: async () => undefined },
        ...{ version: "1.2.3", provider: null, mail: false },
      }),
      ...workspaceRoutes({
        ...{ workspaces: fake<Workspaces>(), members: fake<Members>(), invitations: fake<Invitations>(), accounts: fake<Accounts>() },
        audit: { record: async () => undefined },
      }),
      ...sharingRoutes({
        shares: fake<Shares>(),
        proof: { cookie: () => "" },
        audit: { record: async () => undefined },
        cookieName: "guest",
        isSecure: false,
        callerAddress,
      }),
      ...tokenRoutes({ tokens: fake<Tokens>(), audit: { record: async () => undefined } }),
      ...credentialRoutes(fake<Credentials>()),
      ...vaultRoutes(fake<Vault>()),
      ...auditRoutes(fake<AuditLog>()),
    ].filter(({ route }) => route.id !== given.without),
    rules,
    authenticate: createAuthenticate({ mode: () => "single-user", sessions, token, rules, cookieName, tokenOf: async (sent) => given.callers?.[sent] }),
    access: createAccess(singleUserFacts, given.may),
    audit: { record: async () => undefined },
    session: { mode: () => "single-user", link, sessions, cookieName, isSecure: rules.isSecure },
    limits,
    actorLimits: createActorLimits(given.requests === undefined ? {} : { requests: { token: given.requests } }),
    logger: given.logger ?? silentLogger,
    version: "1.2.3",
    canvasDirectory: given.canvasDirectory,
    checkAnswers: false,
  });
  server.on("request", app);
  return {
    port,
    token,
    link,
    calls,
    answers,
    send: (path, request = {}) => send(port, path, request),
    signIn: async () => `${cookieName}=${await sessions.create()}`,
    close: async () => {
      link.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Unlike `fetch`, sends every header as it is told. */
function send(port: number, path: string, { method = "GET", headers = {}, body }: TestRequest): Promise<TestAnswer> {
  const content = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const own = content === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(content)) };
  return new Promise((resolve, reject) => {
    const request = sendRequest({ host: "127.0.0.1", port, path, method, headers: { ...own, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const isJson = /json/.test(response.headers["content-type"] ?? "");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: isJson && text !== "" ? JSON.parse(text) : undefined });
      });
    });
    request.on("error", reject);
    request.end(content);
  });
}

function memoryInstallation(): InstallationStore {
  const values = new Map<string, unknown>();
  return {
    read: async (key) => values.get(key),
    update: async (key, change) => {
      values.set(key, change(values.get(key)));
      return values.get(key);
    },
  };
}
