import type { NodeError } from "#runtime/node/node-error.ts";

/** What a test says that did not go through: what is wrong, what to do (`adviceOn`, by kind of connection), and both in one line for its health. */
export function probeFailure(
  error: NodeError,
  adviceOn: (error: NodeError) => string,
): { ok: false; error: { message: string; advice: string }; detail: string } {
  const { code, message, details } = error;
  // of a guarded address, only what is wrong with it: what allows it is the advice
  const isGuarded = code === "policy" && details?.host !== undefined;
  const told = {
    message: isGuarded ? (message.split(" An owner can allow")[0] ?? message) : message,
    advice: isGuarded
      ? `Nothing was sent. If it is your own server, the owner of this installation allows it by starting Heddle with HEDDLE_EGRESS_ALLOW=${details.host}:${details.port}.`
      : adviceOn(error),
  };
  return { ok: false, error: told, detail: `${told.message} ${told.advice}`.trim() };
}
