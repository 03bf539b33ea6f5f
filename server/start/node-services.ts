import { assetStore } from "#nodes/kit/assets/service.ts";
import { sandbox } from "#nodes/kit/code/service.ts";
import { workflowVersions } from "#nodes/kit/comfyui/library.ts";
import { comfyClient } from "#nodes/kit/comfyui/service.ts";
import { credentialClient } from "#nodes/kit/credentials/service.ts";
import { deciders } from "#nodes/kit/gates/deciders.ts";
import { httpClient } from "#nodes/kit/http/service.ts";
import { knowledgeStore } from "#nodes/kit/knowledge/service.ts";
import { mcpContent } from "#nodes/kit/mcp/content.ts";
import { toolRegistry } from "#nodes/kit/mcp/service.ts";
import { conversationMemory } from "#nodes/kit/memory/service.ts";
import { modelClient } from "#nodes/kit/models/service.ts";
import { variables } from "#nodes/kit/variables/service.ts";
import { createServiceRegistry, type ServiceRegistry } from "#runtime/node/service.ts";
import { createRunAssets, type RunAssetsGiven } from "../assets/run-assets.ts";
import type { ComfyClients } from "../comfyui/client.ts";
import { withConnectionStates } from "../connections/connection-states.ts";
import type { ConnectionLoader } from "../connections/load-connection.ts";
import { createWorkspaceContent } from "../connections/workspace-content.ts";
import { createWorkspaceTools } from "../connections/workspace-tools.ts";
import type { CredentialUse } from "../credentials/use-credential.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import { createDeciders } from "../engine/gate-deciders.ts";
import type { Knowledge } from "../knowledge/knowledge.ts";
import { createRunKnowledge } from "../knowledge/run-knowledge.ts";
import type { McpPool } from "../mcp/client-pool.ts";
import { createConversationMemory } from "../memory/conversation-memory.ts";
import { createSandbox } from "../sandbox/create-sandbox.ts";
import { createCallApprovals } from "../store/call-approvals.ts";
import type { ConnectionStore } from "../store/connections.ts";
import { createGatePeople } from "../store/gate-people.ts";
import type { MemoryStore } from "../store/memory.ts";
import type { ToolStore } from "../store/tools.ts";
import type { VariableStore } from "../store/variables.ts";
import { createGovernedTools } from "../tools/governed-tools.ts";
import { createRunVariables } from "../variables/variables.ts";
import type { Models } from "./create-models.ts";
import type { ServicesGiven } from "./create-services.ts";
import type { Workflows } from "./create-workflows.ts";

/** What nodes are given by `context.use`: what belongs to a workspace is made for the attempt that asks. */
export function createNodeServices(
  given: ServicesGiven & {
    egress: EgressClient;
    credentialUse: CredentialUse;
    pool: McpPool;
    models: Models;
    comfyui: ComfyClients;
    workflows: Workflows;
    knowledge: Knowledge;
    connectionStore: ConnectionStore;
    loader: ConnectionLoader;
    variableStore: VariableStore;
    toolStore: ToolStore;
    memoryStore: MemoryStore;
    files: RunAssetsGiven;
  },
): ServiceRegistry {
  const { closers, logger, egress, credentialUse, pool, connectionStore: store, loader } = given;
  const { secretsOf } = loader;
  const registry = createServiceRegistry();
  registry.provide(
    sandbox,
    closers.add(createSandbox(), (thing) => thing.close()),
  );
  registry.provide(httpClient, egress);
  registry.provideFor(credentialClient, withConnectionStates(credentialUse, loader));
  registry.provideFor(conversationMemory, ({ workspace }) => createConversationMemory(given.memoryStore, workspace));
  registry.provideFor(variables, ({ workspace }) => createRunVariables(given.variableStore, workspace));
  registry.provideFor(assetStore, (scope) => createRunAssets(given.files, scope));
  registry.provideFor(modelClient, given.models.clients.clientFor);
  registry.provideFor(knowledgeStore, (scope) => createRunKnowledge(given.knowledge, scope));
  registry.provideFor(comfyClient, given.comfyui.clientFor);
  registry.provideFor(workflowVersions, given.workflows.versionsFor);
  const people = createGatePeople(given.database);
  const approvals = createCallApprovals(given.database);
  registry.provideFor(deciders, ({ workspace }) => createDeciders(people, workspace));
  registry.provideFor(toolRegistry, ({ workspace, graph, run, conceal }) =>
    createGovernedTools({
      tools: createWorkspaceTools({ tools: pool, store, workspace, secretsOf, conceal }),
      store: given.toolStore,
      workspace,
      graph,
      run,
      isReadOnly: async ({ connection, tool }) => {
        const known = await store.tool(connection, tool);
        // one that is not known yet is listed by the call itself
        return known === undefined || known.readOnlyHash === known.hash;
      },
      bindingOf: async ({ connection, tool }) => {
        const [{ revision, access }, known] = await Promise.all([loader.bindingOf({ id: connection, workspace }), store.tool(connection, tool)]);
        return { connection: revision, access, tool: known?.hash ?? "" };
      },
      callersApproval: () => approvals.read(run),
      deciders: createDeciders(people, workspace),
      logger,
    }),
  );
  registry.provideFor(mcpContent, ({ workspace, conceal }) => createWorkspaceContent({ content: pool, store, workspace, secretsOf, conceal }));
  return registry;
}
