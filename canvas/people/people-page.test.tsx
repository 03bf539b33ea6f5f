import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";
import { ACTIONS, POLICIES, type Role } from "#server/contract/access.ts";
import { readSession, type Session, sessionSchema } from "#server/contract/session.ts";
import { listInvitations, listMembers } from "#server/contract/workspaces.ts";
import { createQueryClient, keyOf } from "../api/queries.ts";
import { TooltipProvider } from "../ui/tooltip.tsx";
import { PeoplePage } from "./people-page.tsx";

const member = (name: string, role: Role) => ({
  id: `user_${name.toLowerCase()}`,
  name,
  email: `${name.toLowerCase()}@example.org`,
  role,
  joinedAt: "2026-01-01T00:00:00.000Z",
});
const members = { items: [member("Ann", "owner"), member("Vic", "viewer")] };

function sessionOf(role: Role, mode: Session["mode"] = "team"): Session {
  const workspace = { id: "workspace_1", name: "Studio", role };
  return sessionSchema.parse({
    mode,
    version: "0",
    caller: { kind: "user", id: `user_${role === "owner" ? "ann" : "vic"}`, name: "Somebody", email: "somebody@example.org" },
    actor: `user_${role === "owner" ? "ann" : "vic"}`,
    person: true,
    workspace,
    workspaces: [workspace],
    actions: ACTIONS.filter((action) => {
      const policy = POLICIES[action];
      return policy.who !== "installation" && (policy.who !== "members" || policy.roles.includes(role));
    }),
    needsOwner: false,
    signIn: { password: true, provider: null, mail: false },
  });
}

function draw(session: Session): string {
  const client = createQueryClient();
  client.setQueryData(keyOf(readSession, {}), session);
  client.setQueryData([listMembers.id, "pages", {}], { pages: [members], pageParams: [undefined] });
  client.setQueryData(keyOf(listMembers, { query: { limit: 200 } }), members);
  client.setQueryData([listInvitations.id, "pages", { state: "open" }], { pages: [{ items: [] }], pageParams: [undefined] });
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <TooltipProvider>
        <MemoryRouter>
          <PeoplePage />
        </MemoryRouter>
      </TooltipProvider>
    </QueryClientProvider>,
  );
}

it("lets an owner change, remove and invite people, and leave", () => {
  const html = draw(sessionOf("owner"));
  expect(html).toContain("Remove Vic");
  expect(html).not.toContain("Remove Ann");
  expect(html).toContain("Leave…");
  expect(html).toContain("No open invitations");
  expect(html).not.toContain("Not allowed.");
});

it("shows a viewer who is here, and why they change nothing and whom to ask", () => {
  const html = draw(sessionOf("viewer"));
  expect(html).toContain("ann@example.org");
  expect(html).toContain("You are a viewer of Studio. This takes the role owner. Ask Ann.");
  expect(html).toMatch(/<button[^>]*disabled=""[^>]*>(?:(?!<\/button>).)*Invite<\/button>/);
  expect(html).not.toContain("Remove Ann");
  expect(html).not.toContain("No open invitations");
});

it("tells the user of single-user mode how to work with others", () => {
  expect(draw(sessionOf("owner", "single-user"))).toContain("switch to team mode");
});
