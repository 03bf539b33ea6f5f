import * as agents from "./agents.ts";
import * as approvals from "./approvals.ts";
import * as assets from "./assets.ts";
import * as audit from "./audit.ts";
import * as chats from "./chats.ts";
import * as comfyQueue from "./comfy-queue.ts";
import * as comfyWorkflows from "./comfy-workflows.ts";
import * as comments from "./comments.ts";
import * as connections from "./connections.ts";
import * as costs from "./cost-estimate.ts";
import * as credentials from "./credentials.ts";
import * as find from "./find.ts";
import * as forms from "./forms.ts";
import * as graphs from "./graphs.ts";
import * as hooks from "./hooks.ts";
import * as inbox from "./inbox.ts";
import * as jobs from "./jobs.ts";
import * as knowledge from "./knowledge.ts";
import * as knowledgeDocuments from "./knowledge-documents.ts";
import * as mcp from "./mcp.ts";
import * as models from "./models.ts";
import type { Route } from "./route.ts";
import * as runs from "./runs.ts";
import * as session from "./session.ts";
import * as sharing from "./sharing.ts";
import * as system from "./system.ts";
import * as tokens from "./tokens.ts";
import * as tools from "./tools.ts";
import * as variables from "./variables.ts";
import * as vault from "./vault.ts";
import * as workspaces from "./workspaces.ts";

const files = [
  system,
  session,
  workspaces,
  sharing,
  tokens,
  credentials,
  vault,
  audit,
  graphs,
  agents,
  Object.fromEntries(agents.agentRoutes.map(({ route }) => [route.id, route])),
  chats,
  forms,
  comments,
  inbox,
  hooks,
  runs,
  approvals,
  costs,
  connections,
  mcp,
  models,
  tools,
  comfyWorkflows,
  comfyQueue,
  jobs,
  knowledge,
  knowledgeDocuments,
  find,
  variables,
  assets,
];

/** Every API route. */
export const routes: readonly Route[] = files.flatMap((file) => Object.values(file).filter(isRoute));

function isRoute(value: unknown): value is Route {
  return typeof value === "object" && value !== null && "method" in value && "path" in value && "action" in value;
}
