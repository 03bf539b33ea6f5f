import { userIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../../api-error.ts";
import type { Accounts, UserActor } from "./accounts.ts";
import type { Opened } from "./open-accounts.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { headersFor, passCookies } from "./web-exchange.ts";

const WRONG = "The present password is wrong.";

type Profiles = Pick<Accounts, "profile" | "rename" | "changePassword" | "sessions" | "endSession" | "endAllSessions">;

/** What people do with their own account. */
export function profilesOf({ given, store, auth, guard }: Opened): Profiles {
  const read = async ({ id }: UserActor) => {
    const row = await store.read(id);
    if (!row) throw new ApiError("gone", "This account is no more.");
    return row;
  };
  return {
    profile: async (user) => {
      const { id, name, email, hasPassword, createdAt } = await read(user);
      return { id: userIdSchema.parse(id), name, email, hasPassword, createdAt: createdAt.toISOString() };
    },
    rename: ({ id }, name) => store.rename(id, name),
    changePassword: async (user, { current, password }, exchange) => {
      const hash = await store.passwordHash(user.id);
      if (hash === undefined) throw new ApiError("conflict", "This account has no password yet. Ask for a link that sets one, on the sign-in page.");
      await guard({ kind: "password", about: user.id }, exchange, async () => {
        if (!(await verifyPassword({ hash, password: current }))) throw new ApiError("forbidden", WRONG);
        // whoever set another one meanwhile, by a link, knows better
        if (!(await store.replacePasswordHash(user.id, { from: hash, to: await hashPassword(password) }))) throw new ApiError("forbidden", WRONG);
      });
      await store.endSessions(user.id, user.session);
      await store.dropResets(user.id);
      await given.accessChanged();
    },
    sessions: async (user) =>
      (await store.sessions(user.id)).map(({ id, userAgent, ipAddress, createdAt, updatedAt }) => ({
        ...{ id, current: id === user.session, browser: (userAgent ?? "").slice(0, 300), address: ipAddress ?? "" },
        ...{ createdAt: createdAt.toISOString(), lastUsedAt: updatedAt.toISOString() },
      })),
    endSession: async (user, id) => {
      if (!(await store.endSession({ user: user.id, id }))) throw new ApiError("not-found", "You have no such session. It may have ended already.");
      await given.accessChanged();
    },
    endAllSessions: async (user, { request, response }) => {
      await store.endSessions(user.id);
      const answer = await auth.api.signOut({ headers: headersFor(request, given.callerAddress), returnHeaders: true });
      passCookies(response, answer.headers);
      await given.accessChanged();
    },
  };
}
