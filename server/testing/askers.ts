import { ROLES, SCOPES } from "../contract/access.ts";
import type { Standing } from "./expected-access.ts";
import type { Things } from "./make-things.ts";
import { type Caller, cookieOf, FIRST_WORKSPACE, NOBODY, type Person, type TeamServer } from "./team-server.ts";

/** Somebody of whom a test knows what they may do. */
export interface Asker {
  caller: Caller;
  standing: Standing;
  /** With an account: one that can sign in again. */
  person?: Person;
}

export interface AskersGiven {
  team: TeamServer;
  things: Things;
  /** An owner of the workspace of `things`, who leaves it. */
  founder: Person;
}

/** Everybody there can be: the people who ask. Names of askers are those of `ASKER_NAMES`. */
export async function makeAskers(given: AskersGiven): Promise<Map<string, Asker>> {
  const members = await makeMembers(given);
  const owner = members.find(({ standing }) => standing.role === "owner")?.person;
  if (!owner) throw new Error("There is no owner.");
  const all = [{ caller: NOBODY, standing: { kind: "nobody" } as const }, ...(await makeVisitors(given)), ...members, ...(await makeScripts(given, owner))];
  await given.team.must(given.founder, `POST /api/workspaces/${given.things.workspace}/leave`);
  return new Map<string, Asker>(all.map((asker) => [asker.caller.name, asker]));
}

const tokenName = (scope: string) => `a token to ${scope}`;
/** Known before there is a server, to name the tests. */
export const ASKER_NAMES = [
  ...["nobody", "a guest", "a guest to edit", "a stranger", "an owner elsewhere", "Root", "a person to view", "a person to edit", "a person by link"],
  ...ROLES.map((role) => `the ${role}`),
  ...SCOPES.map(tokenName),
  "the token file",
];

/** Those who are no members. */
async function makeVisitors({ team, things, founder }: AskersGiven): Promise<Asker[]> {
  const { workspace, graph, shares } = things;
  const elsewhere = { by: team.owner, workspace: FIRST_WORKSPACE, role: "viewer" } as const;
  const newcomer = async (name: string, whileThere?: (person: Person) => Promise<unknown>): Promise<Person> => {
    const person = await team.join(name, elsewhere);
    await whileThere?.(person);
    await team.must(team.owner, `DELETE /api/members/${person.id}`, { workspace: FIRST_WORKSPACE });
    return person;
  };
  const guest = async (name: string, token: string): Promise<Asker> => {
    const opened = await team.send(NOBODY, "POST /api/shares/open", { body: { token } });
    return { caller: { name, headers: { cookie: cookieOf(opened), origin: team.url } }, standing: { kind: "guest", share: "view" } };
  };
  const shared = async (name: string, level: "view" | "edit"): Promise<Asker> => {
    // by the owner of the installation, who is in their workspace as well: others have to have one in common
    const share = ({ email }: Person) => team.must(team.file, `POST /api/graphs/${graph}/shares`, { workspace, body: { kind: "person", email, level } });
    const person = await newcomer(name, share);
    return { caller: person, person, standing: { kind: "account", share: level } };
  };
  const stranger = await newcomer("a stranger");
  const other = await newcomer("an owner elsewhere");
  await team.must(other, "POST /api/workspaces", { body: { name: "There" } });
  const byLink = await newcomer("a person by link");
  await team.must(byLink, "POST /api/shares/open", { body: { token: shares.editToken } });
  return [
    await guest("a guest", shares.viewToken),
    await guest("a guest to edit", shares.editToken),
    { caller: stranger, person: stranger, standing: { kind: "account" } },
    { caller: other, person: other, standing: { kind: "account" } },
    // no member of this workspace once they have left it
    { caller: founder, person: founder, standing: { kind: "account", ownsInstallation: true } },
    await shared("a person to view", "view"),
    await shared("a person to edit", "edit"),
    { caller: byLink, person: byLink, standing: { kind: "account", share: "edit" } },
  ];
}

async function makeMembers({ team, things, founder }: AskersGiven): Promise<Asker[]> {
  const members: Asker[] = [];
  for (const role of ROLES) {
    const person = await team.join(`the ${role}`, { by: founder, workspace: things.workspace, role });
    members.push({ caller: person, person, standing: { kind: "account", role } });
  }
  return members;
}

/** Those who ask without a browser. */
async function makeScripts({ team, things }: AskersGiven, owner: Person): Promise<Asker[]> {
  const { workspace } = things;
  const editor = await team.join("Tess", { by: owner, workspace, role: "editor" });
  const scripts: Asker[] = [{ caller: team.file, standing: { kind: "file", role: "owner", ownsInstallation: true } }];
  for (const scope of SCOPES) {
    const { token } = await team.must(editor, "POST /api/tokens", { workspace, body: { name: `To ${scope}`, scopes: [scope] } });
    const caller = { name: tokenName(scope), headers: { authorization: `Bearer ${token}` } };
    scripts.push({ caller, standing: { kind: "token", role: "editor", scopes: [scope] } });
  }
  return scripts;
}
