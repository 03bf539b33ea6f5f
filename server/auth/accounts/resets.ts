import { isAPIError } from "better-auth/api";
import { userIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../../api-error.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { Accounts, AccountsGiven } from "./accounts.ts";
import type { Opened } from "./open-accounts.ts";

export interface Resets {
  /** Sends a link, or prints it when there is no mail server. */
  send(given: { email: string; name: string; token: string }): void;
  routes(opened: Opened): Pick<Accounts, "askForReset" | "resetPassword">;
  /** Nothing is being sent any more. */
  settled(): Promise<void>;
}

const OVER = "This link has been used or has run out. Ask for another one, on the sign-in page.";

/** Passwords that are set anew, by a link that works once and for 30 minutes. Of its token, the database holds a hash. */
export function createResets({ url, mail, logger, accessChanged, store }: AccountsGiven & { store: AccountStore }): Resets {
  const working = new Set<Promise<unknown>>();
  /** In the background: how long it takes would tell whether there is such an account. */
  const begin = (work: Promise<unknown>) => {
    const done = work.catch((error: unknown) => logger.error({ error }, "A link to set a new password could not be made.")).finally(() => working.delete(done));
    working.add(done);
  };
  const deliver = async ({ email, name, token }: { email: string; name: string; token: string }) => {
    const link = `${url}/reset/${token}`;
    if (!mail.isConfigured) return logger.info({ email, link }, `A link to set a new password for ${email}; it works once, for 30 minutes: ${link}`);
    await mail.send({ to: email, subject: "Set a new password for Heddle", text: letter(name, link) });
  };
  return {
    send: (given) => begin(deliver(given)),
    routes: ({ auth, guard }) => ({
      askForReset: async (email, exchange) => {
        // every request counts, whoever has the address; and each is a mail that somebody gets, wherever it was asked for
        await guard({ kind: "reset", about: email, atMost: 1 }, exchange, async () => Promise.reject(ASKED)).catch((error: unknown) => {
          if (error !== ASKED) throw error;
        });
        begin(auth.api.requestPasswordReset({ body: { email } }));
      },
      resetPassword: async ({ token, password }, exchange) => {
        const userId = await guard({ kind: "reset-token" }, exchange, async () => {
          const context = await auth.$context;
          // read first: better-auth does not say whose password it was
          const found = await context.internalAdapter.findVerificationValue(`reset-password:${token}`);
          await auth.api.resetPassword({ body: { token, newPassword: password } }).catch((error: unknown) => {
            throw isAPIError(error) ? new ApiError("gone", OVER) : error;
          });
          return userIdSchema.parse(found?.value);
        });
        await store.dropResets(userId);
        // they read what is sent to the address
        await store.markVerified(userId);
        await accessChanged();
        const user = await store.read(userId);
        if (!user) throw new ApiError("gone", OVER);
        return { id: userId, name: user.name, email: user.email };
      },
    }),
    settled: async () => {
      while (working.size > 0) await Promise.all(working);
    },
  };
}

/** Stands for a request that was counted and goes on. */
const ASKED = Symbol("asked");

function letter(name: string, link: string): string {
  return `Hello ${name},

somebody, probably you, asked to set a new password for your Heddle account. Open this link to choose one; it works once, for 30 minutes:

${link}

Your API tokens keep working: revoke those that somebody else may have got hold of.

If it was not you, do nothing: your password stays as it is.
`;
}
