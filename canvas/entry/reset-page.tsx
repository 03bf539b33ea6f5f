import { useState } from "react";
import { useParams } from "react-router";
import { resetPassword } from "#server/contract/session.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form-error.tsx";
import { PasswordField } from "./account-fields.tsx";
import { EntryCard } from "./entry-card.tsx";
import { TextLink } from "./text-link.tsx";

/** Sets a new password with the link that was sent. */
export function ResetPage() {
  const { token = "" } = useParams();
  const [password, setPassword] = useState("");
  const [isDone, setDone] = useState(false);
  const form = useRouteForm(resetPassword, { onDone: () => setDone(true) });
  const errors = form.errorsAt("/password");
  if (isDone) {
    return (
      <EntryCard title="Your password is set" text="You are signed out everywhere.">
        <Button look="primary" size="large" onClick={() => location.assign("/sign-in")}>
          Sign in
        </Button>
      </EntryCard>
    );
  }
  return (
    <EntryCard
      title="Set a new password"
      text="It ends every session of your account, in every browser."
      foot={
        <>
          Does the link not work any more? <TextLink to="/forgotten">Ask for another</TextLink>
        </>
      }
    >
      <form className="flex flex-col gap-4" {...form.formProps(() => ({ token, password }))}>
        {errors.length === 0 && (
          <FormError text={form.errorsAt("/token").length > 0 ? "This is no link of Heddle's. Open the one in the mail." : form.problem} />
        )}
        <PasswordField label="New password" isNew value={password} onChange={setPassword} errors={errors} />
        <Button type="submit" look="primary" size="large" busy={form.isBusy}>
          Set the password
        </Button>
      </form>
    </EntryCard>
  );
}
