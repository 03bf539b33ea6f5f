import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { type Outcome, wait } from "#runtime/node/outcome.ts";
import type { ServerAnswer, ServerQuestion } from "../kit/mcp/service.ts";

/** Questions in one node run: a server that asks for ever gets no more answers. */
const MOST = 20;
const ANSWER = "answer";
const DECLINE = "decline";

const waitName = (index: number) => `question-${index}`;

/** What people said to the server's questions so far, in the order of the questions. */
export async function earlierAnswers(context: ExecutionContext): Promise<ServerAnswer[]> {
  const answers: ServerAnswer[] = [];
  for (let index = 0; ; index++) {
    const said = context.answered(waitName(index));
    if (said?.kind !== "person") return answers;
    const question = await recorded(context, index, () => Promise.reject(new NodeError("unexpected", "A question was answered that nobody asked.")));
    if (said.decision !== ANSWER) answers.push({ question, decision: "decline" });
    else answers.push({ question, decision: "accept", content: objectOf(said.edited ?? proposal(question)) });
  }
}

/** Waits for a person; the call is repeated with what they say. */
export async function ask(context: ExecutionContext, { question, index, tool }: { question: ServerQuestion; index: number; tool: string }): Promise<Outcome> {
  if (index >= MOST) throw new NodeError("limit", `"${tool}" asked ${MOST} questions and is not done.`);
  await recorded(context, index, async () => question);
  const edit = question.type === "url" ? undefined : { schema: schemaOf(question), value: proposal(question) };
  return wait({
    kind: "person",
    gate: "elicitation",
    name: waitName(index),
    title: `${tool}: ${titleOf(question)}`.slice(0, 500),
    details: { tool, ...(question as unknown as { [key: string]: Json }) },
    decisions: [ANSWER, DECLINE],
    ...(edit && { edit }),
  });
}

function recorded(context: ExecutionContext, index: number, question: () => Promise<ServerQuestion>): Promise<ServerQuestion> {
  return context.step(`asked-${index}`, { effect: "pure", input: null }, question);
}

function titleOf(question: ServerQuestion): string {
  return question.type === "sampling" ? "asks for the answer of a model" : question.message;
}

function schemaOf(question: Exclude<ServerQuestion, { type: "url" }>): { [key: string]: Json } {
  if (question.type === "form") return question.schema as { [key: string]: Json };
  return { type: "object", properties: { text: { type: "string", title: "Answer" } }, required: ["text"] };
}

/** What is sent when nobody changes it: the defaults of the form. */
function proposal(question: ServerQuestion): { [key: string]: Json } {
  if (question.type === "url") return {};
  if (question.type === "sampling") return { text: "" };
  const { properties } = question.schema;
  const fields = typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
  return Object.fromEntries(fields.flatMap(([name, field]) => (field?.default === undefined ? [] : [[name, field.default]])));
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
