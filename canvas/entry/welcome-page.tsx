import { BookOpenText, SquarePlus } from "lucide-react";
import type { ReactNode } from "react";
import { Navigate, useNavigate } from "react-router";
import { createGraph, listGraphs } from "#server/contract/graphs.ts";
import type { Session } from "#server/contract/session.ts";
import { listSharedGraphs } from "#server/contract/sharing.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { useNewWorkspace, WorkspaceNameField } from "../people/new-workspace.tsx";
import { SessionGate } from "../session/session-gate.tsx";
import { useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form-error.tsx";
import { EntryCard } from "./entry-card.tsx";
import { TextLink } from "./text-link.tsx";

/** The first steps of somebody new: a workspace, then something in it. */
export function WelcomePage() {
  return (
    <SessionGate isWelcome>
      <Steps />
    </SessionGate>
  );
}

function Steps() {
  const session = useSession();
  if (!session) return null;
  if (session.workspace === null) return <FirstWorkspace session={session} />;
  return session.actions.includes("graph.create") ? <FirstGraph workspace={session.workspace.name} /> : <Navigate to="/" replace />;
}

function FirstWorkspace({ session }: { session: Session }) {
  const form = useNewWorkspace();
  const shared = useApi(listSharedGraphs, {}, { enabled: session.caller.kind === "user" });
  const address = session.caller.kind === "user" ? session.caller.email : undefined;
  return (
    <EntryCard
      title={`Welcome, ${session.caller.name}`}
      text="Graphs live in workspaces. You are in none yet: make one, or join one that is there."
      foot={<TextLink to="/profile">Your profile</TextLink>}
    >
      <form className="flex flex-col gap-4" {...form.formProps}>
        <WorkspaceNameField form={form} />
        <Button type="submit" look="primary" size="large" busy={form.isBusy}>
          Make a workspace
        </Button>
      </form>
      <hr className="border-line" />
      <section>
        <h2 className="font-medium text-sm">To join a workspace</h2>
        <p className="text-ink-muted text-sm">
          Ask one of its owners to invite {address ? <strong className="font-medium text-ink">{address}</strong> : "you"}, under People. Open the link that
          comes of it.
        </p>
      </section>
      {shared.data && shared.data.items.length > 0 && (
        <section>
          <h2 className="font-medium text-sm">Shared with you</h2>
          <ul className="text-sm">
            {shared.data.items.map(({ id, name, workspace }) => (
              <li key={id}>
                <TextLink to={`/graphs/${id}`}>{name}</TextLink> <span className="text-ink-faint">in {workspace}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </EntryCard>
  );
}

function FirstGraph({ workspace }: { workspace: string }) {
  const navigate = useNavigate();
  const create = useChange(createGraph, { stale: [listGraphs] });
  const open = ({ id }: { id: string }) => void navigate(`/graphs/${id}`);
  const makeWelcome = async () => {
    const { default: graph } = await import("./first-graph.json");
    create.mutate({ body: { graph } }, { onSuccess: open });
  };
  return (
    <EntryCard wide title={`What do you want to begin with in ${workspace}?`} text="You can make as many graphs as you like later.">
      <FormError text={create.error ? errorText(create.error) : undefined} />
      <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        <Choice
          icon={<BookOpenText size={18} aria-hidden />}
          title="A first graph"
          text="Five steps that sort out a few orders and write a report. Run it, look at what went through, change it."
          busy={create.isPending}
          onChoose={() => void makeWelcome()}
        />
        <Choice
          icon={<SquarePlus size={18} aria-hidden />}
          title="An empty graph"
          text="A board without anything on it."
          busy={create.isPending}
          onChoose={() => create.mutate({ body: {} }, { onSuccess: open })}
        />
      </div>
      <p className="text-center text-sm">
        <TextLink to="/">Look around first</TextLink>
      </p>
    </EntryCard>
  );
}

interface ChoiceProps {
  icon: ReactNode;
  title: string;
  text: string;
  busy: boolean;
  onChoose(): void;
}

function Choice({ icon, title, text, busy, onChoose }: ChoiceProps) {
  return (
    <button
      type="button"
      disabled={busy}
      onClick={onChoose}
      className="flex flex-col items-start gap-1.5 rounded-lg border border-line-strong bg-raised p-4 text-left transition-colors duration-(--quick) hover:border-accent hover:bg-hover disabled:cursor-wait disabled:opacity-60"
    >
      <span className="text-accent">{icon}</span>
      <span className="font-medium text-sm">{title}</span>
      <span className="text-ink-muted text-sm">{text}</span>
    </button>
  );
}
