import type { Failure } from "#runtime/run/failure.ts";

const TITLES: Readonly<Record<Failure["code"], string>> = {
  validation: "A value does not fit",
  expression: "An expression failed",
  auth: "Access was refused",
  policy: "Not allowed",
  budget: "Over budget",
  "not-found": "Not found",
  "http-status": "The other side answered with an error",
  network: "The connection failed",
  timeout: "It took too long",
  limit: "Over a limit",
  tool: "The tool failed",
  code: "The code threw an error",
  cancelled: "Stopped",
  "worker-lost": "The process that ran it was lost",
  "step-mismatch": "A recorded step no longer fits",
  "node-upgraded": "The node type changed meanwhile",
  unexpected: "An unexpected error",
};

const ADVICE: Readonly<Record<Failure["code"], string>> = {
  validation: "Compare what came in with what the node's settings ask for.",
  expression: "Look at the values the expression reads: they are listed under Inputs here and under Outputs of the nodes before.",
  auth: "Check the credentials of the connection this node uses.",
  policy: "An owner can change what is allowed; otherwise take another way.",
  budget: "Raise the budget of the run, or let the node do less.",
  "not-found": "Check the name, address or path in the node's settings.",
  "http-status": "The details hold the status and the answer of the other side.",
  network: "Check that the other side is reachable from this machine, then run again.",
  timeout: "Raise the time limit in the node's settings, or give it less to do.",
  limit: "Give the node less at a time.",
  tool: "The message is the tool's own. Check the arguments it was given.",
  code: "The log shows what the code printed before it failed.",
  cancelled: "Nothing is wrong with the node. Run again when you are ready.",
  "worker-lost": "It was tried three times and its process ended each time. It may need too much memory.",
  "step-mismatch": "The node took another path than before it was interrupted. Run again from the start.",
  "node-upgraded": "Run the graph again with the present version.",
  unexpected: "Run again. When it happens once more, the log and the details tell where.",
};

/** What kind of failure it is, and what a person can do about it. */
export function failureAdvice({ code }: Pick<Failure, "code">): { title: string; advice: string } {
  return { title: TITLES[code], advice: ADVICE[code] };
}
