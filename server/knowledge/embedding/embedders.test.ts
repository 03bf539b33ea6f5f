import { afterAll, describe, expect, test, vi } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { JobError } from "../../jobs/job-kind.ts";
import { createBuiltInEmbedder } from "./built-in-embedder.ts";
import { cachedEmbedder } from "./cached-embedder.ts";
import { createModelEmbedder } from "./model-embedder.ts";

const { signal } = new AbortController();
const dot = (a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

describe("the built-in embedder", () => {
  const embedder = createBuiltInEmbedder();
  afterAll(() => embedder.close());

  test("puts what means the same close together, lets queries overtake, and is stopped", async () => {
    const many = embedder.embed(
      Array.from({ length: 40 }, (_, index) => `Sentence number ${index} of a long document.`),
      { signal },
    );
    const done: string[] = [];
    many.then(() => done.push("documents"));
    const [a, b, c] = await embedder.embed(["How do I make an image larger?", "upscale a picture", "the price of wheat"], { signal, isQuery: true });
    done.push("query");
    expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.2);
    expect(dot(a, a)).toBeCloseTo(1, 4);
    expect((await many).length).toBe(40);
    expect(done).toEqual(["query", "documents"]);
    await expect(embedder.embed(["x"], { signal: AbortSignal.abort(new Error("not wanted")) })).rejects.toThrow("not wanted");
  }, 60_000);
});

test("no text is embedded twice, and what was asked is not kept", async () => {
  const kept = new Map<string, Float32Array>();
  const store = {
    find: async ({ hashes }: { hashes: readonly string[] }) =>
      new Map(hashes.flatMap((hash) => [[hash, kept.get(hash)] as const]).filter((pair): pair is [string, Float32Array] => pair[1] !== undefined)),
    keep: async ({ vectors }: { vectors: ReadonlyMap<string, Float32Array> }) => {
      for (const [hash, vector] of vectors) kept.set(hash, vector);
    },
    evict: async () => 0,
  };
  const embed = vi.fn(async (texts: readonly string[]) => texts.map((text) => Float32Array.from([text.length, 1])));
  const embedder = cachedEmbedder({ id: "e", batch: 8, embed }, { store, workspace: "w" });
  expect((await embedder.embed(["a", "bb", "a"], { signal })).map(([length]) => length)).toEqual([1, 2, 1]);
  expect((await embedder.embed(["bb", "ccc"], { signal })).map(([length]) => length)).toEqual([2, 3]);
  expect(embed.mock.calls.map(([texts]) => texts)).toEqual([["a", "bb"], ["ccc"]]);
  await embedder.embed(["secret question"], { signal, isQuery: true });
  expect(kept.size).toBe(3);
});

describe("an embedder by connection", () => {
  const make = (embed: (texts: readonly string[]) => Promise<{ vectors: Float32Array[]; tokens: number; cost: number | null }>, onCharge = vi.fn()) => ({
    onCharge,
    embedder: createModelEmbedder({
      models: { embed: (_place, texts) => embed(texts) },
      workspace: "w",
      connection: "conn_a",
      model: "m",
      address: "https://a.example/",
      onCharge,
    }),
  });
  const vectorsOf = (texts: readonly string[]) => ({ vectors: texts.map(() => Float32Array.from([3, 4])), tokens: texts.length, cost: 0.5 });

  test("goes in batches, repeats what may mend itself, and tells the cost", async () => {
    let calls = 0;
    const { embedder, onCharge } = make(async (texts) => {
      calls += 1;
      if (calls === 1) throw new NodeError("http-status", "busy", { details: { status: 429 }, retryAfterMs: 1 });
      return vectorsOf(texts);
    });
    const vectors = await embedder.embed(
      Array.from({ length: 100 }, () => "x"),
      { signal },
    );
    expect(vectors).toHaveLength(100);
    expect([...(vectors[0] ?? [])].map((value) => Math.round(value * 10))).toEqual([6, 8]);
    expect(calls).toBe(3);
    expect(onCharge.mock.calls.flat()).toEqual([
      { tokens: 64, cost: 0.5 },
      { tokens: 36, cost: 0.5 },
    ]);
  });

  test("says at once what no repetition mends", async () => {
    await expect(
      make(async () => {
        throw new NodeError("auth", "The key is refused.");
      }).embedder.embed(["x"], { signal }),
    ).rejects.toThrow(JobError);
    await expect(make(async () => ({ vectors: [], tokens: 0, cost: null })).embedder.embed(["x"], { signal })).rejects.toThrow(/do not fit the texts/);
  });
});
