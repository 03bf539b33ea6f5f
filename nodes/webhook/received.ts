import type { Json } from "#runtime/graph/json.ts";

/** A request as the run's input holds it. */
export interface ReceivedCall {
  method: string;
  headers: Record<string, Json>;
  query: Record<string, Json>;
  body: Json;
}

/** What a run was begun with; what is absent (a run begun by hand) is empty. */
export function readCall(input: unknown): ReceivedCall {
  const given = isRecord(input) ? input : {};
  return {
    method: typeof given.method === "string" ? given.method : "POST",
    headers: isRecord(given.headers) ? given.headers : {},
    query: isRecord(given.query) ? given.query : {},
    body: given.body ?? null,
  };
}

function isRecord(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
