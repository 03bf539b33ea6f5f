import { useState } from "react";
import { Navigate, useSearchParams } from "react-router";
import { type Session, signIn } from "#server/contract/session.ts";
import { errorText } from "../api/api-problem.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { useSessionQuery } from "../session/use-session.ts";
import { safeReturn } from "../session/where-to.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form-error.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Waiting } from "../ui/waiting.tsx";
import { EmailField, PasswordField } from "./account-fields.tsx";
import { EntryCard } from "./entry-card.tsx";
import { Or, ProviderButton } from "./provider-button.tsx";
import { refusalText } from "./refusal-words.ts";
import { TextLink } from "./text-link.tsx";

/** The way in for those who have an account. */
export function SignInPage() {
  const { data, error, isFetching, refetch } = useSessionQuery();
  const [params] = useSearchParams();
  const returnTo = safeReturn(params.get("return"));
  if (!data && error) return <LoadError title="Heddle could not be reached" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (data.mode === "single-user" || data.caller.kind === "user") return <Navigate to={returnTo} replace />;
  const refused = refusalText(params.get("refused"), data.signIn.provider ?? "the provider");
  if (data.needsOwner) return <NeedsOwner refused={refused} />;
  return <SignIn ways={data.signIn} returnTo={returnTo} refused={refused} />;
}

function NeedsOwner({ refused }: { refused: string | undefined }) {
  return (
    <EntryCard
      title="Nobody is here yet"
      text={
        <>
          The first account owns this installation. Open the link that Heddle printed to its log when it started (<code className="text-xs">…/owner/…</code>):
          it lets you make that account.
        </>
      }
    >
      <FormError text={refused} />
      <Button onClick={() => location.assign("/sign-in")}>I have done that</Button>
    </EntryCard>
  );
}

interface SignInProps {
  ways: Session["signIn"];
  returnTo: string;
  /** Why the provider's word did not let them in just now. */
  refused: string | undefined;
}

function SignIn({ ways, returnTo, refused }: SignInProps) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  // the page begins anew, so that nothing stays that was answered to nobody
  const form = useRouteForm(signIn, { onDone: () => location.assign(returnTo) });
  const emailErrors = form.errorsAt("/email");
  const passwordErrors = form.errorsAt("/password").map(() => "Type your password.");
  return (
    <EntryCard title="Sign in" foot="No account? Somebody who is here already can invite you.">
      <FormError text={refused} />
      {ways.provider !== null && <ProviderButton name={ways.provider} returnTo={returnTo} />}
      {ways.provider !== null && ways.password && <Or />}
      {ways.password && (
        <form className="flex flex-col gap-4" {...form.formProps(() => ({ email, password }))}>
          {emailErrors.length + passwordErrors.length === 0 && <FormError text={form.problem} />}
          <EmailField value={email} onChange={setEmail} errors={emailErrors} />
          <PasswordField label="Password" value={password} onChange={setPassword} errors={passwordErrors} />
          <Button type="submit" look="primary" size="large" busy={form.isBusy}>
            Sign in
          </Button>
          <p className="text-center text-sm">
            <TextLink to="/forgotten">Forgotten your password?</TextLink>
          </p>
        </form>
      )}
    </EntryCard>
  );
}
