import { parentPort } from "node:worker_threads";
import type { CheckAnswer, CheckRequest } from "./check-messages.ts";
import { createShadow, type Shadow } from "./shadow.ts";

// Reading a value with the key `__proto__` would otherwise set a prototype and hide the key from the check.
Reflect.deleteProperty(Object.prototype, "__proto__");

const shadows = new Map<string, Shadow>();

parentPort?.on("message", (request: CheckRequest) => {
  if (request.type === "forget") {
    shadows.delete(request.document);
    return;
  }
  if (request.type === "absorb") {
    shadows.get(request.document)?.absorb(request.update);
    return;
  }
  const { document, update, salvage, parts } = request;
  if (parts) shadows.set(document, createShadow(parts));
  const shadow = shadows.get(document);
  if (!shadow) throw new Error(`The document ${document} was not handed over.`);
  const verdict = shadow.check(update, { salvage });
  if (shadow.isSpoiled()) shadows.delete(document);
  parentPort?.postMessage({ type: "verdict", verdict, kept: !shadow.isSpoiled() } satisfies CheckAnswer);
});

parentPort?.postMessage({ type: "ready" } satisfies CheckAnswer);
