import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POLICIES } from "./contract/access.ts";
import type { Route } from "./contract/route.ts";
import { routes } from "./contract/routes.ts";
import { type AccessScene, startAccessScene } from "./testing/access-scene.ts";
import { ASKER_NAMES, type Asker } from "./testing/askers.ts";
import { type About, expectedOutcome } from "./testing/expected-access.ts";
import type { Things } from "./testing/make-things.ts";
import { routeSamples, type Sample } from "./testing/route-samples.ts";
import type { Answer } from "./testing/team-server.ts";

let scene: AccessScene;
let things: Things;
let samples: ReturnType<typeof routeSamples>;

beforeAll(async () => {
  scene = await startAccessScene();
  ({ things } = scene);
  const { graph } = await scene.team.must(scene.team.file, `GET /api/graphs/${things.graph}`);
  samples = routeSamples(things, { graph, echo: scene.echo });
});
afterAll(() => scene.close());

function aboutOf(route: Route, { params = {}, query = {} }: Sample): About {
  const id = params.id ?? (route.about === undefined ? undefined : query[route.about]);
  if (id === undefined) return "workspace";
  return id === things.graph || id === things.run ? "shared" : "named";
}

async function ask(asker: Asker, route: Route, sample: Sample): Promise<Answer> {
  const path = route.path.replace(/:([a-z]+)/gi, (_match, name: string) => sample.params?.[name] ?? `no-${name}`);
  return scene.team.send(asker.caller, `${route.method} ${path}?${new URLSearchParams(sample.query)}`, { body: sample.body, workspace: things.workspace });
}

/** What the rules of access made of a request: what a handler refuses was let through. */
function outcomeOf({ status, json }: Answer, route: Pick<Route, "action">): string {
  if (route.action === "session.open") return "let through";
  if (status === 401) return "401";
  if (status === 403) return `403 ${json?.code}`;
  if (status === 404 && /^There is nothing called .* that you may see\.$/.test(json?.detail)) return "404";
  return status === 429 || status >= 500 ? `broken: ${status} ${json?.detail}` : "let through";
}

async function makeGood({ undo }: Sample, { person, standing }: Asker, { status }: Answer): Promise<void> {
  if (status >= 300 || !person) return;
  if (undo === "sign in") await scene.team.signIn(person);
  if (undo === "join again" && standing.role)
    await scene.team.rejoin(person, { by: scene.askerCalled("the owner").caller, workspace: things.workspace, role: standing.role });
}

async function faultsOf(asker: Asker, route: Route, sample: Sample): Promise<string[]> {
  const answer = await ask(asker, route, sample);
  await makeGood(sample, asker, answer);
  const [expected, got] = [expectedOutcome(POLICIES[route.action], asker.standing, aboutOf(route, sample)), outcomeOf(answer, route)];
  const isOutside = asker.standing.role === undefined && asker.standing.share === undefined;
  return [
    ...(got === expected ? [] : [`${route.id}: expected ${expected}, got ${got} (${answer.status} ${answer.json?.detail ?? ""})`]),
    ...((isOutside || expected !== "let through") && answer.text.includes(things.mark) ? [`${route.id} tells of what is refused: ${answer.text}`] : []),
  ];
}

it("knows a policy and a sample for every route, and no others", () => {
  expect(routes.filter(({ action }) => POLICIES[action] === undefined).map(({ id }) => id)).toEqual([]);
  expect(Object.keys(samples).toSorted()).toEqual(routes.map(({ id }) => id).toSorted());
  expect(scene.names.toSorted()).toEqual(ASKER_NAMES.toSorted());
});

describe("every route", () => {
  it.each(ASKER_NAMES)("does for %s what the table says", async (name) => {
    const asker = scene.askerCalled(name);
    const wrong: string[] = [];
    for (const route of routes) for (const sample of [samples[route.id] ?? []].flat()) wrong.push(...(await faultsOf(asker, route, sample)));
    expect(wrong).toEqual([]);
  });

  it.each(["an owner elsewhere", "Root", "a stranger"])("that lists tells %s nothing of where they are not", async (name) => {
    const { caller } = scene.askerCalled(name);
    for (const { id, method, path } of routes.filter((route) => route.method === "GET" && !route.path.includes(":"))) {
      for (const workspace of [undefined, things.workspace])
        expect([id, (await scene.team.send(caller, `${method} ${path}`, { workspace })).text]).not.toContain(things.mark);
    }
  });

  it("and the page of metrics is for the owner of the installation", async () => {
    for (const name of ASKER_NAMES) {
      const { caller, standing } = scene.askerCalled(name);
      const expected = expectedOutcome(POLICIES["metrics.read"], standing, "workspace");
      const answer = await scene.team.send(caller, "GET /metrics");
      expect({ name, got: outcomeOf(answer, { action: "metrics.read" }) }).toEqual({ name, got: expected });
    }
  });

  it("answers for a workspace that one is not in as for one that there is not", async () => {
    const { caller } = scene.askerCalled("an owner elsewhere");
    const [there, nowhere] = await Promise.all(
      [things.workspace, "workspace_none"].map((workspace) => scene.team.send(caller, "GET /api/graphs", { workspace })),
    );
    expect(there?.text).toBe(nowhere?.text);
    expect(there?.status).toBe(403);
  });
});
