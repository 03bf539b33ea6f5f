import type { z } from "zod";
import type { NodeExample } from "#runtime/node/define.ts";
import type { References, ToolReference } from "#runtime/node/references.ts";
import type { mcpToolConfig } from "./config.ts";

const connection = "conn_files";

const readFile: ToolReference = {
  kind: "tool",
  connection,
  name: "read_text_file",
  title: "Read text file",
  inputSchema: {
    type: "object",
    properties: { path: { type: "string" }, head: { type: "integer", description: "Only the first lines." } },
    required: ["path"],
  },
  readOnly: true,
  hash: "0".repeat(64),
};
const references: References = { "tool:conn_files/read_text_file": readFile };

/** `read_text_file` is answered by a fake in the contract suite. */
export const mcpToolExamples: NodeExample<z.input<typeof mcpToolConfig>>[] = [
  {
    name: "reads the file that is wired to it",
    config: { connection, tool: "read_text_file" },
    inputs: { path: "notes.md" },
    references,
    outputs: { text: "# Notes\nThe loom is set up.", result: { content: "# Notes\nThe loom is set up." } },
  },
  {
    name: "fills an argument in and takes another from its settings",
    config: { connection, tool: "read_text_file", arguments: { path: "{{ inputs.name }}.md", head: 1 } },
    inputs: { name: "notes" },
    references,
    outputs: { text: "# Notes", result: { content: "# Notes" } },
  },
  {
    name: "fails with what the tool says",
    config: { connection, tool: "read_text_file", arguments: { path: "gone.md" } },
    inputs: {},
    references,
    fails: "tool",
  },
];
