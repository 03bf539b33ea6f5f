import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { type Asking, askPerson } from "../kit/agents/asking.ts";
import { deciders } from "../kit/gates/deciders.ts";
import type { ServerAnswer, ServerQuestion, ToolResult } from "../kit/mcp/service.ts";
import { changeSince, type ToolBinding } from "../kit/mcp/tool-binding.ts";
import { type Sampler, samplingNames } from "./sample.ts";

/** Questions in one node run: a server that asks for ever gets no more answers. */
const MOST = 20;
const ANSWER = "answer";
const DECLINE = "decline";
const ANSWERER_GONE = "Whoever answered this may not decide any more.";

/** A question as it was asked. */
interface Asked {
  question: ServerQuestion;
  /** Of the call during which it was asked. */
  key: string;
  binding: ToolBinding;
  isRefused: boolean;
}

interface Given {
  /** What people call the tool. */
  title: string;
  /** How the tool stands now. */
  binding: ToolBinding;
  sampler: Sampler;
}

/** What a server asks while one of its tools is called, and what was answered; the same each time the node is entered. */
export class Questions {
  readonly answers: ServerAnswer[] = [];
  /** The call during which the last question was asked is to go on; otherwise one is made anew. */
  resumes = false;
  readonly #context: ExecutionContext;
  readonly #given: Given;
  #count = 0;
  /** Why what people answered is not sent. */
  #problem: string | undefined;

  constructor(context: ExecutionContext, given: Given) {
    this.#context = context;
    this.#given = given;
  }

  /** What was answered to the questions so far, in their order. */
  async *recall(): Asking<void> {
    const asked = this.#lastAsked() + 1;
    while (this.#count < asked) yield* this.#answer(...(await this.#remembered()));
  }

  /** Asks a model, or waits for a person. Throws `NodeError("limit")` when it was asked too often. */
  async *ask({ asked, isRefused = false }: Pick<ToolResult, "asked" | "isRefused">): Asking<void> {
    if (!asked) throw unasked();
    if (this.#count >= MOST) throw new NodeError("limit", `"${this.#given.title}" asked ${MOST} questions and is not done.`);
    const { binding } = this.#given;
    const key = this.#context.idempotencyKey;
    const work = async () => ({ question: asked, key, binding, isRefused });
    const label = String(this.#count);
    const recorded = await this.#recorded(label, work);
    // an earlier call was asked something here that nobody is known to have answered: this is another question
    if (recorded.key === key) yield* this.#answer(recorded, label);
    else yield* this.#answer(await this.#recorded(this.#anewLabel(), work), this.#anewLabel());
  }

  async *#answer(asked: Asked, label: string): Asking<void> {
    const { question } = asked;
    this.#count++;
    this.resumes = asked.key === this.#context.idempotencyKey && !asked.isRefused;
    const changed = this.resumes ? undefined : changeSince(asked.binding, this.#given.binding, "this was answered");
    if (changed !== undefined) {
      // it was said to a server that is another one now
      this.#problem = `The server asks anew. ${changed}`;
      return;
    }
    const isForModel = question.type === "sampling" && question.by !== undefined;
    this.answers.push(isForModel ? yield* this.#given.sampler.answer(question, label) : yield* this.#askPerson(question, label));
  }

  async *#askPerson(question: ServerQuestion, label: string): Asking<ServerAnswer> {
    let problem = this.#problem;
    for (let round = 1; ; round++) {
      const said = yield* askPerson(this.#context, { ...request(this.#given.title, question, problem), name: waitName(label, round) });
      if (said.decision !== ANSWER) return { question, decision: "decline" };
      const isAnswer = await this.#context.step(`may-answer-${label}-${round}`, { effect: "read", input: null }, () =>
        this.#context.use(deciders).mayStillDecide(said.by),
      );
      if (isAnswer) return { question, decision: "accept", content: objectOf(said.edited ?? proposal(question)) };
      problem = ANSWERER_GONE;
    }
  }

  /** Sets a question apart from the one that an earlier call was asked in its place. */
  #anewLabel(index = this.#count): string {
    return `${index}-${this.#context.idempotencyKey.slice(0, 16)}`;
  }

  #recorded(label: string, asked: () => Promise<Asked>): Promise<Asked> {
    return this.#context.step(`asked-${label}`, { effect: "pure", input: null }, asked);
  }

  /** The question that was asked in this place last, and what its answers are called after. */
  async #remembered(): Promise<[Asked, string]> {
    const label = String(this.#count);
    const none = () => Promise.reject(unasked());
    const first = await this.#recorded(label, none);
    if (first.key === this.#context.idempotencyKey) return [first, label];
    const anew = this.#anewLabel();
    const second = await this.#recorded(anew, none).catch((error: unknown) => {
      if (error instanceof NodeError && error.code === "unexpected") return undefined;
      throw error;
    });
    return second ? [second, anew] : [first, label];
  }

  /** The last place in which somebody was asked, or something was waited for; -1 where there was none. In all before it was a question, too. */
  #lastAsked(): number {
    const hasAnswer = (label: string) => [waitName(label, 1), ...samplingNames(label)].some((name) => this.#context.answered(name) !== undefined);
    for (let index = MOST - 1; index >= 0; index--) if (hasAnswer(String(index)) || hasAnswer(this.#anewLabel(index))) return index;
    return -1;
  }
}

const waitName = (label: string, round: number) => (round === 1 ? `question-${label}` : `question-${label}-${round}`);

function request(title: string, question: ServerQuestion, problem: string | undefined) {
  const edit = question.type === "url" ? undefined : { schema: schemaOf(question), value: proposal(question) };
  return {
    gate: "elicitation" as const,
    title: `${title}: ${titleOf(question)}`.slice(0, 500),
    details: { tool: title, ...(question as unknown as { [key: string]: Json }), ...(problem !== undefined && { problem }) },
    decisions: [ANSWER, DECLINE],
    ...(edit && { edit }),
  };
}

function unasked(): NodeError {
  return new NodeError("unexpected", "A question was answered that nobody asked.");
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
