import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { longText } from "#runtime/node/fields.ts";
import { PAPER_COLOURS } from "../kit/paper/paper.ts";
import { firstLine } from "../kit/text/to-text.ts";

export const note = defineNode({
  type: "note",
  version: 1,
  role: "annotation",
  title: "Note",
  description: "Explains a part of the graph to the people who read it.",
  group: "notes",
  icon: "sticky-note",
  keywords: ["comment", "text", "markdown", "sticky", "documentation"],
  config: z.strictObject({
    text: longText({ title: "Text", language: "markdown" }),
    color: z.enum(PAPER_COLOURS).default("yellow").meta({ title: "Colour" }),
  }),
  ports: () => ({ inputs: {}, outputs: {} }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 1 },
  summary: ({ text }) => firstLine(text),
  examples: [
    { name: "a heading and a list", config: { text: "## Before you run\n- connect a server\n- choose a folder" }, inputs: {} },
    { name: "a warning", config: { text: "**Careful:** this part writes files.", color: "pink" }, inputs: {} },
  ],
});
