import { useState } from "react";
import { askForReset } from "#server/contract/session.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form-error.tsx";
import { EmailField } from "./account-fields.tsx";
import { EntryCard } from "./entry-card.tsx";
import { TextLink } from "./text-link.tsx";

/** Asks for a link that sets a new password. */
export function ForgottenPage() {
  const [email, setEmail] = useState("");
  const [asked, setAsked] = useState<{ mail: boolean } | undefined>(undefined);
  const form = useRouteForm(askForReset, { onDone: setAsked });
  const errors = form.errorsAt("/email");
  const back = <TextLink to="/sign-in">Back to signing in</TextLink>;
  if (asked) {
    return (
      <EntryCard
        title={asked.mail ? "Look into your mail" : "The link is in Heddle's log"}
        text={
          asked.mail
            ? `If ${email} has an account here, a link that sets a new password is on its way.`
            : `No mail server is set up here. If ${email} has an account, Heddle has printed the link to its log: ask whoever runs it to send it to you.`
        }
        foot={back}
      />
    );
  }
  return (
    <EntryCard title="Forgotten your password?" text="Heddle sends you a link with which you set a new one." foot={back}>
      <form className="flex flex-col gap-4" {...form.formProps(() => ({ email }))}>
        {errors.length === 0 && <FormError text={form.problem} />}
        <EmailField value={email} onChange={setEmail} errors={errors} />
        <Button type="submit" look="primary" size="large" busy={form.isBusy}>
          Send the link
        </Button>
      </form>
    </EntryCard>
  );
}
