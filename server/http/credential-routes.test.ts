import { describe, expect, it } from "vitest";
import { LOCAL_PERSON } from "../auth/actor.ts";
import type { Credential } from "../contract/credentials.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { credentialRoutes } from "./credential-routes.ts";
import type { RawCall } from "./handle.ts";

const SECRET = "canary-s3cr3t";
const id = "cred_a" as Credential["id"];
const made: Credential = {
  ...{ id, name: "Weather", description: "", settings: { kind: "bearer" }, hosts: ["api.example.org"], nodeTypes: [], version: 2, lastUsedAt: null },
  health: { state: "unknown", detail: "", checkedAt: null },
  ...{ createdAt: new Date(0).toISOString(), rotatedAt: new Date(0).toISOString(), createdBy: "local" },
};
const calls: unknown[] = [];
const note = <T>(answer: T) => {
  return async (...given: unknown[]): Promise<T> => {
    calls.push(given);
    return answer;
  };
};
const credentials: Credentials = {
  list: note({ items: [made] }),
  create: note(made),
  read: note(made),
  change: note(made),
  rotate: note(made),
  destroy: note(undefined),
  test: note({ ok: false, status: 401, message: "Refused, with status 401.", durationMs: 1 }),
  uses: note({ items: [], more: false }),
};
const routes = new Map(credentialRoutes(credentials).map((handling) => [handling.route.id, handling]));

async function ask(route: string, given: { body?: unknown; query?: unknown; params?: unknown } = {}) {
  const handling = routes.get(route);
  if (!handling) throw new Error(`There is no route ${route}.`);
  const exchange = { request: {}, response: {} } as RawCall["exchange"];
  const call = {
    params: { id },
    query: {},
    body: undefined,
    ...given,
    actor: LOCAL_PERSON,
    may: async () => true,
    workspace: "workspace_a",
    exchange,
    signal: new AbortController().signal,
  };
  const answer = await handling.answer(call);
  return { answer, fact: handling.audit?.(call, answer) };
}

describe("the routes of credentials", () => {
  const settings = { kind: "bearer" };
  it.each([
    ["createCredential", { params: {}, body: { name: "Weather", settings, hosts: ["api.example.org"], secret: SECRET } }, "credential.made"],
    ["changeCredential", { body: { hosts: ["other.test"], secret: SECRET } }, "credential.changed"],
    ["rotateCredential", { body: { secret: SECRET } }, "credential.rotated"],
    ["testCredential", { body: {} }, "credential.tested"],
    ["deleteCredential", { query: { anyway: "1" } }, "credential.destroyed"],
  ])("%s is written down with the name, and without the secret", async (route, given, action) => {
    const { answer, fact } = await ask(route, given);
    expect(fact).toMatchObject({ action, resource: { kind: "credential", id, name: "Weather" } });
    expect(JSON.stringify([answer, fact])).not.toContain("canary");
  });

  it.each(["listCredentials", "readCredential", "listCredentialUses"])("%s is not", async (route) => {
    expect((await ask(route, route === "listCredentials" ? { params: {} } : {})).fact).toBeUndefined();
  });

  it("look and act in the workspace of the caller", async () => {
    calls.length = 0;
    await ask("listCredentials", { params: {} });
    await ask("createCredential", { params: {}, body: { name: "Weather", settings, hosts: ["api.example.org"], secret: SECRET } });
    expect(calls).toMatchObject([[{ workspace: "workspace_a" }], [{ workspace: "workspace_a", actor: "local", secret: SECRET }]]);
  });
});
