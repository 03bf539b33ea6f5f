import { Users } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { switchToTeam } from "#server/contract/session.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { RoleList } from "../session/role-list.tsx";
import { useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { Card, Section } from "../ui/section.tsx";

/** What team mode is, and the way there. */
export function TeamSection() {
  const [isAsking, setAsking] = useState(false);
  const session = useSession();
  return (
    <Section title="Work with others" text="Heddle works for you alone now: whoever reaches it on this machine is you, and nobody signs in.">
      {session?.person === false && <PersonNotice what="Only a person may switch to team mode." />}
      <Card>
        <ul className="flex list-disc flex-col gap-1 pl-5 text-ink-muted text-sm">
          <li>Everybody has an account and signs in. The first account owns what is here now.</li>
          <li>
            You invite people by link, and give each a role:
            <RoleList className="mt-1.5 mb-1" />
          </li>
          <li>Single graphs can be shared with others, to view or to edit.</li>
          <li>
            Others reach Heddle from their machines when <code className="text-xs">PUBLIC_URL</code> is set: “Team mode” in{" "}
            <code className="text-xs">docs/operations.md</code> says how. Without it, it still listens on this machine only.
          </li>
        </ul>
        <Button
          look="primary"
          className="self-start"
          icon={<Users size={15} aria-hidden />}
          disabled={session?.person === false}
          onClick={() => setAsking(true)}
        >
          Switch to team mode…
        </Button>
      </Card>
      {isAsking && <SwitchDialog onClose={() => setAsking(false)} />}
    </Section>
  );
}

function SwitchDialog({ onClose }: { onClose(): void }) {
  const navigate = useNavigate();
  const change = useChange(switchToTeam);
  // leaves the shell at once: nobody is signed in from now on, and the link must stay in sight
  const confirm = () => change.mutate({}, { onSuccess: ({ ownerUrl }) => void navigate("/team", { replace: true, state: { ownerUrl } }) });
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" busy={change.isPending} onClick={confirm}>
        Switch to team mode
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title="Switch to team mode?"
      description="From now on everybody has to sign in, you as well. Next you get a link with which you make the first account. Graphs, runs and connections stay as they are; API tokens made until now stop working. There is no way back."
      actions={actions}
    >
      <FormError text={change.error ? errorText(change.error) : undefined} />
    </Dialog>
  );
}
