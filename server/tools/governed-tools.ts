import type { ToolClient, ToolRegistry } from "#nodes/kit/mcp/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Logger } from "../logger.ts";
import type { ToolStore } from "../store/tools.ts";
import { askRule } from "./tool-rules.ts";

export interface GovernedToolsGiven {
  tools: ToolClient;
  store: Pick<ToolStore, "rulesFor" | "note">;
  /** Whose calls these are. */
  workspace: string;
  graph: string;
  run: string;
  /** Whether an editor's word that a tool changes nothing holds now. */
  isReadOnly: (call: { connection: string; tool: string }) => Promise<boolean>;
  logger: Pick<Logger, "debug">;
}

/** Tools under the matrix of who may call what; what calls come to is noted. */
export function createGovernedTools({ tools, store, workspace, graph, run, isReadOnly, logger }: GovernedToolsGiven): ToolRegistry {
  const ruleOf: ToolRegistry["ruleOf"] = ({ connection, tool }) => askRule(store, { workspace, graph, connection, tool });
  const note = (call: { connection: string; tool: string }, begun: number, code: string | null) => {
    store
      .note({ workspace, connection: call.connection, tool: call.tool, run, milliseconds: Math.round(performance.now() - begun), code })
      // figures are not worth a call
      .catch((error: unknown) => logger.debug({ error }, "A call of a tool was not noted."));
  };
  return {
    ruleOf,
    list: tools.list,
    call: async (call) => {
      // looked up again: a call that waited for somebody may not be allowed any more
      const rule = await ruleOf(call);
      if (rule === "deny" || (rule === "ask" && call.isApproved !== true)) {
        const why = rule === "deny" ? "may not be called from here" : "may be called from here only after a person has let it through";
        throw new NodeError("policy", `The tool "${call.tool}" ${why}. An owner sets that on the page of tools.`, {
          happened: "no",
          details: { tool: call.tool, rule },
        });
      }
      // it is repeated, and copilots do not ask before it
      if (call.isReadOnly && !(await isReadOnly(call)))
        throw new NodeError(
          "policy",
          `Nobody confirms any more that the tool "${call.tool}" changes nothing. Confirm it on the page of tools, or cut a new revision.`,
          {
            happened: "no",
            details: { tool: call.tool },
          },
        );
      const begun = performance.now();
      try {
        const result = await tools.call(call);
        note(call, begun, null);
        return result;
      } catch (error) {
        note(call, begun, error instanceof NodeError ? error.code : "unexpected");
        throw error;
      }
    },
  };
}
