import { useState } from "react";
import { PageFrame } from "../pages/page-frame.tsx";
import { LeaveDialog } from "../people/leave-dialog.tsx";
import { useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { Card, Section } from "../ui/section.tsx";
import { TeamSection } from "./team-section.tsx";
import { VaultSection } from "./vault-section.tsx";
import { WorkspaceSection } from "./workspace-section.tsx";

/** The workspace, and for who owns the installation what holds for all of it. */
export function SettingsPage() {
  const session = useSession();
  if (!session) return null;
  const { mode, workspace, actions } = session;
  const isTeam = mode === "team";
  return (
    <PageFrame title="Settings" text={isTeam ? `Of the workspace ${workspace?.name ?? ""}.` : "Of this installation."}>
      <div className="flex max-w-2xl flex-col gap-8">
        {workspace && <WorkspaceSection key={workspace.id} workspace={workspace} />}
        {!isTeam && <TeamSection />}
        {(!isTeam || actions.includes("installation.manage")) && <VaultSection />}
        {isTeam && workspace && <LeaveSection name={workspace.name} />}
      </div>
    </PageFrame>
  );
}

function LeaveSection({ name }: { name: string }) {
  const [isLeaving, setLeaving] = useState(false);
  return (
    <Section title="Leave" text={`You lose what is in ${name}. What you made stays.`}>
      <Card>
        <Button className="self-start text-danger!" onClick={() => setLeaving(true)}>
          Leave {name}…
        </Button>
      </Card>
      {isLeaving && <LeaveDialog onClose={() => setLeaving(false)} />}
    </Section>
  );
}
