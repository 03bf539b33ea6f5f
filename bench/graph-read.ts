import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import { observeGraph } from "#runtime/graph/observe.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { writeGraph } from "#runtime/graph/write-graph.ts";
import { type Benchmark, figure, time } from "./figure.ts";
import { benchNodeId, chain } from "./graphs.ts";

/** Keeping a graph up to date while one node after the other moves, beside reading it whole each time. */
export const graphRead: Benchmark = {
  name: "graph-read",
  run: async ({ small }) => {
    const nodes = small ? 50 : 2_000;
    const moves = small ? 5 : 200;
    const doc = new Y.Doc();
    const document = graphDocument(doc);
    doc.transact(() => writeGraph(document, chain(nodes), () => "value"));
    const move = (index: number) => document.nodes.get(benchNodeId((index * 7) % nodes))?.set("position", { x: index, y: index });
    const whole = await time(() => {
      for (let index = 0; index < moves; index++) {
        move(index);
        readGraph(document);
      }
    });
    const observer = observeGraph(doc);
    const observed = await time(() => {
      for (let index = 0; index < moves; index++) {
        move(index + 1);
        observer.current();
      }
    });
    observer.destroy();
    doc.destroy();
    return { "graph-read": figure({ value: observed / moves, unit: "ms", reference: whole / moves, against: `read all ${nodes} nodes after each move` }) };
  },
};
