import { busy, createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

/** A graph that is busy for a while: it computes, waits, and computes again. */
const parts = {
  nodes: [
    busy("busy", 4_000),
    node("pause", "delay", { config: { amount: 5, unit: "seconds" } }),
    node("double", "code", {
      config: {
        source: "return inputs.value * 2;",
        inputs: [{ id: "value", name: "value" }],
        outputs: [{ id: "result", name: "result" }],
      },
    }),
    node("out", "output", { config: { name: "answer" } }),
  ],
  edges: [wire("busy.result", "pause.value"), wire("pause.value", "double.value"), wire("double.result", "out.value")],
};

for (const moment of ["node_busy", "node_pause"] as const) {
  test(`a run whose process is killed while ${moment} is under way goes on after the restart`, async ({ heddle, request }) => {
    const id = await createGraph(request, "Killed in mid-run", parts);
    const started = await request.post(`/api/graphs/${id}/runs`, { data: {} });
    expect(started.status()).toBe(202);
    const run = (await started.json()).id;
    const read = async () => (await request.get(`/api/runs/${run}`)).json();
    const wanted = moment === "node_busy" ? "running" : "waiting";
    await expect.poll(async () => (await read()).nodes[moment].state, { intervals: [50] }).toBe(wanted);

    await heddle.kill();
    await heddle.start();

    await expect.poll(async () => (await read()).state, { timeout: 60_000 }).toBe("succeeded");
    expect((await read()).output).toEqual({ answer: 42 });
    const { items } = await (await request.get(`/api/runs/${run}/events`)).json();
    expect(items.map((event: { seq: number }) => event.seq)).toEqual(items.map((_: unknown, index: number) => index + 1));
    const draft = await (await request.get(`/api/graphs/${id}`)).json();
    expect(draft.graph.nodes).toHaveLength(4);
  });
}
