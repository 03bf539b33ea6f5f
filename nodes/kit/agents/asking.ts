import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { type CallRequest, call, MAX_CALLS_AT_ONCE, type Outcome, type WaitAnswer, type WaitRequest, wait } from "#runtime/node/outcome.ts";

/**
 * A long piece of work that is entered again from its top after each wait: it yields only what it has to wait for now, and what it waited for
 * before it finds answered. Parts are joined with `yield*`.
 */
export type Asking<Result> = AsyncGenerator<Outcome, Result, void>;

type Answer<Kind extends WaitAnswer["kind"]> = Extract<WaitAnswer, { kind: Kind }>;
export type RunAnswer = Answer<"run">;

/** Goes on until it is done, or has to wait. */
export async function goOn(asking: Asking<Outcome>): Promise<Outcome> {
  return (await asking.next()).value;
}

/** What a person decided, once somebody has. */
export async function* askPerson(context: ExecutionContext, request: Omit<Extract<WaitRequest, { kind: "person" }>, "kind">): Asking<Answer<"person">> {
  const answer = context.answered(request.name);
  if (!answer) yield wait({ kind: "person", ...request });
  if (answer?.kind !== "person") throw new NodeError("unexpected", `"${request.name}" was answered by something that is no person.`);
  return answer;
}

/** Waits that long, once. */
export async function* pause(context: ExecutionContext, { name, ms }: { name: string; ms: number }): Asking<void> {
  if (!context.answered(name)) yield wait({ kind: "time", name, until: new Date(context.now() + ms).toISOString() });
}

/** How the runs that were called ended, in the order of the requests; as many at once as a node may have under way. */
export async function* callAll(context: ExecutionContext, requests: readonly CallRequest[]): Asking<RunAnswer[]> {
  const open = requests.filter(({ name }) => !context.answered(name));
  if (open.length > 0) yield call(...open.slice(0, MAX_CALLS_AT_ONCE));
  return requests.map(({ name }) => {
    const answer = context.answered(name);
    if (answer?.kind !== "run") throw new NodeError("unexpected", `The call "${name}" was answered by something that is no run.`);
    if (answer.state === "cancelled" || answer.state === "killed")
      throw new NodeError("cancelled", `What was called was ${answer.state}${answer.message === undefined ? "." : `: ${answer.message}`}`, {
        details: { run: answer.run },
      });
    return answer;
  });
}
