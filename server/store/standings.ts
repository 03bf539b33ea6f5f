import { sql } from "drizzle-orm";
import { z } from "zod";
import { roleSchema, shareLevelSchema } from "../contract/access.ts";
import type { Database } from "./database/open-database.ts";

const standingSchema = z.object({ role: roleSchema.nullable(), share: shareLevelSchema.nullable(), installation: z.boolean() });
/** What somebody is to a workspace and to one of its documents. `installation`: they own the first workspace, and with it the installation. */
export type StandingRow = z.infer<typeof standingSchema>;

export interface StandingStore {
  /** `share`: the strongest of what was shared with them by name and of the links they opened that still exist. */
  read(user: string, place: { workspace: string; document?: string | undefined }): Promise<StandingRow>;
  /** Whether a link opens the document. */
  isLinked(share: string, document: string): Promise<boolean>;
  /** The workspace they joined first. */
  home(user: string): Promise<string | undefined>;
  /** Names, from the first owner. */
  owners(workspace: string): Promise<string[]>;
}

const FIRST_WORKSPACE = "workspace_default";

export function createStandingStore({ db }: Database): StandingStore {
  return {
    read: async (user, { workspace, document = "" }) => {
      const { rows } = await db.execute(sql`
        SELECT
          (SELECT role FROM members WHERE workspace_id = ${workspace} AND user_id = ${user}) AS role,
          EXISTS (SELECT 1 FROM members WHERE workspace_id = ${FIRST_WORKSPACE} AND user_id = ${user} AND role = 'owner') AS installation,
          (SELECT level FROM document_shares WHERE workspace_id = ${workspace} AND document_id = ${document} AND (
              (kind = 'person' AND user_id = ${user})
              OR (kind = 'link' AND EXISTS (SELECT 1 FROM share_openings WHERE share_id = document_shares.id AND user_id = ${user})))
            ORDER BY level = 'edit' DESC LIMIT 1) AS share`);
      return standingSchema.parse(rows[0]);
    },
    isLinked: async (share, document) => {
      const { rows } = await db.execute(sql`SELECT 1 FROM document_shares WHERE id = ${share} AND document_id = ${document} AND kind = 'link'`);
      return rows.length > 0;
    },
    home: async (user) => {
      const { rows } = await db.execute(sql`SELECT workspace_id FROM members WHERE user_id = ${user} ORDER BY created_at, workspace_id LIMIT 1`);
      return rows[0] && String(rows[0].workspace_id);
    },
    owners: async (workspace) => {
      const { rows } = await db.execute(sql`
        SELECT users.name FROM members JOIN users ON users.id = members.user_id
        WHERE workspace_id = ${workspace} AND role = 'owner' ORDER BY members.created_at, users.id LIMIT 10`);
      return rows.map(({ name }) => String(name));
    },
  };
}
