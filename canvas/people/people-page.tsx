import { PageFrame } from "../pages/page-frame.tsx";
import { RoleList } from "../session/role-list.tsx";
import { useSession } from "../session/use-session.ts";
import { TeamModeNotice } from "../settings/team-mode-notice.tsx";
import { Invitations } from "./invitations.tsx";
import { Members } from "./members.tsx";

/** Who is in the workspace, and who is invited. */
export function PeoplePage() {
  const session = useSession();
  if (session?.mode === "single-user") {
    return (
      <PageFrame title="People" text="Who may do what in this workspace.">
        <TeamModeNotice />
      </PageFrame>
    );
  }
  return (
    <PageFrame title="People" text={`Who may do what in ${session?.workspace?.name ?? "this workspace"}.`}>
      <RoleGuide />
      <Members />
      <Invitations />
    </PageFrame>
  );
}

function RoleGuide() {
  return (
    <details className="rounded-lg border border-line bg-surface px-4 py-2.5 text-sm">
      <summary className="font-medium">What each role may do</summary>
      <RoleList className="mt-2" />
    </details>
  );
}
