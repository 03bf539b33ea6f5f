import { type Asker, makeAskers } from "./askers.ts";
import { type EchoServer, startEchoServer } from "./echo-server.ts";
import { makeThings, type Things } from "./make-things.ts";
import { startTeamServer, type TeamServer } from "./team-server.ts";

/** A server with a workspace that has one of everything, and everybody there can be to ask for it. */
export interface AccessScene {
  team: TeamServer;
  echo: EchoServer;
  things: Things;
  askerCalled(name: string): Asker;
  names: readonly string[];
  close(): Promise<void>;
}

export async function startAccessScene(): Promise<AccessScene> {
  const echo = await startEchoServer();
  const team = await startTeamServer({ environment: { HEDDLE_EGRESS_ALLOW: echo.host, HEDDLE_METRICS: "1" } });
  const { id: workspace } = await team.must(team.owner, "POST /api/workspaces", { body: { name: "Zanzibar" } });
  const things = await makeThings({ team, echo, by: team.owner, workspace, mark: "Zanzibar" });
  const askers = await makeAskers({ team, things, founder: team.owner });
  return {
    ...{ team, echo, things, names: [...askers.keys()] },
    askerCalled: (name) => {
      const asker = askers.get(name);
      if (!asker) throw new Error(`Nobody is ${name}.`);
      return asker;
    },
    close: async () => {
      await team.close();
      await echo.close();
    },
  };
}
