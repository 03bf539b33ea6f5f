import { useQuery } from "@tanstack/react-query";
import { MailX } from "lucide-react";
import { useState } from "react";
import { useParams } from "react-router";
import type { z } from "zod";
import { type Session, signOut } from "#server/contract/session.ts";
import { acceptInvitation, lookAtInvitation } from "#server/contract/workspaces.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { chooseWorkspace } from "../api/chosen-workspace.ts";
import { call } from "../api/client.ts";
import { useChange } from "../api/queries.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { roleSentence, withArticle } from "../session/roles.ts";
import { useSessionQuery } from "../session/use-session.ts";
import { signInAddress } from "../session/where-to.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { FormError } from "../ui/form-error.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Waiting } from "../ui/waiting.tsx";
import { AccountFields, type NewAccount } from "./account-fields.tsx";
import { EntryCard } from "./entry-card.tsx";
import { Or, ProviderButton } from "./provider-button.tsx";
import { TextLink } from "./text-link.tsx";

type Look = z.output<typeof lookAtInvitation.answer>;

/** What the link of an invitation invites to, and the ways to join. */
export function InvitationPage() {
  const { token = "" } = useParams();
  const session = useSessionQuery();
  const look = useQuery({ queryKey: [lookAtInvitation.id, token], queryFn: ({ signal }) => call(lookAtInvitation, { body: { token }, signal }), retry: false });
  const error = look.error ?? session.error;
  if (look.data && session.data) return <Invitation token={token} look={look.data} session={session.data} />;
  if (!error) return <Waiting />;
  if (hasCode(error, "gone") || hasCode(error, "not-found") || hasCode(error, "bad-request")) {
    return (
      <EmptyState
        icon={<MailX size={18} aria-hidden />}
        title="This invitation is over"
        text="It was used, taken back, or has run out: an invitation works once, for seven days. Ask whoever sent it for another."
        actions={<TextLink to="/">Go to Heddle</TextLink>}
      />
    );
  }
  const retry = () => void Promise.all([look.refetch(), session.refetch()]);
  return <LoadError title="The invitation could not be opened" text={errorText(error)} busy={look.isFetching || session.isFetching} onRetry={retry} />;
}

function Invitation({ token, look, session }: { token: string; look: Look; session: Session }) {
  const { caller } = session;
  return (
    <EntryCard
      title={`Join ${look.workspace}`}
      text={
        <>
          {look.invitedBy} invites {look.email ?? "you"} as {withArticle(look.role)}. {roleSentence(look.role)}
        </>
      }
    >
      {caller.kind === "user" ? (
        <JoinAs token={token} look={look} email={caller.email} name={caller.name} />
      ) : (
        <JoinAnew token={token} look={look} ways={session.signIn} />
      )}
    </EntryCard>
  );
}

function join(workspace: Parameters<typeof chooseWorkspace>[0]): void {
  chooseWorkspace(workspace);
  location.assign("/");
}

function JoinAs({ token, look, name, email }: { token: string; look: Look; name: string; email: string }) {
  const accept = useChange(acceptInvitation);
  const leave = useChange(signOut);
  const isOther = look.email !== null && look.email !== email;
  const otherAccount = () => leave.mutate({}, { onSuccess: () => location.reload() });
  return (
    <>
      {isOther && <FormError text={`The invitation is for ${look.email}, and you are signed in as ${email}.`} />}
      <FormError text={accept.error ? errorText(accept.error) : undefined} />
      {!isOther && (
        <Button
          look="primary"
          size="large"
          busy={accept.isPending || accept.isSuccess}
          onClick={() => accept.mutate({ body: { token } }, { onSuccess: ({ workspace }) => join(workspace) })}
        >
          Join as {name}
        </Button>
      )}
      <Button look={isOther ? "primary" : "quiet"} size={isOther ? "large" : "medium"} busy={leave.isPending} onClick={otherAccount}>
        Use another account
      </Button>
    </>
  );
}

function JoinAnew({ token, look, ways }: { token: string; look: Look; ways: Session["signIn"] }) {
  const [account, setAccount] = useState<NewAccount>({ name: "", email: look.email ?? "", password: "" });
  const form = useRouteForm(acceptInvitation, { onDone: ({ workspace }) => join(workspace) });
  const here = `/invitation/${encodeURIComponent(token)}`;
  const errorsAt = (field: keyof NewAccount) => form.errorsAt(`/account/${field}`);
  const isTold = form.errorsAt("/account").length > 0;
  const signIn = <TextLink to={signInAddress(here)}>Sign in</TextLink>;
  if (look.hasAccount) return <p className="text-sm">You have an account here already. {signIn}, then join.</p>;
  return (
    <>
      {ways.provider !== null && <ProviderButton name={ways.provider} returnTo={here} invitation={token} />}
      {ways.provider !== null && ways.password && <Or />}
      {ways.password && (
        <form className="flex flex-col gap-4" {...form.formProps(() => ({ token, account }))}>
          {!isTold && <FormError text={form.problem} />}
          <AccountFields account={account} onChange={setAccount} errorsAt={errorsAt} isEmailFixed={look.email !== null} />
          <Button type="submit" look="primary" size="large" busy={form.isBusy}>
            Make an account and join
          </Button>
        </form>
      )}
      <p className="text-center text-ink-muted text-sm">Have you an account already? {signIn}</p>
    </>
  );
}
