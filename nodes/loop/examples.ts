import type { z } from "zod";
import type { NodeExample } from "#runtime/node/define.ts";
import type { loopConfig } from "./config.ts";

export const loopExamples: readonly NodeExample<z.input<typeof loopConfig>>[] = [
  {
    name: "refines a text until it is good enough",
    config: {
      carry: [
        { id: "a", name: "draft", type: "text" },
        { id: "b", name: "score", type: "number" },
      ],
      until: "next.score >= 0.8",
      maxRounds: 5,
    },
    inputs: { draft: "A loom weaves.", score: 0 },
    iterates: true,
  },
  {
    name: "goes round until the body says that it is done",
    config: { carry: [{ id: "a", name: "page", type: "number" }], maxRounds: 100, onLimit: "fail" },
    inputs: { page: 1 },
    iterates: true,
  },
];
