import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { variablesOf } from "#runtime/node/uri-template.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { isPortName } from "../kit/ports/port-names.ts";
import { mcpResourceConfig } from "./config.ts";
import { mcpResourceExamples } from "./examples.ts";

export const mcpResource = defineNode({
  type: "mcp-resource",
  version: 1,
  role: "step",
  title: "MCP resource",
  description: "Reads a resource of a connected MCP server, such as a file or a record.",
  group: "tools",
  icon: "file-down",
  keywords: ["mcp", "server", "read", "file", "uri", "template"],
  config: mcpResourceConfig,
  ports: ({ uri, variables }) => {
    const open = variablesOf(uri).filter(isPortName);
    const own = open.map((name) => [name, port.any({ optional: Object.hasOwn(variables, name) })] as const);
    return {
      inputs: withReferencedInputs(Object.fromEntries(own), { uri, variables }),
      outputs: {
        text: port.text({ title: "Text", description: "What the resource has of text." }),
        json: port.json({ title: "JSON", description: "The value, where the text is JSON." }),
        contents: port.json({ title: "Contents", description: "All parts as they came: address, media type, and text or a file." }),
        image: port.image({ title: "Image", description: "The first picture; skipped where there is none." }),
        files: port.list("file", { title: "Files", description: "What is no text, as files; skipped where all of it is." }),
      },
    };
  },
  effect: "read",
  cacheable: true,
  credentials: ({ connection }) => (connection === undefined ? [] : [connection]),
  limits: { timeoutMs: 60_000, attempts: 4 },
  check: ({ connection, uri, variables }) => {
    if (!connection) return [{ path: "/connection", message: "Choose an MCP server." }];
    if (uri.trim() === "") return [{ path: "/uri", message: "Give the address of the resource." }];
    return variablesOf(uri)
      .filter((name) => !isPortName(name) && !Object.hasOwn(variables, name))
      .map((name) => ({ path: "/variables", message: `Give the variable "${name}" a value here: no input can be called so.` }));
  },
  summary: ({ uri }) => uri,
  tool: ({ uri }) => ({ description: uri === "" ? undefined : `Reads ${uri}.` }),
  examples: mcpResourceExamples,
});
