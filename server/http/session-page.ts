import type { Request, RequestHandler, Response } from "express";
import { sessionCookie } from "../auth/cookies.ts";
import type { OneTimeLink } from "../auth/one-time-link.ts";
import { SESSION_SECONDS, type Sessions } from "../auth/sessions.ts";
import type { Mode } from "../contract/session.ts";
import type { Limits } from "./guards.ts";
import { sendPage } from "./pages.ts";

export interface SessionPageGiven {
  mode(): Mode;
  link: OneTimeLink;
  sessions: Sessions;
  cookieName: string;
  isSecure: boolean;
  limits: Pick<Limits, "guesses">;
}

/** `/session/<token>`: whoever has the printed one-time URL becomes a person in this browser. */
export function createSessionPage({ mode, link, sessions, cookieName, isSecure, limits }: SessionPageGiven): RequestHandler {
  return async (request: Request, response: Response) => {
    response.setHeader("cache-control", "no-store");
    // fetched ahead by a browser, or looked at by a preview: nobody has opened it yet
    if (request.method === "HEAD" || request.headers["sec-purpose"]?.includes("prefetch")) return void response.status(503).end();
    if (mode() === "team") {
      const text = 'This Heddle has accounts: <a href="/sign-in">sign in</a> with yours.';
      return sendPage(response, { status: 410, title: "This link is no longer needed", text });
    }
    await limits.guesses.check(request);
    const { token } = request.params;
    if (typeof token !== "string" || !link.take(token)) {
      await limits.guesses.failed(request);
      const text =
        "It works once, for 15 minutes. The file <code>server.json</code> in Heddle's data directory always holds a fresh one, and every start prints one.";
      return sendPage(response, { status: 403, title: "This link has been used or has run out", text });
    }
    const value = await sessions.create();
    response.setHeader("set-cookie", sessionCookie(cookieName, { value, seconds: SESSION_SECONDS, isSecure }));
    response.redirect(303, "/");
  };
}
