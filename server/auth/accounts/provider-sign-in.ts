import type { ServerResponse } from "node:http";
import { ApiError } from "../../api-error.ts";
import type { ProviderRefusal } from "../../contract/session.ts";
import type { Exchange } from "../../http/handle.ts";
import { ANONYMOUS } from "../actor.ts";
import { hashSecret } from "../secrets.ts";
import type { Accounts } from "./accounts.ts";
import { PROVIDER_ID } from "./create-auth.ts";
import type { Opened } from "./open-accounts.ts";
import { refusalOf } from "./sign-up-rule.ts";
import { cookiesOf, headersFor, passCookies } from "./web-exchange.ts";

/** Of the query of an address that somebody comes back to, what is looked at. */
const KNOWN = ["code", "state", "error", "iss"];
const MAX_LENGTH = 8_000;
const WORKSPACE = "workspace_default";
/** Stands for a refusal that was counted. */
const REFUSED = Symbol("refused");

/** The way to the provider and back. */
export function providerSignIn({ given, store, auth, userOf, guard }: Opened): Pick<Accounts, "providerUrl" | "answerProvider"> {
  const { url, oidc, callerAddress, audit, logger } = given;
  /** Whether there is room for one more refusal of this address in the log. */
  const isCounted = (exchange: Exchange): Promise<boolean> =>
    guard({ kind: "provider" }, exchange, () => Promise.reject(REFUSED)).catch((error: unknown) => {
      if (error === REFUSED) return true;
      if (error instanceof ApiError) return false;
      throw error;
    });
  return {
    providerUrl: async ({ returnTo, invitation }, { request, response }) => {
      if (!oidc) throw new ApiError("conflict", "This Heddle has no OpenID Connect provider. Sign in with your e-mail address and password.");
      const answer = await auth.api
        .signInSocial({
          body: {
            provider: PROVIDER_ID,
            callbackURL: ownPath(returnTo, url),
            errorCallbackURL: `${url}/sign-in`,
            disableRedirect: true,
            ...(invitation !== undefined && { additionalData: { invitation: hashSecret(invitation) } }),
          },
          headers: headersFor(request, callerAddress),
          returnHeaders: true,
        })
        .catch((cause: unknown) => {
          throw new ApiError("unavailable", `${oidc.name} cannot be asked at the moment. Try again later; the server's log tells more.`, { cause });
        });
      if (!answer.response.url) throw new Error("The provider's address is missing.");
      passCookies(response, answer.headers);
      return answer.response.url;
    },
    answerProvider: async (request, response) => {
      const asked = new URL(request.url ?? "/", url);
      if (!oidc || request.method !== "GET" || asked.href.length > MAX_LENGTH) return refuse(response, "failed");
      try {
        const query = Object.fromEntries([...asked.searchParams].filter(([name]) => KNOWN.includes(name)));
        const headers = headersFor(request, callerAddress);
        const before = await userOf(headers);
        const answer = await auth.api.callbackOAuth({ params: { id: PROVIDER_ID }, query, headers, method: "GET", asResponse: true });
        const target = answer.headers.get("location");
        const user = await userOf(cookiesOf(answer.headers));
        passCookies(response, answer.headers);
        const by = { workspace: WORKSPACE, exchange: { request, response } };
        if (target === null || !user) {
          const reason = refusalOf((target && new URL(target, url).searchParams.get("error")) ?? "failed");
          const resource = { kind: "provider", id: oidc.issuer, name: oidc.name };
          // anybody can come back with a state that is none, and with many that are
          if (reason !== "expired" && (await isCounted({ request, response })))
            await audit.record({ action: "session.refused", resource, detail: { reason } }, { actor: ANONYMOUS, ...by });
          return refuse(response, reason);
        }
        if (before && (await store.endSession({ user: before.id, id: before.session }))) await given.accessChanged();
        const resource = { kind: "user", id: user.id, name: user.name };
        await audit.record({ action: "session.signed-in", resource, detail: { provider: oidc.name } }, { actor: user, ...by });
        go(response, target);
      } catch (error) {
        logger.error({ error }, "Somebody who came back from the OpenID Connect provider could not be signed in.");
        if (!response.headersSent) refuse(response, "failed");
      }
    },
  };
}

/** A path of ours, whatever was asked for: never another site's page. */
function ownPath(wanted: string, url: string): string {
  const target = URL.canParse(wanted, url) ? new URL(wanted, url) : new URL(url);
  return target.origin === new URL(url).origin ? target.href : `${url}/`;
}

function refuse(response: ServerResponse, reason: ProviderRefusal): void {
  go(response, `/sign-in?refused=${reason}`);
}

function go(response: ServerResponse, target: string): void {
  response.writeHead(302, { location: target, "cache-control": "no-store", "referrer-policy": "no-referrer" }).end();
}
