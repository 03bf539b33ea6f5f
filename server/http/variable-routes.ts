import * as contract from "../contract/variables.ts";
import type { WorkspaceVariables } from "../variables/variables.ts";
import { type Handling, handle } from "./handle.ts";

export function variableRoutes(variables: WorkspaceVariables): Handling[] {
  return [
    handle(contract.listVariables, ({ query, workspace }) => variables.list({ ...query, workspace })),
    handle(contract.readVariable, ({ params, workspace }) => variables.read({ ...params, workspace })),
    handle(contract.writeVariable, ({ params, body, actor, workspace }) => variables.write({ ...params, workspace }, { ...body, actor }), {
      audit: ({ params }) => ({ action: "variable.changed", resource: { kind: "variable", id: params.name, name: params.name } }),
    }),
    handle(
      contract.deleteVariable,
      async ({ params, workspace }) => {
        await variables.remove({ ...params, workspace });
        return undefined;
      },
      {
        audit: ({ params }) => ({ action: "variable.changed", resource: { kind: "variable", id: params.name, name: params.name }, detail: { removed: true } }),
      },
    ),
  ];
}
