import { expect, test } from "vitest";
import { z } from "zod";
import { defineNode, implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";
import { sampleGraph } from "#runtime/testing/sample-nodes.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();
/** Asks for two things and takes nothing else. */
const asking = implementNode(
  defineNode({
    type: "test-asking",
    version: 1,
    role: "entry",
    title: "Asking",
    description: "For tests.",
    group: "flow",
    icon: "play",
    config: z.strictObject({ also: z.string().optional() }),
    effect: "pure",
    limits: { timeoutMs: 10_000, attempts: 1 },
    ports: () => ({ inputs: {}, outputs: { message: port.any() } }),
    input: ({ also }) => ({
      type: "object",
      properties: { message: { type: "string" }, label: { type: "string" } },
      required: ["message", ...(also === undefined ? [] : [also])],
      additionalProperties: false,
    }),
    examples: [],
  }),
  ({ inputs }) => done({ message: (inputs.input as { message: string }).message }),
);
const broken = { type: "sample-step", config: { fails: "It broke.", happened: "no" }, policy: { attempts: 1 } };

test("an error handler is told what it asks for, and no more", async () => {
  const { engine, startGraph, putGraph, finished, runs } = boot({ nodes: [asking] });
  await engine.start();
  const handler = putGraph(sampleGraph({ start: { type: "test-asking" }, out: { type: "sample-exit" } }, ["start.message > out"]));
  const failing = await startGraph({ ...sampleGraph({ a: broken }, []), settings: { errorGraph: handler } });
  const end = (await finished(failing.id)).at(-1);
  const handling = end?.type === "run-finished" && end.handler && "run" in end.handler ? end.handler.run : undefined;
  if (!handling) throw new Error(`There is no run of the handler: ${JSON.stringify(end)}`);
  await finished(handling);
  expect(await runs.read(handling)).toMatchObject({ input: { message: "It broke.", label: "a" }, output: { result: "It broke." } });
});

test("one that asks for something else is not begun, and the failed run says why", async () => {
  const { engine, startGraph, putGraph, finished } = boot({ nodes: [asking] });
  await engine.start();
  const handler = putGraph(sampleGraph({ start: { type: "test-asking", config: { also: "topic" } } }, []));
  const failing = await startGraph({ ...sampleGraph({ a: broken }, []), settings: { errorGraph: handler } });
  expect((await finished(failing.id)).at(-1)).toMatchObject({ handler: { problem: "The input does not fit the graph's entry." } });
});
