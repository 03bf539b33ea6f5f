import { afterEach, expect, it, vi } from "vitest";
import { workspaceIdSchema } from "#runtime/graph/ids.ts";
import { listGraphs } from "#server/contract/graphs.ts";
import { signIn } from "#server/contract/session.ts";
import { chooseWorkspace, chosenWorkspace } from "./chosen-workspace.ts";
import { call } from "./client.ts";
import { onRefusal } from "./refusals.ts";

const studio = workspaceIdSchema.parse("workspace_studio");

afterEach(() => {
  chooseWorkspace(undefined);
  vi.unstubAllGlobals();
});

function answer(status: number, body: unknown): Headers[] {
  const sent: Headers[] = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    sent.push(new Headers(init.headers));
    return new Response(JSON.stringify(body), { status });
  });
  return sent;
}

it("every call names the chosen workspace or the one it is about, and none when none is chosen", async () => {
  const sent = answer(200, { items: [] });
  await call(listGraphs);
  chooseWorkspace(studio);
  await call(listGraphs);
  await call(listGraphs, { workspace: workspaceIdSchema.parse("workspace_shed") });
  expect(sent.map((headers) => headers.get("heddle-workspace"))).toEqual([null, "workspace_studio", "workspace_shed"]);
});

it("works where nothing can be stored, and is kept where it can", () => {
  chooseWorkspace(studio);
  expect(chosenWorkspace()).toBe("workspace_studio");
  const stored = new Map<string, string>();
  vi.stubGlobal("localStorage", { setItem: (key: string, value: string) => stored.set(key, value), removeItem: (key: string) => stored.delete(key) });
  chooseWorkspace(studio);
  expect([...stored.values()]).toEqual(["workspace_studio"]);
  chooseWorkspace(undefined);
  expect(stored.size).toBe(0);
});

it("tells of what is refused, but not of a wrong password", async () => {
  const heard = vi.fn();
  const stop = onRefusal(heard);
  const problem = { type: "about:blank", title: "Sign in first", status: 401, code: "unauthenticated", detail: "No." };
  answer(401, problem);
  await expect(call(signIn, { body: { email: "ann@example.org", password: "x" } })).rejects.toThrow("No.");
  expect(heard).not.toHaveBeenCalled();
  await expect(call(listGraphs)).rejects.toThrow("No.");
  answer(403, { ...problem, status: 403, code: "forbidden" });
  await expect(call(listGraphs)).rejects.toThrow("No.");
  answer(404, { ...problem, status: 404, code: "not-found" });
  await expect(call(listGraphs)).rejects.toThrow("No.");
  expect(heard).toHaveBeenCalledTimes(2);
  stop();
});
