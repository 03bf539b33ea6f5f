import { defineService } from "#runtime/node/service.ts";

export interface HttpRequest {
  method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Milliseconds for the whole exchange, redirects included. */
  timeoutMs: number;
  /** Bytes of body read before the exchange is ended with the failure `limit`. */
  maxBytes: number;
  /** Redirects followed, each checked again by the guard. 0 hands a redirect back as it is. */
  maxRedirects: number;
  signal: AbortSignal;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names; repeated headers joined with ", ". */
  headers: Record<string, string>;
  body: Uint8Array;
  /** The address that answered, after redirects. */
  url: string;
}

/**
 * The one way out: every outgoing call passes the egress guard. Throws `NodeError`: `policy` (address not allowed; happened "no"),
 * `network` (happened "no" when nothing was sent), `timeout`, `limit`, `cancelled`. Any HTTP status is an answer, not an error.
 */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
}

export const httpClient = defineService<HttpClient>("http-client");
