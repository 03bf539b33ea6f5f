import type { CredentialClient } from "#nodes/kit/credentials/service.ts";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import type { CredentialUse } from "../credentials/use-credential.ts";
import type { ConnectionLoader } from "./load-connection.ts";

/** As the clients of credentials, and what is told of a connection's state is that of its settings, and of what it sends along. */
export function withConnectionStates(
  credentials: Pick<CredentialUse, "clientFor">,
  { stateOf }: Pick<ConnectionLoader, "stateOf">,
): (scope: Parameters<CredentialUse["clientFor"]>[0]) => CredentialClient {
  return (scope) => {
    const client = credentials.clientFor(scope);
    return {
      ...client,
      stateOf: (id) => (connectionIdSchema.safeParse(id).success ? stateOf({ id, workspace: scope.workspace }) : client.stateOf(id)),
    };
  };
}
