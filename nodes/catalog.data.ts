// Made by `npm run catalog` from the folders beside it. Do not edit.
import { type Catalog, createCatalog } from "#runtime/node/catalog.ts";
import { branch } from "./branch/node.ts";
import { code } from "./code/node.ts";
import { delay } from "./delay/node.ts";
import { httpRequest } from "./http-request/node.ts";
import { mcpTool } from "./mcp-tool/node.ts";
import { merge } from "./merge/node.ts";
import { note } from "./note/node.ts";
import { output } from "./output/node.ts";
import { start } from "./start/node.ts";
import { switchNode } from "./switch/node.ts";
import { templateText } from "./template-text/node.ts";
import { transform } from "./transform/node.ts";

/** Every node type, sorted by name. */
export const catalog: Catalog = createCatalog([branch, code, delay, httpRequest, mcpTool, merge, note, output, start, switchNode, templateText, transform]);
