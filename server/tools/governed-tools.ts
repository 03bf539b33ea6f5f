import type { Deciders } from "#nodes/kit/gates/deciders.ts";
import type { ToolClient, ToolRegistry } from "#nodes/kit/mcp/service.ts";
import { approvalVoid, changeSince, DECIDER_GONE, type ToolApproval, type ToolBinding } from "#nodes/kit/mcp/tool-binding.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ToolTarget } from "#runtime/node/tool-target.ts";
import type { Logger } from "../logger.ts";
import { isNotOpen } from "../mcp/failures.ts";
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
  isReadOnly: (call: ToolTarget) => Promise<boolean>;
  /** How a tool stands, by what is known of it without asking its server. */
  bindingOf: (target: ToolTarget) => Promise<ToolBinding>;
  /** What a person let through when they let the run's caller make this call. */
  callersApproval: () => Promise<ToolApproval | undefined>;
  deciders: Deciders;
  logger: Pick<Logger, "debug">;
}

/** Tools under the matrix of who may call what; what calls come to is noted. */
export function createGovernedTools(given: GovernedToolsGiven): ToolRegistry {
  const { tools, store, workspace, graph, run, logger } = given;
  const standingOf: ToolRegistry["standingOf"] = async ({ connection, tool }) => {
    const [rule, binding] = await Promise.all([askRule(store, { workspace, graph, connection, tool }), given.bindingOf({ connection, tool })]);
    return { rule, binding };
  };
  const note = (call: ToolTarget, begun: number, code: string | null) => {
    store
      .note({ workspace, connection: call.connection, tool: call.tool, run, milliseconds: Math.round(performance.now() - begun), code })
      // figures are not worth a call
      .catch((error: unknown) => logger.debug({ error }, "A call of a tool was not noted."));
  };
  const check = async (call: Parameters<ToolRegistry["call"]>[0]) => {
    const { approval, tool } = call;
    // looked up again: a call that waited for somebody may not be allowed any more
    const { rule, binding } = await standingOf(call);
    if (rule === "deny" || (rule === "ask" && !approval)) {
      const why = rule === "deny" ? "may not be called from here" : "may be called from here only after a person has let it through";
      throw new NodeError("policy", `The tool "${tool}" ${why}. An owner sets that on the page of tools.`, { happened: "no", details: { tool, rule } });
    }
    // what people let through, they let through for the tool as it was then
    const changed = approval && changeSince(approval.binding, binding);
    if (changed !== undefined) throw approvalVoid(changed);
    if (approval && !(await given.deciders.mayStillDecide(approval.by))) throw approvalVoid(DECIDER_GONE);
    // it is repeated, and copilots do not ask before it
    if (call.isReadOnly && !(await given.isReadOnly(call)))
      throw new NodeError(
        "policy",
        `Nobody confirms any more that the tool "${tool}" changes nothing. Confirm it on the page of tools, or cut a new revision.`,
        { happened: "no", details: { tool } },
      );
  };
  /** What changes nothing may be made again where it is no longer open. */
  const send: ToolClient["call"] = (call) =>
    tools.call(call).catch(async (error: unknown) => {
      if (!isNotOpen(error) || call.isReadOnly !== true) throw error;
      await check(call);
      return tools.call({ ...call, resumes: false });
    });
  return {
    standingOf,
    callersApproval: given.callersApproval,
    list: tools.list,
    call: async (call) => {
      // one that goes on was checked when it was sent
      if (call.resumes !== true) await check(call);
      const begun = performance.now();
      try {
        const result = await send({ ...call, run });
        note(call, begun, null);
        return result;
      } catch (error) {
        note(call, begun, error instanceof NodeError ? error.code : "unexpected");
        throw error;
      }
    },
  };
}
