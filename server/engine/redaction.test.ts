import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { credentialClient } from "#nodes/kit/credentials/service.ts";
import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { createServiceRegistry, defineService } from "#runtime/node/service.ts";
import { sampleGraph } from "#runtime/testing/sample-nodes.ts";
import type { LiveEphemeral } from "../contract/live.ts";
import { type Acts, actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { database, boot } = testEngines();

const SECRET = "canary/s3cr3t+1";
/** Hands its secret over, as an echoing host would. */
const echo = defineService<{ secret(): string }>("echo");
const services = () => {
  const registry = createServiceRegistry();
  registry.provideFor(echo, ({ conceal }) => ({
    secret: () => {
      conceal(SECRET);
      return SECRET;
    },
  }));
  return registry;
};
const encoded = [
  SECRET,
  Buffer.from(`me:${SECRET}`).toString("base64"),
  Buffer.from(SECRET).toString("hex"),
  encodeURIComponent(SECRET),
  JSON.stringify({ SECRET }),
];

/** Until somebody looks on, nodes wait. */
let watched = Promise.withResolvers<void>();

const acts: Acts = {
  tell: async ({ context }) => {
    await watched.promise;
    const secret = context.use(echo).secret();
    context.log("info", `sent ${secret}`);
    context.emit({ type: "progress", value: 1, message: secret });
    for (const piece of ["the ", secret.slice(0, 5), secret.slice(5), " end"]) context.emit({ type: "token", text: piece });
    context.emit({ type: "preview", mediaType: "text/plain", data: Buffer.from(`it is ${secret}`).toString("base64") });
    context.emit({ type: "preview", mediaType: "image/png", data: Buffer.from(`\u0000${secret}`).toString("base64") });
    const step = await context.step("ask", { effect: "read", input: 1 }, async () => ({ [secret]: encoded }));
    return done({ value: { step, large: `${"x".repeat(50_000)}${secret}`, encoded } });
  },
  fail: ({ context }) => {
    const secret = context.use(echo).secret();
    throw new NodeError("http-status", `${secret} was refused`, { happened: "no", details: { body: encoded } });
  },
  end: async ({ context }) => {
    await watched.promise;
    const secret = context.use(echo).secret();
    context.emit({ type: "token", text: secret.slice(0, 6) });
    return done({ value: 1 });
  },
};

/** `shows`: how many previews, and what text in pieces, somebody who looks on gets to see. */
async function run(act: string, shows: { previews: number; text: string } = { previews: 0, text: "" }) {
  const engine = boot({ nodes: [actingNode(acts)], services: services() });
  await engine.engine.start();
  const shown: LiveEphemeral[] = [];
  watched = Promise.withResolvers<void>();
  const { id } = await engine.startGraph(sampleGraph({ a: { type: "test-act", config: { act } }, out: { type: "sample-exit" } }, ["a > out"]));
  const stop = engine.hub.follow(id, { after: 0, listener: { event: () => undefined, ephemeral: (event) => void shown.push(event) } });
  watched.resolve();
  const events = await engine.finished(id);
  // what comes in quick succession is shown a little later
  const told = () => ({ previews: shown.filter(({ type }) => type === "preview").length, text: textOf(shown) });
  await expect.poll(told, { timeout: 8_000 }).toEqual(shows);
  stop();
  return { events, shown, detail: await engine.runs.read(id) };
}

const textOf = (shown: readonly LiveEphemeral[]) => shown.flatMap((event) => (event.type === "token" ? event.text : [])).join("");

async function dump(): Promise<string> {
  const { rows } = await database().db.execute<{ name: string }>(sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
  const tables = await Promise.all(
    rows.map(({ name }) => database().db.execute(sql`SELECT row_to_json(each)::text AS row FROM ${sql.identifier(name)} AS each`)),
  );
  return JSON.stringify(tables.map((table) => table.rows));
}

describe("a secret that came into an attempt", () => {
  it("is in nothing that the attempt yields, records, logs or shows", async () => {
    const { events, shown, detail } = await run("tell", { previews: 2, text: "the [redacted] end" });
    expect(detail.state).toBe("succeeded");
    expect(shown).toContainEqual(expect.objectContaining({ type: "preview", mediaType: "image/png", data: "" }));
    expect(shown).toContainEqual(expect.objectContaining({ type: "preview", data: Buffer.from("it is [redacted]").toString("base64") }));
    const all = JSON.stringify([events, shown, detail]) + (await dump());
    expect(all).toContain("[redacted]");
    for (const text of encoded) expect(all).not.toContain(text);
    expect(all).not.toContain("canary");
  });

  it("is in no failure", async () => {
    const { events, detail } = await run("fail");
    expect(detail.state).toBe("failed");
    const all = JSON.stringify([events, detail]) + (await dump());
    expect(all).toContain("[redacted] was refused");
    for (const text of encoded) expect(all).not.toContain(text);
  });

  it("does not swallow what only began like it", async () => {
    const text = SECRET.slice(0, 6);
    expect(textOf((await run("end", { previews: 0, text })).shown)).toBe(text);
  });
});

describe("an earlier result of a node with a credential", () => {
  it("is used as long as the credential is the same, and may be used", async () => {
    let [state, computed] = ["one", 0];
    const registry = createServiceRegistry();
    registry.provideFor(credentialClient, () => ({
      request: () => Promise.reject(new Error("not called here")),
      stateOf: async () => {
        if (state === "gone") throw new NodeError("not-found", "There is no such credential.", { happened: "no" });
        return state;
      },
    }));
    const acting = actingNode({ count: () => done({ value: ++computed }) }, { cacheable: true });
    const named = implementNode({ ...acting.definition, credentials: () => ["cred_a"] }, acting.execute);
    const engine = boot({ nodes: [named], services: registry });
    await engine.engine.start();
    const result = async () => {
      const { id } = await engine.startGraph(sampleGraph({ a: { type: "test-act", config: { act: "count" } }, out: { type: "sample-exit" } }, ["a > out"]));
      await engine.finished(id);
      const { state: ended, output } = await engine.runs.read(id);
      return [ended, output?.result];
    };
    expect(await result()).toEqual(["succeeded", 1]);
    expect(await result()).toEqual(["succeeded", 1]);
    state = "two";
    expect(await result()).toEqual(["succeeded", 2]);
    state = "gone";
    expect((await result())[0]).toBe("failed");
  });
});
