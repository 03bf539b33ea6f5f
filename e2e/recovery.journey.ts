import { expect, test } from "./support/journey.ts";

/** A graph that is busy for a while: it computes, waits, and computes again. */
const graph = {
  format: "heddle.graph/1",
  name: "Killed in mid-run",
  description: "",
  settings: {},
  nodes: [
    node("busy", "code", { source: "const until = Date.now() + 1500;\nwhile (Date.now() < until);\nreturn 20;", outputs: [{ id: "result", name: "result" }] }),
    node("pause", "delay", { amount: 1, unit: "seconds" }),
    node("double", "code", { source: "return inputs.value * 2 + 2;", inputs: [{ id: "value", name: "value" }], outputs: [{ id: "result", name: "result" }] }),
    node("out", "output", { name: "answer" }),
  ],
  edges: [edge("busy", "result", "pause", "value"), edge("pause", "value", "double", "value"), edge("double", "result", "out", "value")],
};

function node(name: string, type: string, config: object) {
  return { id: `node_${name}`, type, version: 1, label: name, position: { x: 0, y: 0 }, config };
}

function edge(from: string, output: string, to: string, input: string) {
  return { id: `edge_${from}_${to}`, kind: "data", source: { node: `node_${from}`, port: output }, target: { node: `node_${to}`, port: input } };
}

for (const moment of ["node_busy", "node_pause"] as const) {
  test(`a run whose process is killed while ${moment} is under way goes on after the restart`, async ({ heddle, request }) => {
    const created = await request.post("/api/graphs", { data: { graph } });
    expect(created.status()).toBe(201);
    const { id } = await created.json();
    const started = await request.post(`/api/graphs/${id}/runs`, { data: {} });
    expect(started.status()).toBe(202);
    const run = (await started.json()).id;
    const read = async () => (await request.get(`/api/runs/${run}`)).json();
    const wanted = moment === "node_busy" ? "running" : "waiting";
    await expect.poll(async () => (await read()).nodes[moment].state, { intervals: [50] }).toBe(wanted);

    await heddle.kill();
    await heddle.start();

    await expect.poll(async () => (await read()).state, { timeout: 30_000 }).toBe("succeeded");
    expect((await read()).output).toEqual({ answer: 42 });
    const { items } = await (await request.get(`/api/runs/${run}/events`)).json();
    expect(items.map((event: { seq: number }) => event.seq)).toEqual(items.map((_: unknown, index: number) => index + 1));
    const draft = await (await request.get(`/api/graphs/${id}`)).json();
    expect(draft.graph.nodes).toHaveLength(4);
  });
}
