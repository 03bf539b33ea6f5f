import { drizzleAdapter } from "better-auth/adapters/drizzle";
import type { Database } from "./database/open-database.ts";
import { userAccounts, userSessions, users, userVerifications } from "./schema/people.ts";

/**
 * The tables of accounts as better-auth works with them. Without transactions of its own: those of ours refuse the outer handle, which its
 * hooks use. What has to happen at once (an account with its membership) is done by `createAccountStore`.
 */
export function createAccountAdapter({ db }: Database): ReturnType<typeof drizzleAdapter> {
  const schema = { user: users, session: userSessions, account: userAccounts, verification: userVerifications };
  return drizzleAdapter(db, { provider: "pg", schema, transaction: false });
}
