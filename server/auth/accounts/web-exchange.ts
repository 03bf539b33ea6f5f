import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallerAddress } from "../caller-address.ts";
import { ADDRESS_HEADER } from "./create-auth.ts";

const AGENT_LENGTH = 300;

/** Of a request, what better-auth gets to see. */
export function headersFor(request: IncomingMessage, addressOf: CallerAddress): Headers {
  const { cookie, "user-agent": agent } = request.headers;
  const headers = new Headers({ [ADDRESS_HEADER]: addressOf(request) });
  if (cookie !== undefined) headers.set("cookie", cookie);
  if (agent !== undefined) headers.set("user-agent", agent.slice(0, AGENT_LENGTH));
  return headers;
}

/** Cookies of an answer of better-auth's become those of ours. */
export function passCookies(response: ServerResponse, headers: Headers): void {
  for (const cookie of headers.getSetCookie()) response.appendHeader("set-cookie", cookie);
}

/** The cookies of an answer, as the browser will send them next. */
export function cookiesOf(headers: Headers): Headers {
  return new Headers({
    cookie: headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0] ?? "")
      .join("; "),
  });
}
