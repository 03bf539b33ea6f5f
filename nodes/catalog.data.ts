// Made by `npm run catalog` from the folders beside it. Do not edit.
import { type Catalog, createCatalog } from "#runtime/node/catalog.ts";
import { agent } from "./agent/node.ts";
import { aggregate } from "./aggregate/node.ts";
import { approval } from "./approval/node.ts";
import { branch } from "./branch/node.ts";
import { code } from "./code/node.ts";
import { comfyuiWorkflow } from "./comfyui-workflow/node.ts";
import { crew } from "./crew/node.ts";
import { delay } from "./delay/node.ts";
import { filter } from "./filter/node.ts";
import { forEach } from "./for-each/node.ts";
import { frame } from "./frame/node.ts";
import { getVariable } from "./get-variable/node.ts";
import { httpRequest } from "./http-request/node.ts";
import { join } from "./join/node.ts";
import { knowledgeAdd } from "./knowledge-add/node.ts";
import { knowledgeSearch } from "./knowledge-search/node.ts";
import { loop } from "./loop/node.ts";
import { mcpPrompt } from "./mcp-prompt/node.ts";
import { mcpResource } from "./mcp-resource/node.ts";
import { mcpTool } from "./mcp-tool/node.ts";
import { mediaFile } from "./media-file/node.ts";
import { merge } from "./merge/node.ts";
import { note } from "./note/node.ts";
import { output } from "./output/node.ts";
import { safetyCheck } from "./safety-check/node.ts";
import { setVariable } from "./set-variable/node.ts";
import { sort } from "./sort/node.ts";
import { split } from "./split/node.ts";
import { stageGate } from "./stage-gate/node.ts";
import { start } from "./start/node.ts";
import { subGraph } from "./sub-graph/node.ts";
import { switchNode } from "./switch/node.ts";
import { templateText } from "./template-text/node.ts";
import { transform } from "./transform/node.ts";
import { waitWebhook } from "./wait-webhook/node.ts";
import { webhook } from "./webhook/node.ts";

/** Every node type, sorted by name. */
export const catalog: Catalog = createCatalog([
  agent,
  aggregate,
  approval,
  branch,
  code,
  comfyuiWorkflow,
  crew,
  delay,
  filter,
  forEach,
  frame,
  getVariable,
  httpRequest,
  join,
  knowledgeAdd,
  knowledgeSearch,
  loop,
  mcpPrompt,
  mcpResource,
  mcpTool,
  mediaFile,
  merge,
  note,
  output,
  safetyCheck,
  setVariable,
  sort,
  split,
  stageGate,
  start,
  subGraph,
  switchNode,
  templateText,
  transform,
  waitWebhook,
  webhook,
]);
