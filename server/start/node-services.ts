import { sandbox } from "#nodes/kit/code/service.ts";
import { credentialClient } from "#nodes/kit/credentials/service.ts";
import { httpClient } from "#nodes/kit/http/service.ts";
import { mcpContent } from "#nodes/kit/mcp/content.ts";
import { toolRegistry } from "#nodes/kit/mcp/service.ts";
import { conversationMemory } from "#nodes/kit/memory/service.ts";
import { modelClient } from "#nodes/kit/models/service.ts";
import { variables } from "#nodes/kit/variables/service.ts";
import { createServiceRegistry, type ServiceRegistry } from "#runtime/node/service.ts";
import { withConnectionStates } from "../connections/connection-states.ts";
import type { ConnectionLoader } from "../connections/load-connection.ts";
import { createWorkspaceContent } from "../connections/workspace-content.ts";
import { createWorkspaceTools } from "../connections/workspace-tools.ts";
import type { CredentialUse } from "../credentials/use-credential.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import type { McpPool } from "../mcp/client-pool.ts";
import { createConversationMemory } from "../memory/conversation-memory.ts";
import { createSandbox } from "../sandbox/create-sandbox.ts";
import type { ConnectionStore } from "../store/connections.ts";
import type { MemoryStore } from "../store/memory.ts";
import type { ToolStore } from "../store/tools.ts";
import type { VariableStore } from "../store/variables.ts";
import { createGovernedTools } from "../tools/governed-tools.ts";
import { createRunVariables } from "../variables/variables.ts";
import type { Models } from "./create-models.ts";
import type { ServicesGiven } from "./create-services.ts";

/** What nodes are given by `context.use`: what belongs to a workspace is made for the attempt that asks. */
export function createNodeServices(
  given: ServicesGiven & {
    egress: EgressClient;
    credentialUse: CredentialUse;
    pool: McpPool;
    models: Models;
    connectionStore: ConnectionStore;
    loader: ConnectionLoader;
    variableStore: VariableStore;
    toolStore: ToolStore;
    memoryStore: MemoryStore;
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
  registry.provideFor(modelClient, given.models.clients.clientFor);
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
      logger,
    }),
  );
  registry.provideFor(mcpContent, ({ workspace, conceal }) => createWorkspaceContent({ content: pool, store, workspace, secretsOf, conceal }));
  return registry;
}
