import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { credentialClient } from "../kit/credentials/service.ts";
import { httpClient } from "../kit/http/service.ts";
import { buildRequest } from "./build-request.ts";
import { isSafe } from "./config.ts";
import { httpRequest } from "./node.ts";
import { readBody, statusError } from "./read-response.ts";

const MAX_BYTES = 10 * 1024 * 1024;
const MAX_REDIRECTS = 5;

export default implementNode(httpRequest, async ({ config, inputs, context }) => {
  const request = buildRequest(config, inputs);
  const key = config.idempotent && !isSafe(config.method) ? { "idempotency-key": context.idempotencyKey } : {};
  const call = {
    ...request,
    headers: { ...request.headers, ...key },
    timeoutMs: context.timeoutMs,
    maxBytes: MAX_BYTES,
    maxRedirects: MAX_REDIRECTS,
    signal: context.signal,
  };
  const { credential } = config;
  const response = await (credential === undefined ? context.use(httpClient).request(call) : context.use(credentialClient).request({ ...call, credential }));
  if (config.failOnStatus && response.status >= 400) throw statusError(response, { method: config.method, now: context.now() });
  const { body, encoding } = readBody(response, config.responseKind);
  const { status, headers, url } = response;
  return done({ response: { status, url, headers, body, ...(encoding && { encoding }) }, body });
});
