import * as contract from "../contract/variables.ts";
import type { WorkspaceVariables } from "../variables/variables.ts";
import { type Handling, handle } from "./handle.ts";

export function variableRoutes(variables: WorkspaceVariables): Handling[] {
  return [
    handle(contract.listVariables, ({ query }) => variables.list(query)),
    handle(contract.readVariable, ({ params }) => variables.read(params.name)),
    handle(contract.writeVariable, ({ params, body, actor }) => variables.write(params.name, { ...body, actor })),
    handle(contract.deleteVariable, async ({ params }) => {
      await variables.remove(params.name);
      return undefined;
    }),
  ];
}
