import { defineService } from "#runtime/node/service.ts";
import type { HttpRequest, HttpResponse } from "../http/service.ts";

/** Sends a credential of the workspace along with calls. A node names it by its id and never gets to see its secret. */
export interface CredentialClient {
  /**
   * As `HttpClient.request`. Throws in addition `NodeError`: `not-found` (no such credential), `policy` (not for this host or this node type),
   * `auth` (no access token was given out); happened "no" in all of them. On a redirect to another host it is left out.
   */
  request(request: HttpRequest & { credential: string }): Promise<HttpResponse>;
  /** Another text after everything that changes what it opens or where it may go: part of what earlier results depend on. */
  stateOf(credential: string): Promise<string>;
}

export const credentialClient = defineService<CredentialClient>("credential-client");
