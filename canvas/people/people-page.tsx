import { PageFrame } from "../pages/page-frame.tsx";
import { ROLE_OPTIONS } from "../session/roles.ts";
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
      <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        {ROLE_OPTIONS.map(({ value, label, detail }) => (
          <div key={value} className="contents">
            <dt className="font-medium">{label}</dt>
            <dd className="text-ink-muted">{detail}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
