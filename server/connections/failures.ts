import { NodeError } from "#runtime/node/node-error.ts";
import { ApiError } from "../api-error.ts";

/** What the pool threw, as the API tells it, without what `redact` takes out. Throws `ApiError`, or what is none of the pool's failures as it is. */
export function asApiError(error: unknown, redact: (text: string) => string = (text) => text): never {
  if (!(error instanceof NodeError)) throw error;
  const advice = typeof error.details?.advice === "string" ? ` ${error.details.advice}` : "";
  const detail = redact(`${error.message}${advice}`);
  switch (error.code) {
    case "validation":
      throw new ApiError("bad-request", detail, { errors: [{ path: "/arguments", message: redact(error.message) }], cause: error });
    case "not-found":
      throw new ApiError("not-found", detail, { cause: error });
    case "policy":
      throw new ApiError("conflict", detail, { cause: error });
    default:
      throw new ApiError("unprocessable", detail, { cause: error });
  }
}
