import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { type Outcome, wait } from "#runtime/node/outcome.ts";
import type { ToolReference } from "#runtime/node/references.ts";
import type { ToolRegistry } from "../kit/mcp/service.ts";

type Arguments = { [name: string]: Json };

/** A call as it would be made. */
export interface WantedCall {
  connection: string;
  tool: string;
  arguments: Arguments;
  /** What is known of the tool. */
  known: ToolReference | undefined;
}

export type Permission =
  /** It may be made, with the arguments that a person let through where one was asked. */
  { type: "given"; arguments: Arguments; isApproved: boolean } | { type: "asked"; outcome: Outcome };

const WAIT_NAME = "allowed";
const APPROVE = "approve";
const REJECT = "reject";
/** The one call among those that a person is shown. */
const CALL = "call";

/** Whether a call may be made by the rules of who may call what. Throws `NodeError("policy")` when not; nothing happened then. */
export async function permissionOf(context: ExecutionContext, registry: Pick<ToolRegistry, "ruleOf">, wanted: WantedCall): Promise<Permission> {
  const said = context.answered(WAIT_NAME);
  if (said?.kind === "person") {
    const title = titleOf(wanted);
    if (said.decision !== APPROVE) throw refusal(`The call of "${title}" was rejected${said.note === "" ? "." : `: ${said.note}`}`, said.by);
    const edited = said.edited === undefined ? wanted.arguments : objectOf(objectOf(said.edited)?.[CALL]);
    if (!edited) throw refusal(`The call of "${title}" was taken out.`, said.by);
    return { type: "given", arguments: edited, isApproved: true };
  }
  switch (await registry.ruleOf({ connection: wanted.connection, tool: wanted.tool })) {
    case "allow":
      return { type: "given", arguments: wanted.arguments, isApproved: false };
    case "deny":
      throw new NodeError("policy", `The tool "${wanted.tool}" may not be called from here. An owner sets that on the page of tools.`, {
        happened: "no",
        details: { tool: wanted.tool, rule: "deny" },
      });
    case "ask":
      return { type: "asked", outcome: question(wanted) };
  }
}

function question(wanted: WantedCall): Outcome {
  const { tool, known } = wanted;
  const title = titleOf(wanted);
  const schema = (known?.inputSchema ?? { type: "object" }) as { [key: string]: Json };
  return wait({
    kind: "person",
    gate: "tool-call",
    name: WAIT_NAME,
    title: `Call ${title}?`.slice(0, 500),
    details: {
      calls: [{ id: CALL, tool, title, arguments: wanted.arguments, schema, effect: known?.readOnly ? "read" : "write" }],
      says: "",
    },
    edit: {
      schema: { type: "object", properties: { [CALL]: { ...schema, title } }, additionalProperties: false },
      value: { [CALL]: wanted.arguments },
    },
    decisions: [APPROVE, REJECT],
  });
}

function titleOf({ known, tool }: WantedCall): string {
  return known?.title ?? tool;
}

function refusal(message: string, by: string): NodeError {
  return new NodeError("policy", message, { happened: "no", details: { rule: "ask", by } });
}

function objectOf(value: Json | undefined): Arguments | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}
