import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import { createId } from "#runtime/graph/ids.ts";

/** `async` is LangGraph's own default: a step's checkpoint is written while the next one runs. */
type Durability = "async" | "sync";

interface LangGraph {
  /** `url`: checkpoints go to this Postgres; without one nothing is kept. */
  run(given?: { url?: string; durability?: Durability }): Promise<void>;
  close(): Promise<void>;
}

type Wire = readonly [from: string, to: string];

const state = Annotation.Root({ value: Annotation<number>({ reducer: (_before: number, after: number) => after, default: () => 0 }) });

/** The same graph as LangGraph.js runs it: a node a super-step, or as many as are ready. */
export function langGraphChain(length: number): LangGraph {
  const names = Array.from({ length }, (_, index) => `node-${index}`);
  return langGraph(
    names,
    names.slice(1).map((name, index): Wire => [names[index] ?? START, name]),
    async () => ({ value: 1 }),
  );
}

export function langGraphFan(width: number, sleepMs: number): LangGraph {
  const middle = Array.from({ length: width }, (_, index) => `node-${index}`);
  const wires = middle.flatMap((name): Wire[] => [
    ["first", name],
    [name, "last"],
  ]);
  return langGraph(["first", ...middle, "last"], wires, async (name) => {
    if (middle.includes(name)) await new Promise((resolve) => setTimeout(resolve, sleepMs));
    return { value: 1 };
  });
}

function langGraph(names: readonly string[], wires: readonly Wire[], work: (name: string) => Promise<{ value: number }>): LangGraph {
  let builder = new StateGraph(state) as StateGraph<typeof state.spec, typeof state.State, typeof state.Update, string>;
  for (const name of names) builder = builder.addNode(name, () => work(name));
  const [first = START] = names;
  for (const [from, to] of [[START, first] as const, ...wires, [names.at(-1) ?? END, END] as const]) builder.addEdge(from as typeof START, to);
  const bare = builder.compile();
  let saved: { saver: PostgresSaver; graph: ReturnType<typeof builder.compile> } | undefined;
  const withSaver = async (url: string) => {
    if (saved) return saved.graph;
    const saver = PostgresSaver.fromConnString(url, { schema: "langgraph" });
    await saver.setup();
    saved = { saver, graph: builder.compile({ checkpointer: saver }) };
    return saved.graph;
  };
  return {
    run: async ({ url, durability = "async" } = {}) => {
      const recursionLimit = names.length + 10;
      if (url === undefined) await bare.invoke({ value: 0 }, { recursionLimit });
      else await (await withSaver(url)).invoke({ value: 0 }, { recursionLimit, durability, configurable: { thread_id: createId("run") } });
    },
    close: async () => {
      await saved?.saver.end();
    },
  };
}
